-- Keeping order: what is reported, what is done about it, and what those it was done to say.

create table reports (
    id integer primary key autoincrement,
    -- Null for somebody who is gone.
    reporter_id integer references users (id) on delete set null,
    target text not null,
    -- Whom it is about; null for an organization, for a guest, and for somebody who is gone.
    user_id integer references users (id) on delete set null,
    -- The organization it is about; null for a person, and for one that is gone.
    organization_id integer references organizations (id) on delete set null,
    -- Whom or what, as it was called then.
    name text not null,
    -- Which thing of theirs: a line of chat, the address of an organization.
    reference text not null,
    -- What the report is about, as one word: nobody reports the same thing twice at the same time.
    target_key text not null,
    reason text not null,
    text text not null,
    -- What it was about, as it was then.
    context text not null,
    created_at integer not null,
    claimed_by integer references users (id) on delete set null,
    -- A claim holds for a while only: moderators go home.
    claimed_at integer,
    -- Null while it is open.
    decided_at integer,
    decided_by integer references users (id) on delete set null,
    -- Whether something was done about it.
    acted integer not null,
    -- What was said of it.
    decision text,
    constraint reports_target_check check (target in ('person', 'chat', 'organization', 'profile', 'avatar')),
    constraint reports_reason_check check (reason in ('abuse', 'spam', 'cheating', 'impersonation', 'illegal', 'other')),
    constraint reports_acted_check check (acted in (0, 1))
) strict;

create unique index reports_reporter_id_target_key_key on reports (reporter_id, target_key) where decided_at is null;
create index reports_open_idx on reports (id) where decided_at is null;
create index reports_user_id_idx on reports (user_id, id);
create index reports_organization_id_idx on reports (organization_id, id) where organization_id is not null;
create index reports_reporter_id_idx on reports (reporter_id, id);

-- Shared by those who keep order: about a report, or about somebody.
create table moderation_notes (
    id integer primary key autoincrement,
    report_id integer references reports (id) on delete cascade,
    user_id integer references users (id) on delete cascade,
    by_id integer references users (id) on delete set null,
    at integer not null,
    text text not null
) strict;

create index moderation_notes_report_id_idx on moderation_notes (report_id);
create index moderation_notes_user_id_idx on moderation_notes (user_id);

-- What was done: about an account, a range of addresses, or a pattern of names. A row holds while it is not lifted and its end lies ahead;
-- nothing has to run for it to end.
create table sanctions (
    id integer primary key autoincrement,
    kind text not null,
    user_id integer references users (id) on delete cascade,
    -- CIDR; and its first and last address as 16 bytes, IPv4 as mapped into IPv6, so that both compare alike.
    network text,
    network_low blob,
    network_high blob,
    -- Folded as names are, with * for anything.
    pattern text,
    reason text not null,
    report_id integer references reports (id) on delete set null,
    -- Null for the operator.
    by_id integer references users (id) on delete set null,
    at integer not null,
    -- Null: for good.
    until integer,
    lifted_at integer,
    lifted_by integer references users (id) on delete set null,
    constraint sanctions_kind_check check (kind in ('warn', 'mute', 'suspend', 'ban')),
    constraint sanctions_whom_check check (
        (user_id is not null and network is null and pattern is null)
        or (user_id is null and network is not null and pattern is null)
        or (user_id is null and network is null and pattern is not null))
) strict;

create index sanctions_user_id_idx on sanctions (user_id, id);
create index sanctions_network_idx on sanctions (network_low) where network is not null;
create index sanctions_pattern_idx on sanctions (id) where pattern is not null;
create index sanctions_report_id_idx on sanctions (report_id);

create table appeals (
    id integer primary key autoincrement,
    sanction_id integer not null references sanctions (id) on delete cascade,
    text text not null,
    at integer not null,
    state text not null,
    answer text,
    answered_at integer,
    answered_by integer references users (id) on delete set null,
    constraint appeals_sanction_id_key unique (sanction_id),
    constraint appeals_state_check check (state in ('open', 'upheld', 'lifted'))
) strict;

create index appeals_open_idx on appeals (id) where state = 'open';

-- Lets somebody who may not log in read why, and appeal. Made when they prove who they are, and sent by mail.
create table appeal_passes (
    -- SHA-256 of the pass.
    pass_hash blob not null,
    user_id integer not null references users (id) on delete cascade,
    ends_at integer not null,
    constraint appeal_passes_pkey primary key (pass_hash)
) strict, without rowid;

create index appeal_passes_ends_at_idx on appeal_passes (ends_at);
