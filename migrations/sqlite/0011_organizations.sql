-- Organizations: what they are, who belongs to them, who may do what in them, and who wants in.

create table organizations (
    -- Never given out twice: the audit trail and other programs may still name one that is gone.
    id integer primary key autoincrement,
    -- The last part of its address; former ones stand in organization_slugs.
    slug text not null,
    name text not null,
    -- Letter case, accents, separators and look-alikes folded away, so that none can pass for another.
    folded_name text not null,
    -- What lists are ordered by: letter case and accents folded away, and the folded name behind it, so that no two are equal.
    sort_name text not null,
    description text not null,
    visibility text not null,
    joining text not null,
    state text not null,
    -- Why it is suspended, or was refused; for its members.
    reason text,
    -- Places taken, one for each row of organization_members: taken and given back in the statement that looks whether one is left.
    member_count integer not null,
    seats integer not null,
    -- Asked to own it, and until when they may say yes.
    heir_id integer references users (id) on delete set null,
    heir_until integer,
    created_at integer not null,
    -- Null: asked for, and not granted yet.
    granted_at integer,
    -- A closed one that is reopened is suspended again if it was.
    suspended_at integer,
    closed_at integer,
    constraint organizations_slug_key unique (slug),
    constraint organizations_folded_name_key unique (folded_name),
    constraint organizations_visibility_check check (visibility in ('public', 'unlisted', 'hidden')),
    constraint organizations_joining_check check (joining in ('open', 'request', 'invitation')),
    constraint organizations_state_check check (state in ('requested', 'active', 'suspended', 'closed')),
    constraint organizations_seats_check check (member_count >= 0 and member_count <= seats),
    constraint organizations_closed_check check ((state = 'closed') = (closed_at is not null))
) strict;

create index organizations_sort_name_idx on organizations (sort_name);
create index organizations_state_idx on organizations (state, closed_at);
create index organizations_heir_id_idx on organizations (heir_id);

-- Every address an organization has or had. A former one goes on leading to it and is never given to another.
create table organization_slugs (
    slug text not null,
    organization_id integer not null references organizations (id) on delete cascade,
    constraint organization_slugs_pkey primary key (slug)
) strict, without rowid;

create index organization_slugs_organization_id_idx on organization_slugs (organization_id);

-- One row for whoever has ever begun or joined an organization. It is held while they do, so that two tabs of one person cannot both
-- take their last place.
create table organization_people (
    user_id integer primary key references users (id) on delete cascade
) strict;

create table organization_members (
    organization_id integer not null references organizations (id) on delete cascade,
    user_id integer not null references users (id) on delete cascade,
    role text not null,
    joined_at integer not null,
    constraint organization_members_pkey primary key (organization_id, user_id),
    constraint organization_members_role_check check (role in ('guest', 'member', 'editor', 'organiser', 'moderator', 'admin', 'owner'))
) strict, without rowid;

create index organization_members_user_id_idx on organization_members (user_id);
-- An organization has one owner.
create unique index organization_members_owner_idx on organization_members (organization_id) where role = 'owner';

-- Which roles may do what, where it is not as by default.
create table organization_policies (
    organization_id integer not null references organizations (id) on delete cascade,
    -- The action's word.
    action text not null,
    -- The roles' words, with spaces between.
    roles text not null,
    constraint organization_policies_pkey primary key (organization_id, action)
) strict, without rowid;

-- Who is invited by name.
create table organization_invitations (
    organization_id integer not null references organizations (id) on delete cascade,
    user_id integer not null references users (id) on delete cascade,
    role text not null,
    invited_by integer references users (id) on delete set null,
    invited_at integer not null,
    expires_at integer not null,
    constraint organization_invitations_pkey primary key (organization_id, user_id),
    constraint organization_invitations_role_check check (role in ('guest', 'member'))
) strict, without rowid;

create index organization_invitations_user_id_idx on organization_invitations (user_id);
create index organization_invitations_expires_at_idx on organization_invitations (expires_at);

-- Links that let in whoever has them.
create table organization_links (
    id integer primary key autoincrement,
    organization_id integer not null references organizations (id) on delete cascade,
    -- SHA-256 of what stands in the link: who reads this table comes in nowhere.
    token_hash blob not null,
    role text not null,
    uses_left integer not null,
    used integer not null,
    made_by integer references users (id) on delete set null,
    made_at integer not null,
    expires_at integer not null,
    constraint organization_links_token_hash_key unique (token_hash),
    constraint organization_links_role_check check (role in ('guest', 'member')),
    constraint organization_links_uses_left_check check (uses_left >= 0)
) strict;

create index organization_links_organization_id_idx on organization_links (organization_id);
create index organization_links_expires_at_idx on organization_links (expires_at);

-- Who asks to join.
create table organization_requests (
    organization_id integer not null references organizations (id) on delete cascade,
    user_id integer not null references users (id) on delete cascade,
    message text not null,
    asked_at integer not null,
    constraint organization_requests_pkey primary key (organization_id, user_id)
) strict, without rowid;

create index organization_requests_user_id_idx on organization_requests (user_id);
