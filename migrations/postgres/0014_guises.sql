-- Looking at the hub through another's eyes, and how the hub was doing.

-- Whom the owner of a login looks as, and until when; null: as themselves. Such a login only reads.
alter table sessions add column guise_user_id bigint references users (id) on delete set null;
alter table sessions add column guise_ends_at bigint;

-- Numbers measured again and again, for the dashboard's charts. Kept for a month.
create table samples (
    -- 'players', 'database_bytes'.
    measure text not null,
    at bigint not null,
    value bigint not null,
    constraint samples_pkey primary key (measure, at)
);

create index samples_at_idx on samples (at);
