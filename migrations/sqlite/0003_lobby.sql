-- The lobby: its rooms, the games that were listed in them, and what became of those who played.

create table rooms (
    id integer primary key autoincrement,
    -- The number that classic clients know a room by: it picks the name and the picture they show. Aleph One enters 26, Arrival.
    banner integer not null,
    -- As the site shows it.
    name text not null,
    kind text not null,
    capacity integer not null,
    -- The order in which rooms are listed, lowest first.
    position integer not null,
    guests_allowed integer not null,
    constraint rooms_banner_key unique (banner),
    constraint rooms_banner_check check (banner between 0 and 29),
    constraint rooms_kind_check check (kind in ('unranked', 'ranked', 'tournament')),
    constraint rooms_capacity_check check (capacity between 1 and 32767),
    constraint rooms_guests_allowed_check check (guests_allowed in (0, 1))
) strict;

insert into rooms (banner, name, kind, capacity, position, guests_allowed) values
    (26, 'Arrival', 'unranked', 32, 1, 1),
    (5, 'Madrigal', 'unranked', 32, 2, 1),
    (10, 'Muirthemne', 'unranked', 32, 3, 1);

create table games (
    -- Given out by the lobby before the row is written, because players and pages see a game at once.
    id integer primary key,
    room_id integer not null references rooms (id),
    dialect text not null,
    -- Null for a guest, and for somebody who is gone.
    host_user_id integer references users (id) on delete set null,
    host_name text not null,
    name text not null,
    map text not null,
    scoring text not null,
    max_players integer not null,
    -- Byte for byte as the host sent it: whatever the page does not decode today, it may tomorrow.
    description blob not null,
    listed_at integer not null,
    -- Null where it was taken off the list before it began.
    started_at integer,
    -- Null while it is open.
    ended_at integer,
    -- As the host reported it: 0 normal, 1 host lost, 2 a player quit. Null where nobody reported.
    end_code integer,
    -- How long it ran by the host's report.
    played_ms integer,
    constraint games_dialect_check check (dialect in ('myth2', 'aleph_one'))
) strict;

create index games_listed_at_idx on games (listed_at);
-- The few that are open: looked for after a restart.
create index games_open_idx on games (id) where ended_at is null;

-- Who played, and how they fared: the record that statistics are sums of.
create table game_players (
    game_id integer not null references games (id) on delete cascade,
    -- Their place in the host's report.
    seat integer not null,
    -- Null for a guest, and for somebody who is gone.
    user_id integer references users (id) on delete set null,
    -- As it was then.
    name text not null,
    -- Equal numbers are one team; null for a spectator.
    team integer,
    -- 1 for the winners; null for a spectator.
    place integer,
    outcome text not null,
    host integer not null,
    captain integer not null,
    -- Left before the end.
    dropped integer not null,
    units_killed integer not null,
    units_lost integer not null,
    damage_given integer not null,
    damage_taken integer not null,
    constraint game_players_key primary key (game_id, seat),
    constraint game_players_outcome_check check (outcome in ('win', 'tie', 'loss', 'spectator', 'cooperative')),
    constraint game_players_host_check check (host in (0, 1)),
    constraint game_players_captain_check check (captain in (0, 1)),
    constraint game_players_dropped_check check (dropped in (0, 1))
) strict;

create index game_players_user_id_idx on game_players (user_id);

-- One row for each player and kind of client: what a ladder asks for, kept up with each result.
create table player_statistics (
    user_id integer not null references users (id) on delete cascade,
    dialect text not null,
    games integer not null,
    wins integer not null,
    losses integer not null,
    ties integer not null,
    games_hosted integer not null,
    units_killed integer not null,
    units_lost integer not null,
    damage_given integer not null,
    damage_taken integer not null,
    last_played_at integer not null,
    constraint player_statistics_key primary key (user_id, dialect),
    constraint player_statistics_dialect_check check (dialect in ('myth2', 'aleph_one'))
) strict;
