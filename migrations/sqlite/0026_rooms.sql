-- The lobby's rooms as those who run the hub want them.

-- Who may enter by their caste, the icon that ranked play earns: from 0, a dagger, to 16, a comet. Null: no limit on that side.
alter table rooms add column caste_least integer constraint rooms_caste_least_check check (caste_least between 0 and 16);
alter table rooms add column caste_most integer constraint rooms_caste_most_check check (caste_most between 0 and 16);
-- Two capital letters (ISO 3166-1): only people whose profile names that country come in. Null: everybody.
alter table rooms add column country text;
-- What whoever enters is told, a line each. Empty: nothing.
alter table rooms add column greeting text not null default '';
-- Slow mode: seconds between two lines of one player; 0 is off.
alter table rooms add column slow_secs integer not null default 0 constraint rooms_slow_secs_check check (slow_secs between 0 and 3600);
-- Null while it is open. Games that were played in a closed room still name it, and a room made anew with its banner is the same one.
alter table rooms add column closed_at integer;

-- Who keeps order in one room. The hub's moderators do in all.
create table room_moderators (
    room_id integer not null references rooms (id),
    user_id integer not null references users (id) on delete cascade,
    constraint room_moderators_key primary key (room_id, user_id)
) strict;

create index room_moderators_user_id_idx on room_moderators (user_id);

-- Whom nobody hears in a room, and who may not enter it. What holds in the whole hub is a sanction.
create table room_restraints (
    id integer primary key autoincrement,
    room_id integer not null references rooms (id),
    -- 'gag': nobody hears them; 'bar': they may not enter.
    kind text not null,
    -- Null for a guest.
    user_id integer references users (id) on delete cascade,
    -- A guest's number in the lobby that runs; the next one gives it to somebody else.
    guest integer,
    -- As they were called then.
    name text not null,
    reason text not null,
    by_id integer references users (id) on delete set null,
    at integer not null,
    -- Null: until it is lifted.
    until integer,
    lifted_at integer,
    constraint room_restraints_kind_check check (kind in ('gag', 'bar')),
    constraint room_restraints_whom_check check (user_id is null or guest is null)
) strict;

create index room_restraints_room_id_idx on room_restraints (room_id, id);
create index room_restraints_user_id_idx on room_restraints (user_id);

-- Words that nobody says in rooms.
create table muted_words (
    id integer primary key autoincrement,
    -- Null: in no room.
    room_id integer references rooms (id),
    -- Lower case; with a star at the end every word that begins so.
    word text not null
) strict;

create unique index muted_words_word_idx on muted_words (coalesce(room_id, 0), word);
