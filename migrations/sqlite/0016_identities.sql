-- Linked identities: who vouches for somebody besides their password.

create table identities (
    id integer primary key autoincrement,
    user_id integer not null references users (id) on delete cascade,
    -- Who vouches, and who it is there: together they are one person, and one account's.
    issuer text not null,
    subject text not null,
    -- The service as the configuration called it when it was linked, for those who read the list.
    provider text not null,
    -- How they were called there; null: it was not told.
    name text,
    created_at integer not null,
    last_used_at integer,
    constraint identities_issuer_subject_key unique (issuer, subject)
) strict;

create index identities_user_id_idx on identities (user_id);

-- Sign-ins that have begun: each comes back once, within ten minutes, in the browser it began in.
create table sign_ins (
    -- SHA-256 of the state that comes back.
    state_hash blob not null,
    -- SHA-256 of the browser's cookie.
    browser_hash blob not null,
    provider text not null,
    -- Whose identity it becomes; null: somebody logs in.
    user_id integer references users (id) on delete cascade,
    -- What the protocol needs for its second half.
    kept text not null,
    -- Where to go on to.
    next text not null,
    ends_at integer not null,
    constraint sign_ins_pkey primary key (state_hash)
) strict, without rowid;

create index sign_ins_ends_at_idx on sign_ins (ends_at);
create index sign_ins_user_id_idx on sign_ins (user_id);

-- Identities of those who have no account yet, while they choose a name.
create table newcomers (
    -- SHA-256 of the browser's cookie.
    token_hash blob not null,
    issuer text not null,
    subject text not null,
    provider text not null,
    name text,
    -- An address the service has verified.
    email text,
    ends_at integer not null,
    constraint newcomers_pkey primary key (token_hash)
) strict, without rowid;

create index newcomers_ends_at_idx on newcomers (ends_at);
