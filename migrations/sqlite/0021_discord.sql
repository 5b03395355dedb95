-- Discord: the hub's application there, servers linked to organizations, what is told in them, and who was given which role.
-- Numbers of Discord's are text: they fill 64 bits without a sign.

create table discord_hub (
    -- There is one.
    id integer primary key not null,
    application_id text not null,
    -- Ed25519, in hexadecimal: with it Discord proves that an interaction is its own.
    public_key text not null,
    -- The bot's token, sealed with a key that lies beside the database; null: there is none.
    token blob,
    -- Whether to keep a connection to Discord open.
    gateway integer not null,
    -- What is wrong, as a word, and since when.
    trouble text,
    trouble_at integer,
    changed_at integer not null,
    constraint discord_hub_id_check check (id = 1),
    constraint discord_hub_gateway_check check (gateway in (0, 1))
) strict;

-- Which commands Discord was told last, so that it is told again only when they are others.
create table discord_definitions (
    -- A server's number; empty: everywhere.
    scope text primary key not null,
    -- SHA-256 of the application's number and the definition.
    hash blob not null,
    told_at integer not null
) strict;

-- Interactions that were heard: a second one of the same number is somebody's copy.
create table discord_seen (
    interaction text primary key not null,
    seen_at integer not null
) strict;
create index discord_seen_seen_at_idx on discord_seen (seen_at);

-- Codes that link a server to an organization, until they are typed there.
create table discord_codes (
    -- SHA-256: whoever reads the database links nothing.
    code_hash blob primary key not null,
    organization_id integer not null references organizations (id) on delete cascade,
    -- Whoever asked for it, and nobody else, may type it.
    user_id integer not null references users (id) on delete cascade,
    ends_at integer not null
) strict;
create index discord_codes_ends_at_idx on discord_codes (ends_at);
create index discord_codes_organization_id_idx on discord_codes (organization_id);
create index discord_codes_user_id_idx on discord_codes (user_id);

-- One server may serve several organizations, and one organization several servers.
create table discord_guilds (
    organization_id integer not null references organizations (id) on delete cascade,
    guild_id text not null,
    name text not null,
    linked_at integer not null,
    trouble text,
    primary key (organization_id, guild_id)
) strict;
create index discord_guilds_guild_id_idx on discord_guilds (guild_id);

-- What is told in which channel.
create table discord_channels (
    organization_id integer not null,
    guild_id text not null,
    topic text not null,
    channel_id text not null,
    trouble text,
    primary key (organization_id, guild_id, topic),
    constraint discord_channels_guild_fkey foreign key (organization_id, guild_id)
        references discord_guilds (organization_id, guild_id) on delete cascade
) strict;

-- Which role of the organization is which role of the server.
create table discord_roles (
    organization_id integer not null,
    guild_id text not null,
    role text not null,
    role_id text not null,
    trouble text,
    primary key (organization_id, guild_id, role),
    constraint discord_roles_guild_fkey foreign key (organization_id, guild_id)
        references discord_guilds (organization_id, guild_id) on delete cascade
) strict;
create index discord_roles_guild_id_idx on discord_roles (guild_id);

-- Roles the hub has given. Only these it takes away again.
create table discord_given (
    guild_id text not null,
    -- The account at Discord.
    account text not null,
    role_id text not null,
    -- Whose it was; null once they are gone from here.
    user_id integer references users (id) on delete set null,
    given_at integer not null,
    primary key (guild_id, account, role_id)
) strict;
create index discord_given_user_id_idx on discord_given (user_id);

-- What is told in channels, until Discord has taken it or it is worth nothing any more.
create table discord_messages (
    id integer primary key autoincrement,
    organization_id integer not null references organizations (id) on delete cascade,
    guild_id text not null,
    channel_id text not null,
    topic text not null,
    -- JSON, as Discord takes it.
    body text not null,
    -- The event it tells of; null: a test, or a plugin's.
    event_id integer,
    state text not null,
    created_at integer not null,
    good_until integer not null,
    settled_at integer,
    error text,
    constraint discord_messages_event_id_channel_id_organization_id_key unique (event_id, channel_id, organization_id),
    constraint discord_messages_state_check check (state in ('waiting', 'sent', 'failed', 'expired'))
) strict;
create index discord_messages_created_at_idx on discord_messages (created_at);
create index discord_messages_organization_id_idx on discord_messages (organization_id, id);

-- From now on; what happened before, nobody had asked for.
insert into outbox_readers (name, event_id) select 'discord', coalesce(max(id), 0) from outbox;
