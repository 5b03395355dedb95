-- Talk from pages in rooms that another node runs. With one node, and on SQLite, nothing is written here.

-- What a node asks of whichever runs a room, which takes it away.
create table lobby_errands (
    id integer primary key autoincrement,
    -- Who asks.
    node text not null,
    room integer not null,
    -- JSON.
    errand text not null,
    asked_at integer not null
) strict;

-- What it is answered, and takes away.
create table lobby_answers (
    id integer primary key autoincrement,
    -- Whom it is for.
    node text not null,
    -- JSON.
    answer text not null,
    answered_at integer not null
) strict;
create index lobby_answers_node_idx on lobby_answers (node);
