-- What the pages of other nodes show of the lobby, which one node runs: its state, and what has changed since. Nobody needs it for longer
-- than it takes to read, so each new state clears away what was before it. With one node there is nobody to read, and nothing is written on SQLite.
create table lobby_mirror (
    id integer primary key autoincrement,
    -- It begins with the whole state, so whoever is new, or has missed something, begins here.
    whole integer not null,
    -- What the live socket tells pages, as JSON: a list of snapshots and changes.
    told text not null,
    constraint lobby_mirror_whole_check check (whole in (0, 1))
) strict;
