-- Two more roles: editors write what is read, organisers run events.

alter table users drop constraint users_role_check;

alter table users add constraint users_role_check check (role in ('member', 'editor', 'organiser', 'moderator', 'admin', 'owner'));
