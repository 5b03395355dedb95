-- Plugins: which there are, where they are on, what they keep, and what is still to be told them.

create table plugins (
    id text not null,
    -- 'builtin' or 'guest'.
    kind text not null,
    name text not null,
    version text not null,
    category text not null,
    -- 'staged': unpacked, never approved yet; 'installed'; 'removed': its data is kept for a while.
    state text not null,
    private integer not null,
    hub_wide integer not null,
    enabled_by_default integer not null,
    -- SHA-256 of the package that runs; null: a part of the hub.
    package_sha256 blob,
    -- The key that its packages are signed with, once one was.
    signer text,
    -- The manifest of the version that runs.
    manifest_json text not null,
    -- The operator's settings, and how often they were changed.
    config_json text not null,
    config_version integer not null,
    -- Its switch for the hub itself; of one that is hub-wide the only one. As in organization_plugins.
    hub_state text not null,
    hub_reason text,
    -- It ran under that version last; another one is told where it comes from.
    ran_version text,
    installed_at integer,
    installed_by integer references users (id) on delete set null,
    updated_at integer not null,
    quarantined_at integer,
    quarantine_reason text,
    -- When what it kept goes, of one that is removed.
    purge_at integer,
    constraint plugins_pkey primary key (id),
    constraint plugins_kind_check check (kind in ('builtin', 'guest')),
    constraint plugins_state_check check (state in ('staged', 'installed', 'removed')),
    constraint plugins_hub_state_check check (hub_state in ('off', 'on', 'suspended')),
    constraint plugins_private_check check (private in (0, 1)),
    constraint plugins_hub_wide_check check (hub_wide in (0, 1)),
    constraint plugins_enabled_by_default_check check (enabled_by_default in (0, 1)),
    constraint plugins_quarantined_at_check check ((quarantined_at is null) = (quarantine_reason is null))
) strict;

-- Every version that was staged, with its package: whichever node needs it has it, and every backup.
create table plugin_versions (
    plugin_id text not null references plugins (id) on delete cascade,
    version text not null,
    package_sha256 blob not null,
    signer text,
    manifest_json text not null,
    -- Null once it is removed.
    package blob,
    staged_at integer not null,
    staged_by integer references users (id) on delete set null,
    approved_at integer,
    approved_by integer references users (id) on delete set null,
    -- Since when it does not run any more.
    replaced_at integer,
    removed_at integer,
    constraint plugin_versions_pkey primary key (plugin_id, version)
) strict;

-- What an operator has granted.
create table plugin_grants (
    plugin_id text not null references plugins (id) on delete cascade,
    capability text not null,
    value_json text not null,
    granted_by integer references users (id) on delete set null,
    granted_at integer not null,
    constraint plugin_grants_pkey primary key (plugin_id, capability)
) strict;

-- Where it is on.
create table organization_plugins (
    organization_id integer not null references organizations (id) on delete cascade,
    plugin_id text not null references plugins (id) on delete cascade,
    -- 'suspended': it was on, and something has made that impossible.
    state text not null,
    reason text,
    -- Of a private one: whether this organization may see it.
    has_access integer not null,
    access_granted_by integer references users (id) on delete set null,
    access_granted_at integer,
    config_json text not null,
    config_version integer not null,
    -- What the organization takes away from the grants, and whom it gives the plugin's own permissions.
    narrowed_json text not null,
    enabled_by integer references users (id) on delete set null,
    enabled_at integer,
    constraint organization_plugins_pkey primary key (organization_id, plugin_id),
    constraint organization_plugins_state_check check (state in ('off', 'on', 'suspended')),
    constraint organization_plugins_has_access_check check (has_access in (0, 1))
) strict;

create index organization_plugins_plugin_id_idx on organization_plugins (plugin_id);

-- Which of a package's migrations have run on its own database.
create table plugin_migrations (
    plugin_id text not null references plugins (id) on delete cascade,
    version text not null,
    name text not null,
    checksum blob not null,
    applied_at integer not null,
    duration_ms integer not null,
    error text,
    constraint plugin_migrations_pkey primary key (plugin_id, name)
) strict;

-- Values under keys. No organization: the hub's. About somebody: gone with them.
create table plugin_kv (
    id integer primary key autoincrement,
    plugin_id text not null references plugins (id) on delete cascade,
    organization_id integer references organizations (id) on delete cascade,
    key text not null,
    value blob not null,
    version integer not null,
    person_id integer references users (id) on delete cascade,
    expires_at integer
) strict;

create unique index plugin_kv_key_key on plugin_kv (plugin_id, coalesce(organization_id, 0), key);
create index plugin_kv_organization_id_idx on plugin_kv (organization_id) where organization_id is not null;
create index plugin_kv_person_id_idx on plugin_kv (person_id) where person_id is not null;
create index plugin_kv_expires_at_idx on plugin_kv (expires_at) where expires_at is not null;

create table plugin_documents (
    id integer primary key autoincrement,
    plugin_id text not null references plugins (id) on delete cascade,
    organization_id integer references organizations (id) on delete cascade,
    collection text not null,
    -- What the plugin calls it.
    name text not null,
    body_json text not null,
    version integer not null,
    person_id integer references users (id) on delete cascade,
    created_at integer not null,
    updated_at integer not null
) strict;

create unique index plugin_documents_name_key on plugin_documents (plugin_id, coalesce(organization_id, 0), collection, name);
create index plugin_documents_organization_id_idx on plugin_documents (organization_id) where organization_id is not null;
create index plugin_documents_person_id_idx on plugin_documents (person_id) where person_id is not null;

-- What documents say in the fields they are found by. A text or a number; what is neither is not found by it.
create table plugin_document_index (
    document_id integer not null references plugin_documents (id) on delete cascade,
    field text not null,
    text_value text,
    number_value real,
    constraint plugin_document_index_pkey primary key (document_id, field)
) strict;

create index plugin_document_index_text_idx on plugin_document_index (field, text_value, document_id);
create index plugin_document_index_number_idx on plugin_document_index (field, number_value, document_id);

-- How much each keeps, so that a quota is one conditional update.
create table plugin_usage (
    id integer primary key autoincrement,
    plugin_id text not null references plugins (id) on delete cascade,
    organization_id integer references organizations (id) on delete cascade,
    -- 'kv' or 'documents'.
    store text not null,
    bytes integer not null,
    constraint plugin_usage_store_check check (store in ('kv', 'documents'))
) strict;

create unique index plugin_usage_store_key on plugin_usage (plugin_id, coalesce(organization_id, 0), store);
create index plugin_usage_organization_id_idx on plugin_usage (organization_id) where organization_id is not null;

-- Secret settings, sealed with the hub's key.
create table plugin_secrets (
    id integer primary key autoincrement,
    plugin_id text not null references plugins (id) on delete cascade,
    organization_id integer references organizations (id) on delete cascade,
    name text not null,
    ciphertext blob not null,
    set_by integer references users (id) on delete set null,
    set_at integer not null
) strict;

create unique index plugin_secrets_name_key on plugin_secrets (plugin_id, coalesce(organization_id, 0), name);
create index plugin_secrets_organization_id_idx on plugin_secrets (organization_id) where organization_id is not null;

-- Addresses that strangers' programs call. The token in them is kept as its SHA-256.
create table plugin_webhooks (
    id integer primary key autoincrement,
    plugin_id text not null references plugins (id) on delete cascade,
    organization_id integer references organizations (id) on delete cascade,
    name text not null,
    token_hash blob not null,
    created_at integer not null,
    last_used_at integer,
    constraint plugin_webhooks_token_hash_key unique (token_hash)
) strict;

create index plugin_webhooks_plugin_id_idx on plugin_webhooks (plugin_id, organization_id, id);
create index plugin_webhooks_organization_id_idx on plugin_webhooks (organization_id) where organization_id is not null;

-- What is still to be told, or could not be.
create table plugin_inbox (
    id integer primary key autoincrement,
    plugin_id text not null references plugins (id) on delete cascade,
    organization_id integer references organizations (id) on delete cascade,
    event_id integer not null,
    -- Events of one subject come in order: one that fails holds up those behind it, until it is parked.
    subject text not null,
    -- 0 to 4, the weakest first: what is dropped from a full inbox.
    priority integer not null,
    happened_json text not null,
    -- How many plugins stand between it and somebody's own act.
    depth integer not null,
    attempts integer not null,
    -- When it is tried next; null: parked.
    next_at integer,
    parked_at integer,
    last_error text,
    constraint plugin_inbox_parked_at_check check ((next_at is null) = (parked_at is not null))
) strict;

create unique index plugin_inbox_event_id_key on plugin_inbox (plugin_id, coalesce(organization_id, 0), event_id);
create index plugin_inbox_organization_id_idx on plugin_inbox (organization_id) where organization_id is not null;
create index plugin_inbox_next_at_idx on plugin_inbox (next_at) where next_at is not null;

-- Each time a guest had to be stopped: three within ten minutes are enough.
create table plugin_strikes (
    id integer primary key autoincrement,
    plugin_id text not null references plugins (id) on delete cascade,
    organization_id integer references organizations (id) on delete cascade,
    at integer not null,
    version text not null,
    -- In which of its functions.
    export text not null,
    why text not null,
    trace text not null
) strict;

create index plugin_strikes_plugin_id_idx on plugin_strikes (plugin_id, id);
create index plugin_strikes_organization_id_idx on plugin_strikes (organization_id) where organization_id is not null;

-- What plugins write down. The last thousand lines of each are kept.
create table plugin_log (
    id integer primary key autoincrement,
    plugin_id text not null references plugins (id) on delete cascade,
    organization_id integer references organizations (id) on delete cascade,
    at integer not null,
    level text not null,
    text text not null,
    trace text not null
) strict;

create index plugin_log_plugin_id_idx on plugin_log (plugin_id, id);
create index plugin_log_organization_id_idx on plugin_log (organization_id) where organization_id is not null;

create table plugin_calls_daily (
    id integer primary key autoincrement,
    plugin_id text not null references plugins (id) on delete cascade,
    organization_id integer references organizations (id) on delete cascade,
    -- Days since 1970, UTC.
    day integer not null,
    export text not null,
    calls integer not null,
    failures integer not null,
    cpu_ms integer not null,
    max_ms integer not null
) strict;

create unique index plugin_calls_daily_key on plugin_calls_daily (plugin_id, coalesce(organization_id, 0), day, export);
create index plugin_calls_daily_organization_id_idx on plugin_calls_daily (organization_id) where organization_id is not null;

-- Plugins hear what happens from now on.
insert into outbox_readers (name, event_id) select 'plugins', coalesce(max(id), 0) from outbox;
