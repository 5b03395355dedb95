-- The audit trail: who did what to whom, what it was before and after, and from where. Rows are added and, when they are old, removed; never changed.

create table audit_log (
    id integer primary key autoincrement,
    at integer not null,
    -- 'person', 'token', 'guise', 'game', 'stranger', 'job' or 'operator'.
    actor text not null,
    -- No reference: the trail outlives those it tells of.
    user_id integer,
    -- In a guise: who really acts.
    behind_user_id integer,
    -- The peer's address as text; null for jobs and the command line.
    address text,
    -- A word: 'user.locked'.
    act text not null,
    -- What kind of thing it was done to, and which: 'user', '17'.
    target_kind text not null,
    target_id text not null,
    organization_id integer,
    -- JSON objects of what changed, secrets left out.
    before text,
    after text
) strict;

create index audit_log_at_idx on audit_log (at);
create index audit_log_user_id_idx on audit_log (user_id, id);
create index audit_log_target_idx on audit_log (target_kind, target_id, id);
create index audit_log_organization_id_idx on audit_log (organization_id, id);
