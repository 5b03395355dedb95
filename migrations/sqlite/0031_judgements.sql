-- What those who keep order say of results that players dispute, and what ladders need to be read in more ways.

-- The last word on a disputed result. Which it was before stands in the audit trail.
create table game_judgements (
    game_id integer primary key references games (id) on delete cascade,
    -- 'confirmed': it stands as it is; 'overturned': another report is the result; 'voided': it counts for nothing.
    verdict text not null,
    -- Whose report is the result since it was overturned: their number in the lobby.
    reporter integer,
    reason text not null,
    -- Null for the operator, and for somebody who is gone.
    by_id integer references users (id) on delete set null,
    at integer not null,
    constraint game_judgements_verdict_check check (verdict in ('confirmed', 'overturned', 'voided')),
    constraint game_judgements_reporter_check check ((reporter is not null) = (verdict = 'overturned'))
) strict;

create index game_judgements_by_id_idx on game_judgements (by_id);
-- The few that players dispute: what those who keep order look through.
create index games_disputed_idx on games (id) where agreement = 'disputed';
-- What the kinds of game are called, by their newest game.
create index games_type_number_idx on games (dialect, type_number, id) where settled_at is not null;

-- The icon somebody had after a game, 0 to 16, among all who had played by then. Null: not a ranked game of Myth II, or from before this.
alter table standing_changes add column caste integer
    constraint standing_changes_caste_check check (caste between 0 and 16);
