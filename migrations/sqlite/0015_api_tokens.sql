-- Tokens of the API: personal ones and the logins of programs; the keys that sign access tokens; and what was asked under which
-- idempotency key.

create table api_tokens (
    -- Never given out twice: logs and the audit trail may still name one that is gone.
    id integer primary key autoincrement,
    user_id integer not null references users (id) on delete cascade,
    -- 'personal': made by hand, for one program. 'login': a program that was given the password; it renews itself.
    kind text not null,
    -- What its owner calls it, or what the program calls itself.
    name text not null,
    -- Words with a space between: 'account:read people:write'.
    grants text not null,
    -- SHA-256 of the personal token, or of the refresh token that is good now.
    token_hash blob not null,
    -- The last characters of a personal token, by which its owner knows it again.
    ending text not null,
    created_at integer not null,
    -- When somebody last proved who they are for it.
    authenticated_at integer not null,
    expires_at integer not null,
    -- To the minute.
    last_used_at integer,
    constraint api_tokens_token_hash_key unique (token_hash),
    constraint api_tokens_kind_check check (kind in ('personal', 'login'))
) strict;

create index api_tokens_user_id_idx on api_tokens (user_id, id);
create index api_tokens_expires_at_idx on api_tokens (expires_at);

-- Refresh tokens that were exchanged. Whoever brings one has stolen it, or was stolen from: the login ends.
create table used_refresh_tokens (
    token_hash blob not null,
    token_id integer not null references api_tokens (id) on delete cascade,
    used_at integer not null,
    constraint used_refresh_tokens_pkey primary key (token_hash)
) strict, without rowid;

create index used_refresh_tokens_token_id_idx on used_refresh_tokens (token_id);

-- With what access tokens are signed. The newest signs; the one before is believed until its last token has run out.
create table signing_keys (
    id integer primary key autoincrement,
    secret blob not null,
    created_at integer not null
) strict;

-- What was asked under an idempotency key, and the first answer.
create table idempotency_keys (
    -- SHA-256 of the caller and the key.
    id blob not null,
    -- SHA-256 of what was asked.
    asked blob not null,
    begun_at integer not null,
    -- Null: not answered yet. Zero: answered, with something that is shown once.
    status integer,
    content_type text,
    location text,
    body blob,
    -- The body is a failure, not yet written down.
    failed integer not null,
    constraint idempotency_keys_pkey primary key (id),
    constraint idempotency_keys_failed_check check (failed in (0, 1))
) strict, without rowid;

create index idempotency_keys_begun_at_idx on idempotency_keys (begun_at);
