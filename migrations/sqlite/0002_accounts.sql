-- Accounts: people, their logins, their game passwords, and the settings that the first start leaves.

create table users (
    -- Never given out twice: results, logs and other programs may still name somebody who is gone.
    id integer primary key autoincrement,
    -- As it is shown: NFC, 3 to 24 characters.
    name text not null,
    -- Letter case, accents, separators and look-alikes folded away, so that nobody can pass for somebody else.
    folded_name text not null,
    -- The same of the first 15 characters, which is all that Aleph One's client lets a player type: it too must name one account.
    folded_game_name text not null,
    email text,
    -- Lower case.
    folded_email text,
    -- Argon2id, as a PHC string.
    password_hash text not null,
    role text not null,
    -- Locked since; null: not locked.
    locked_at integer,
    created_at integer not null,
    password_changed_at integer not null,
    constraint users_folded_name_key unique (folded_name),
    constraint users_folded_game_name_key unique (folded_game_name),
    constraint users_folded_email_key unique (folded_email),
    constraint users_role_check check (role in ('member', 'moderator', 'admin', 'owner')),
    constraint users_email_check check ((email is null) = (folded_email is null))
) strict;

-- Owners are few and asked for by role; everybody else is found by id or name.
create index users_owner_idx on users (role) where role = 'owner';

create table sessions (
    -- Never given out twice: an event or an open page may still name a session that has ended.
    id integer primary key autoincrement,
    user_id integer not null references users (id) on delete cascade,
    -- SHA-256 of the cookie: who reads this table learns nothing to log in with.
    token_hash blob not null,
    device text not null,
    remembered integer not null,
    created_at integer not null,
    -- When the password was last given; what an admin does will ask for a recent one.
    authenticated_at integer not null,
    last_used_at integer not null,
    -- Ends then unless it is used before; moves with every use.
    idle_ends_at integer not null,
    -- Ends then in any case.
    ends_at integer not null,
    constraint sessions_token_hash_key unique (token_hash),
    constraint sessions_remembered_check check (remembered in (0, 1))
) strict;

create index sessions_user_id_idx on sessions (user_id);
create index sessions_ends_at_idx on sessions (ends_at);

-- From where somebody has logged in before. Such a place may go on trying while strangers guess at the account.
create table known_addresses (
    user_id integer not null references users (id) on delete cascade,
    -- SHA-256 of the user's id and the address (IPv6: its network of 64 bits).
    address_hash blob not null,
    last_log_in_at integer not null,
    constraint known_addresses_pkey primary key (user_id, address_hash)
) strict, without rowid;

create index known_addresses_last_log_in_at_idx on known_addresses (last_log_in_at);

-- One password for every lobby, made by us. The main one is never typed into a classic client.
create table game_passwords (
    user_id integer primary key references users (id) on delete cascade,
    -- Argon2id, as a PHC string.
    password_hash text not null,
    made_at integer not null
) strict;

-- One-use log-ons for Aleph One, good for a minute.
create table lobby_tokens (
    -- SHA-256 of the sixteen characters.
    token_hash blob not null,
    user_id integer not null references users (id) on delete cascade,
    expires_at integer not null,
    constraint lobby_tokens_pkey primary key (token_hash)
) strict, without rowid;

create index lobby_tokens_expires_at_idx on lobby_tokens (expires_at);

-- What the owner decided, one JSON value a key. No row: the default.
create table settings (
    key text not null,
    value text not null,
    constraint settings_pkey primary key (key)
) strict, without rowid;
