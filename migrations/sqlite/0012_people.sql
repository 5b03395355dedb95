-- People to one another: what they write of themselves, who may see it, pictures, friends, and whom they keep away from.

create table profiles (
    user_id integer primary key references users (id) on delete cascade,
    about text not null,
    -- JSON: a list of {"label", "value"}.
    facts text not null,
    -- JSON: a list of addresses.
    links text not null,
    -- Two letters of ISO 3166-1.
    country text,
    updated_at integer not null
) strict;

-- No row: the defaults.
create table privacy_settings (
    user_id integer primary key references users (id) on delete cascade,
    profile text not null,
    presence text not null,
    friends text not null,
    requests text not null,
    constraint privacy_settings_profile_check check (profile in ('everybody', 'members', 'friends', 'nobody')),
    constraint privacy_settings_presence_check check (presence in ('everybody', 'members', 'friends', 'nobody')),
    constraint privacy_settings_friends_check check (friends in ('everybody', 'members', 'friends', 'nobody')),
    constraint privacy_settings_requests_check check (requests in ('everybody', 'members', 'friends', 'nobody'))
) strict;

-- Pictures are in the database and not in files: every backup has them, and every node can serve them. They are small, and asked for once.
create table avatars (
    user_id integer primary key references users (id) on delete cascade,
    -- SHA-256 of the large picture as 64 hexadecimal digits: the address under which it is kept for ever.
    hash text not null,
    -- PNG, 96 by 96.
    small blob not null,
    -- PNG, 256 by 256.
    large blob not null,
    set_at integer not null
) strict;

create index avatars_hash_idx on avatars (hash);

-- One row a pair, whoever asked, so that two people are friends once or not at all.
create table friendships (
    low_id integer not null references users (id) on delete cascade,
    high_id integer not null references users (id) on delete cascade,
    asked_by integer not null,
    asked_at integer not null,
    -- Null while it is a request.
    accepted_at integer,
    constraint friendships_pkey primary key (low_id, high_id),
    constraint friendships_order_check check (low_id < high_id),
    constraint friendships_asked_by_check check (asked_by = low_id or asked_by = high_id)
) strict, without rowid;

create index friendships_high_id_idx on friendships (high_id);

-- Whom somebody keeps away from. Blocked: neither sees the other. Muted: they no longer hear them.
create table avoidances (
    user_id integer not null references users (id) on delete cascade,
    other_id integer not null references users (id) on delete cascade,
    kind text not null,
    since integer not null,
    constraint avoidances_pkey primary key (user_id, kind, other_id),
    constraint avoidances_kind_check check (kind in ('block', 'mute')),
    constraint avoidances_other_check check (user_id <> other_id)
) strict, without rowid;

create index avoidances_other_id_idx on avoidances (other_id);

-- Everything about somebody, asked for by them: built by a job, kept for a week.
create table takeouts (
    id integer primary key autoincrement,
    user_id integer not null references users (id) on delete cascade,
    asked_at integer not null,
    -- Null until it is built.
    ready_at integer,
    -- When building it was given up; null: it was not.
    failed_at integer,
    -- From then on nobody gets it any more.
    ends_at integer not null,
    size_bytes integer not null,
    -- A ZIP; null until it is built.
    archive blob
) strict;

create index takeouts_user_id_idx on takeouts (user_id);
create index takeouts_ends_at_idx on takeouts (ends_at);
