-- What has happened and is to be told. A row is written in the transaction of the change it tells of, so there is never one without
-- the other; the relay reads them in order after the commit. Rows are kept for a while, not for ever: this is no history.
create table outbox (
    -- Rises with every event and is never given out twice, even after the newest rows were pruned: hence autoincrement.
    id integer primary key autoincrement,
    -- Milliseconds since 1970, like every instant in this schema.
    at integer not null,
    -- Events of one subject are delivered in the order they happened; "user/7", "game/12", "site".
    subject text not null,
    -- The event as JSON, its name in it.
    event text not null
) strict;

-- Pruning goes by age.
create index outbox_at_idx on outbox (at);

-- How far each reader has told the outbox on, so that a restart continues there.
create table outbox_readers (
    name text not null primary key,
    -- The last event told; zero before the first.
    event_id integer not null
) strict;
insert into outbox_readers (name, event_id) values ('bus', 0);

-- One row that the readiness check rewrites, because a database that can be read is not always one that can be written.
create table write_probe (
    id integer primary key,
    number integer not null,
    constraint write_probe_one_row_check check (id = 1)
) strict;
insert into write_probe (id, number) values (1, 0);
