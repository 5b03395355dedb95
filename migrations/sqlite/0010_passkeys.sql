-- Passkeys: keys that a device holds, and lets its owner use.

-- Who has, or had, a passkey.
create table passkey_holders (
    user_id integer primary key references users (id) on delete cascade,
    -- Thirty-two random bytes under which devices keep their keys: they tell nobody whose account it is.
    handle blob not null,
    -- Set where a passkey is asked for after the password.
    asked integer not null default 0,
    constraint passkey_holders_handle_key unique (handle),
    constraint passkey_holders_asked_check check (asked in (0, 1))
) strict;

create table passkeys (
    id integer primary key autoincrement,
    user_id integer not null references users (id) on delete cascade,
    -- By which the device calls it.
    credential_id blob not null,
    -- Its public key and what never changes about it.
    static_state blob not null,
    -- Its counter and what changes with each use. A use replaces exactly the state it was checked against.
    dynamic_state blob not null,
    -- How its device can be reached, as the relying party's crate numbers it.
    transports integer not null,
    -- What its owner calls it.
    name text not null,
    created_at integer not null,
    last_used_at integer,
    constraint passkeys_credential_id_key unique (credential_id)
) strict;

create index passkeys_user_id_idx on passkeys (user_id);

-- Challenges that wait for their answer: each good once, for five minutes.
create table passkey_ceremonies (
    -- SHA-256 of the challenge.
    challenge_hash blob not null,
    -- What for: 'add', 'log_in', 'second_step' or 'prove'.
    purpose text not null,
    -- Whose answer it has to be; null: whoever's it turns out to be.
    user_id integer references users (id) on delete cascade,
    state blob not null,
    ends_at integer not null,
    constraint passkey_ceremonies_pkey primary key (challenge_hash),
    constraint passkey_ceremonies_purpose_check check (purpose in ('add', 'log_in', 'second_step', 'prove'))
) strict, without rowid;

create index passkey_ceremonies_ends_at_idx on passkey_ceremonies (ends_at);
create index passkey_ceremonies_user_id_idx on passkey_ceremonies (user_id);
