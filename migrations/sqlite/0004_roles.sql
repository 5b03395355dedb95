-- Two more roles: editors write what is read, organisers run events.
--
-- SQLite can't change a check, so the table is built anew; whoever refers to it keeps its name. That an address is one account's comes back
-- with 0009, as an index.

create table users_anew (
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
    constraint users_role_check check (role in ('member', 'editor', 'organiser', 'moderator', 'admin', 'owner')),
    constraint users_email_check check ((email is null) = (folded_email is null))
) strict;

insert into users_anew (id, name, folded_name, folded_game_name, email, folded_email, password_hash, role, locked_at, created_at, password_changed_at)
select id, name, folded_name, folded_game_name, email, folded_email, password_hash, role, locked_at, created_at, password_changed_at from users;

-- An id is never given out twice, not even that of somebody who is gone.
delete from sqlite_sequence where name = 'users_anew';
insert into sqlite_sequence (name, seq) select 'users_anew', seq from sqlite_sequence where name = 'users';

drop table users;

alter table users_anew rename to users;

-- Owners are few and asked for by role; everybody else is found by id or name.
create index users_owner_idx on users (role) where role = 'owner';
