-- What nodes tell each other of themselves, and rooms spread over them. All of it is worth nothing once its node is gone.

-- On each board, each node that lives has one bulletin, and reads the others'.
create table bulletins (
    -- Which part of the hub tells: who has pages open, which rooms a node runs.
    board text not null,
    -- A random word, new with each start.
    node text not null,
    -- Rises while the node lives.
    beat integer not null,
    -- The beat by which it told what it tells.
    since integer not null,
    -- JSON.
    told text not null,
    primary key (board, node)
) strict;
-- It was the only board.
drop table presence;

-- Who has proved who they are at one node's login server, for the rooms of the others.
create table lobby_passes (
    -- Rises with each log-on, so that of two of one account the newer is known.
    id integer primary key autoincrement,
    -- SHA-256 of what its holder shows, as hex.
    digest text not null unique,
    -- An account has one pass at a time.
    user_id integer unique references users (id) on delete cascade,
    -- It opens one room, and no other after it.
    once integer not null,
    -- JSON: whose it is, as rooms and lists say it.
    papers text not null,
    -- Where they are: by which connection to which node. `visit` is null before the first room.
    node text not null,
    visit integer,
    -- How often they came into a room.
    moves integer not null,
    -- While they are in none, it is good until then; null while they are in one.
    good_until integer,
    constraint lobby_passes_once_check check (once in (0, 1))
) strict;
create index lobby_passes_node_idx on lobby_passes (node);

-- Numbers that nodes take by the hundred, so that no two give out the same.
create table lobby_numbers (
    name text not null primary key,
    -- The last that was taken.
    last integer not null
) strict;

-- Each node tells of its own rooms.
alter table lobby_mirror add column node text not null default '';
create index lobby_mirror_node_idx on lobby_mirror (node, id);
