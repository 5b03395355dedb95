-- Other programs that are told what happens here, and what they were told.

create table webhooks (
    id integer primary key autoincrement,
    -- What those who run the hub call it.
    name text not null,
    url text not null,
    -- The names of the events it is told of, as a JSON array; empty: all.
    events text not null,
    enabled integer not null,
    -- Switched off by the hub itself.
    given_up integer not null,
    -- Its secret is made of this and a key beside the database, so that neither alone can sign.
    salt blob not null,
    -- SHA-256 of the secret: tells whether the key is still the one it was made with.
    secret_hash blob not null,
    -- Since when every delivery has failed; null: the last one did not.
    failing_since integer,
    created_at integer not null,
    constraint webhooks_enabled_check check (enabled in (0, 1)),
    constraint webhooks_given_up_check check (given_up in (0, 1)),
    constraint webhooks_name_key unique (name)
) strict;

create table webhook_deliveries (
    id integer primary key autoincrement,
    webhook_id integer not null references webhooks (id) on delete cascade,
    -- The row of the outbox it tells of, which is gone sooner; null for a test.
    event_id integer,
    event text not null,
    -- What is sent, letter for letter: the same at each attempt.
    body text not null,
    -- Which one it repeats, as long as that is there.
    replay_of integer references webhook_deliveries (id) on delete set null,
    -- Null once it is a replay: an event is told once, and repeated as often as somebody asks.
    told_event_id integer,
    state text not null,
    attempts integer not null,
    created_at integer not null,
    last_attempt_at integer,
    next_attempt_at integer,
    -- The turn it was given at its target's pace.
    slot_at integer,
    status integer,
    excerpt text,
    error text,
    duration_ms integer,
    constraint webhook_deliveries_webhook_id_told_event_id_key unique (webhook_id, told_event_id),
    constraint webhook_deliveries_state_check check (state in ('waiting', 'delivered', 'failed'))
) strict;

create index webhook_deliveries_webhook_id_idx on webhook_deliveries (webhook_id, id);
create index webhook_deliveries_created_at_idx on webhook_deliveries (created_at);
create index webhook_deliveries_replay_of_idx on webhook_deliveries (replay_of) where replay_of is not null;

-- The pace of each target, host and port: whoever sends takes the next free turn.
create table webhook_targets (
    host text not null primary key,
    next_at integer not null
) strict;

-- From now on; what happened before, nobody had asked for.
insert into outbox_readers (name, event_id) select 'webhooks', coalesce(max(id), 0) from outbox;
