-- Who has a role, found at once; and who was written to that they are invited.

-- So that invitations, which can be taken back and made again, are no way to fill a mailbox.
create table organization_letters (
    organization_id bigint not null references organizations (id) on delete cascade,
    user_id bigint not null references users (id) on delete cascade,
    -- The last letter. Rows older than what counts are thrown away.
    sent_at bigint not null,
    constraint organization_letters_pkey primary key (organization_id, user_id)
);

create index organization_letters_user_id_idx on organization_letters (user_id, sent_at);
create index organization_letters_sent_at_idx on organization_letters (sent_at);

-- Who is more than a member is asked for by role: few among many.
create index users_staff_idx on users (role, id) where role <> 'member';
