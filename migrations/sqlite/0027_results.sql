-- What became of games: every player's report, the one result they were reconciled into, and what that does to those who play.

-- The game's kind as its clients number it (scoring of Myth II, type of Aleph One). Null for games from before this.
alter table games add column type_number integer;
-- What kind of play the room was for when it was listed.
alter table games add column class text not null default 'unranked'
    constraint games_class_check check (class in ('unranked', 'ranked', 'tournament'));
-- When its result stood. Null while reports are awaited, and for a game that nobody reported.
alter table games add column settled_at integer;
-- How far its reports agreed. Null where it is not settled, or was before this.
alter table games add column agreement text
    constraint games_agreement_check check (agreement in ('alone', 'agreed', 'disputed'));

-- What counts has to be found by who looks for games that are over, newest first.
create index games_settled_at_idx on games (settled_at, id) where settled_at is not null;

-- What each player said of how a game ended, kept whole: where they disagree, both versions can be read.
create table game_reports (
    game_id integer not null references games (id) on delete cascade,
    -- Their number in the lobby, which tells guests apart.
    reporter integer not null,
    -- Null for a guest, and for somebody who is gone.
    user_id integer references users (id) on delete set null,
    -- As it was then.
    name text not null,
    host integer not null,
    at integer not null,
    -- Whether it says the same as the result; null before there is one.
    agrees integer,
    -- Who fared how by this report, as JSON.
    filed text not null,
    constraint game_reports_key primary key (game_id, reporter),
    constraint game_reports_host_check check (host in (0, 1)),
    constraint game_reports_agrees_check check (agrees in (0, 1))
) strict;

create index game_reports_user_id_idx on game_reports (user_id);
-- The few that no result has been made of: looked for after a restart.
create index game_reports_open_idx on game_reports (game_id) where agrees is null;

-- A stretch of ranked play with ladders of its own. All of it together is no season.
create table seasons (
    id integer primary key autoincrement,
    name text not null,
    began_at integer not null,
    -- Null while it runs.
    ended_at integer,
    -- Null once it has ended, so that one runs at most.
    running integer,
    constraint seasons_name_key unique (name),
    constraint seasons_running_key unique (running),
    constraint seasons_running_check check (running = 1)
) strict;

-- Where a player stands in one ladder: of a season or of all time, of one kind of game or of all, of one size of team or of any.
create table standings (
    user_id integer not null references users (id) on delete cascade,
    -- 0: of all time.
    season integer not null,
    dialect text not null,
    class text not null,
    -- −1: all kinds together.
    type_number integer not null,
    -- Players in the largest team; 0: any size.
    team_size integer not null,
    games integer not null,
    wins integer not null,
    losses integer not null,
    ties integer not null,
    -- Left before the end.
    dropped integer not null,
    damage_given integer not null,
    damage_taken integer not null,
    -- As the classic servers count, never below 0.
    points integer not null,
    most_points integer not null,
    -- The modern rating: how good somebody is likely to be, and how sure that is, in millionths.
    skill integer not null,
    doubt integer not null,
    -- What can be counted on, skill less three times the doubt, in hundredths: what the ladder is sorted by.
    rating integer not null,
    last_game_at integer not null,
    constraint standings_key primary key (user_id, season, dialect, class, type_number, team_size),
    constraint standings_dialect_check check (dialect in ('myth2', 'aleph_one')),
    constraint standings_class_check check (class in ('unranked', 'ranked'))
) strict;

-- Both ladders, from the top.
create index standings_rating_idx on standings (season, dialect, class, type_number, team_size, rating, games, user_id);
create index standings_points_idx on standings (season, dialect, class, type_number, team_size, points, games, user_id);

-- What each game did to each player's standings: the history, and what keeps a game from counting twice.
create table standing_changes (
    game_id integer not null references games (id) on delete cascade,
    user_id integer not null references users (id) on delete cascade,
    -- The kind of game and of team it was, and with which the other ladder than the one of everything was changed.
    dialect text not null,
    class text not null,
    type_number integer not null,
    team_size integer not null,
    -- In the ladder of all kinds and of all time.
    points_before integer not null,
    points_after integer not null,
    rating_before integer not null,
    rating_after integer not null,
    at integer not null,
    constraint standing_changes_key primary key (game_id, user_id),
    constraint standing_changes_dialect_check check (dialect in ('myth2', 'aleph_one')),
    constraint standing_changes_class_check check (class in ('unranked', 'ranked'))
) strict;

create index standing_changes_user_id_idx on standing_changes (user_id, dialect, class, at, game_id);

-- Who reads what happened, and counts: see `events`.
insert into outbox_readers (name, event_id) select 'ranking', coalesce(max(id), 0) from outbox;
