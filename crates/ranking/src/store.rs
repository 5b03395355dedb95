//! What is remembered of standings: every statement, one function each. The rest is in `seasons`, `played` and `career`.
//!
//! Of the lobby's tables it reads games that are settled and who played them, of the accounts' own the name and whether it is locked, and
//! writes neither.

pub(crate) mod career;
pub(crate) mod played;
pub(crate) mod seasons;

use base::{GameId, Millis, UserId};
use contract::{
    lobby::Dialect,
    ranking::{Board, Class, Fate, OnBoard, Order, Rung, Standing, Step},
};
use db::{Db, Error, Query, Tx, sql};
use serde::{Deserialize, Serialize};

use crate::{
    caste::NOVICE_GAMES,
    counting::{Player, Side, Tally},
    skill::Skill,
};

/// All kinds of games, in the column that has one.
const ALL_KINDS: i64 = -1;
/// Any size of team, and all of time, in theirs.
const ANY: i64 = 0;

/// A settled game that has not been counted.
pub(crate) struct Settled {
    pub(crate) dialect: Dialect,
    pub(crate) class: Class,
    pub(crate) kind: u16,
    pub(crate) sides: Vec<Side>,
}

/// A place in a ladder, from which it goes on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Mark {
    pub(crate) number: u64,
    pub(crate) value: i64,
    pub(crate) games: i64,
    pub(crate) user: i64,
}

#[derive(sqlx::FromRow)]
struct StandingRow {
    user_id: i64,
    name: String,
    season: i64,
    dialect: String,
    class: String,
    type_number: i64,
    team_size: i64,
    games: i64,
    wins: i64,
    losses: i64,
    ties: i64,
    dropped: i64,
    damage_given: i64,
    damage_taken: i64,
    points: i64,
    most_points: i64,
    skill: i64,
    doubt: i64,
    rating: i64,
    last_game_at: i64,
}

#[derive(sqlx::FromRow)]
struct SeatRow {
    team: i64,
    place: i64,
    user_id: Option<i64>,
    outcome: String,
    dropped: bool,
    damage_given: i64,
    damage_taken: i64,
}

#[derive(sqlx::FromRow)]
struct StepRow {
    game_id: i64,
    at: i64,
    dialect: String,
    class: String,
    points_before: i64,
    points_after: i64,
    rating_before: i64,
    rating_after: i64,
}

impl StandingRow {
    fn tally(&self) -> Tally {
        Tally {
            games: self.games,
            wins: self.wins,
            losses: self.losses,
            ties: self.ties,
            dropped: self.dropped,
            damage_given: self.damage_given,
            damage_taken: self.damage_taken,
            points: points(self.points),
            most_points: points(self.most_points),
            skill: Skill { skill: self.skill, doubt: self.doubt },
        }
    }

    fn standing(&self) -> Standing {
        let count = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
        Standing {
            games: count(self.games),
            wins: count(self.wins),
            losses: count(self.losses),
            ties: count(self.ties),
            dropped: count(self.dropped),
            damage_given: self.damage_given,
            damage_taken: self.damage_taken,
            points: points(self.points),
            most_points: points(self.most_points),
            rating: self.rating,
            skill: self.skill / 10_000,
            doubt: self.doubt / 10_000,
            last_game_at: Millis(self.last_game_at),
        }
    }

    fn board(&self) -> Option<Board> {
        Some(Board {
            dialect: Dialect::from_word(&self.dialect)?,
            class: Class::from_word(&self.class)?,
            kind: u16::try_from(self.type_number).ok(),
            team_size: u16::try_from(self.team_size).ok().filter(|size| *size > 0),
            season: Some(self.season).filter(|season| *season > 0),
        })
    }
}

fn points(stored: i64) -> i32 {
    i32::try_from(stored).unwrap_or(i32::MAX)
}

/// Binds what names a ladder: season, dialect, class, kind, size.
fn on_board(query: Query, board: &Board) -> Query {
    query
        .bind(board.season.unwrap_or(ANY))
        .bind(board.dialect.word())
        .bind(board.class.word())
        .bind(board.kind.map_or(ALL_KINDS, i64::from))
        .bind(board.team_size.map_or(ANY, i64::from))
}

/// Who has that name and is not shut out.
pub(crate) async fn player_by_name(db: &Db, folded_name: &str) -> Result<Option<(UserId, String)>, Error> {
    let row: Option<(i64, String)> = sql("select id, name from users where folded_name = $1 and locked_at is null")
        .bind(folded_name)
        .fetch_optional(db)
        .await?;
    Ok(row.map(|(id, name)| (UserId::from(id), name)))
}

/// The result of a game that is still to be counted.
pub(crate) async fn result(tx: &mut Tx<'_>, game: GameId) -> Result<Option<Settled>, Error> {
    let about: Option<(String, String, i64)> =
        sql("select dialect, class, type_number from games where id = $1 and settled_at is not null \
         and type_number is not null and not exists (select 1 from standing_changes where game_id = $1)")
        .bind(game)
        .fetch_optional(&mut *tx)
        .await?;
    let Some((dialect, class, kind)) = about else { return Ok(None) };
    let (Some(dialect), Ok(kind)) = (Dialect::from_word(&dialect), u16::try_from(kind)) else { return Ok(None) };
    let rows: Vec<SeatRow> =
        sql("select team, place, user_id, outcome, dropped, damage_given, damage_taken from game_players \
         where game_id = $1 and team is not null and place is not null and outcome in ('win', 'tie', 'loss') \
         order by place, team, seat")
        .bind(game)
        .fetch_all(&mut *tx)
        .await?;
    let mut sides: Vec<(i64, Side)> = Vec::new();
    for row in rows {
        let Some(fate) = Fate::from_word(&row.outcome) else { continue };
        let player = Player {
            user: row.user_id.map(UserId::from),
            fate,
            dropped: row.dropped,
            damage_given: row.damage_given,
            damage_taken: row.damage_taken,
        };
        if let Some((_, side)) = sides.iter_mut().find(|(known, _)| *known == row.team) {
            side.players.push(player);
        } else {
            let place = u32::try_from(row.place).unwrap_or(u32::MAX);
            sides.push((row.team, Side { place, players: vec![player] }));
        }
    }
    // The client has two kinds of score: what is played in a tournament counts like what is played in a ranked room.
    let class = if class == Class::Unranked.word() { Class::Unranked } else { Class::Ranked };
    Ok(Some(Settled { dialect, class, kind, sides: sides.into_iter().map(|(_, side)| side).collect() }))
}

/// How somebody stands in a ladder now.
pub(crate) async fn tally(tx: &mut Tx<'_>, user: UserId, board: &Board) -> Result<Option<Tally>, Error> {
    let row: Option<StandingRow> = on_board(
        sql("select s.*, u.name from standings s join users u on u.id = s.user_id where s.season = $1 and s.dialect = $2 \
             and s.class = $3 and s.type_number = $4 and s.team_size = $5 and s.user_id = $6"),
        board,
    )
    .bind(user)
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|row| row.tally()))
}

/// Writes down how somebody stands in a ladder. Whoever is gone by now stands nowhere.
pub(crate) async fn save_tally(
    tx: &mut Tx<'_>,
    user: UserId,
    board: &Board,
    tally: &Tally,
    at: Millis,
) -> Result<(), Error> {
    on_board(
        sql("insert into standings (season, dialect, class, type_number, team_size, user_id, games, wins, losses, ties, dropped, \
             damage_given, damage_taken, points, most_points, skill, doubt, rating, last_game_at) \
             select $1, $2, $3, $4, $5, id, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19 from users where id = $6 \
             on conflict (user_id, season, dialect, class, type_number, team_size) do update set games = excluded.games, \
             wins = excluded.wins, losses = excluded.losses, ties = excluded.ties, dropped = excluded.dropped, \
             damage_given = excluded.damage_given, damage_taken = excluded.damage_taken, points = excluded.points, \
             most_points = excluded.most_points, skill = excluded.skill, doubt = excluded.doubt, rating = excluded.rating, \
             last_game_at = excluded.last_game_at"),
        board,
    )
    .bind(user)
    .bind(tally.games)
    .bind(tally.wins)
    .bind(tally.losses)
    .bind(tally.ties)
    .bind(tally.dropped)
    .bind(tally.damage_given)
    .bind(tally.damage_taken)
    .bind(tally.points)
    .bind(tally.most_points)
    .bind(tally.skill.skill)
    .bind(tally.skill.doubt)
    .bind(tally.skill.rating())
    .bind(at)
    .execute(tx)
    .await?;
    Ok(())
}

/// Writes down what a game did to somebody: `board` is the narrowest ladder, the figures are of the widest.
pub(crate) async fn insert_change(
    tx: &mut Tx<'_>,
    game: GameId,
    user: UserId,
    board: &Board,
    (before, after): (&Tally, &Tally),
    at: Millis,
) -> Result<(), Error> {
    sql("insert into standing_changes (game_id, user_id, dialect, class, type_number, team_size, points_before, points_after, \
         rating_before, rating_after, at) select $1, id, $3, $4, $5, $6, $7, $8, $9, $10, $11 from users where id = $2")
    .bind(game)
    .bind(user)
    .bind(board.dialect.word())
    .bind(board.class.word())
    .bind(board.kind.map_or(ALL_KINDS, i64::from))
    .bind(board.team_size.map_or(ANY, i64::from))
    .bind(before.points)
    .bind(after.points)
    .bind(before.skill.rating())
    .bind(after.skill.rating())
    .bind(at)
    .execute(tx)
    .await?;
    Ok(())
}

const LADDER_BY_RATING: &str = "select s.*, u.name from standings s join users u on u.id = s.user_id and u.locked_at is null \
     where s.season = $1 and s.dialect = $2 and s.class = $3 and s.type_number = $4 and s.team_size = $5 and s.games > $6 \
     and (s.rating < $7 or (s.rating = $7 and (s.games < $8 or (s.games = $8 and s.user_id < $9)))) \
     order by s.rating desc, s.games desc, s.user_id desc limit $10";
const LADDER_BY_POINTS: &str = "select s.*, u.name from standings s join users u on u.id = s.user_id and u.locked_at is null \
     where s.season = $1 and s.dialect = $2 and s.class = $3 and s.type_number = $4 and s.team_size = $5 and s.games > $6 \
     and (s.points < $7 or (s.points = $7 and (s.games < $8 or (s.games = $8 and s.user_id < $9)))) \
     order by s.points desc, s.games desc, s.user_id desc limit $10";

/// A page of a ladder; with each row the place from which the next page would go on after it.
pub(crate) async fn ladder(
    db: &Db,
    board: &Board,
    order: Order,
    after: Option<&Mark>,
    at_most: u32,
) -> Result<Vec<(Rung, Mark)>, Error> {
    let (text, least) = match order {
        Order::Rating => (LADDER_BY_RATING, 0),
        Order::Points => (LADDER_BY_POINTS, i64::from(NOVICE_GAMES)),
    };
    let from = after.cloned().unwrap_or(Mark { number: 0, value: i64::MAX, games: i64::MAX, user: i64::MAX });
    let rows: Vec<StandingRow> = on_board(sql(text), board)
        .bind(least)
        .bind(from.value)
        .bind(from.games)
        .bind(from.user)
        .bind(at_most)
        .fetch_all(db)
        .await?;
    let rung = |(place, row): (u64, StandingRow)| {
        let value = match order {
            Order::Rating => row.rating,
            Order::Points => row.points,
        };
        let next = Mark { number: place, value, games: row.games, user: row.user_id };
        let standing = row.standing();
        (Rung { place, user: UserId::from(row.user_id), name: row.name, standing }, next)
    };
    Ok((from.number + 1..).zip(rows).map(rung).collect())
}

/// The place in the classic ladder and how many are placed in it; `None`: somebody with no game there.
pub(crate) async fn classic_place(db: &Db, user: UserId, board: &Board) -> Result<Option<(u32, u64, u64)>, Error> {
    let row: Option<(i64, i64, i64)> = on_board(
        sql("select own.games, (select count(*) from standings s join users u on u.id = s.user_id and u.locked_at is null \
             where s.season = $1 and s.dialect = $2 and s.class = $3 and s.type_number = $4 and s.team_size = $5 and s.games > $7 \
             and (s.points > own.points or (s.points = own.points and (s.games > own.games \
             or (s.games = own.games and s.user_id > own.user_id))))), \
             (select count(*) from standings s join users u on u.id = s.user_id and u.locked_at is null \
             where s.season = $1 and s.dialect = $2 and s.class = $3 and s.type_number = $4 and s.team_size = $5 and s.games > $7) \
             from standings own where own.season = $1 and own.dialect = $2 and own.class = $3 and own.type_number = $4 \
             and own.team_size = $5 and own.user_id = $6"),
        board,
    )
    .bind(user)
    .bind(i64::from(NOVICE_GAMES))
    .fetch_optional(db)
    .await?;
    let count = |count: i64| u64::try_from(count).unwrap_or_default();
    Ok(row.map(|(games, ahead, placed)| (u32::try_from(games).unwrap_or(u32::MAX), count(ahead) + 1, count(placed))))
}

/// Every ladder somebody stands in.
pub(crate) async fn boards(db: &Db, user: UserId) -> Result<Vec<OnBoard>, Error> {
    let rows: Vec<StandingRow> =
        sql("select s.*, u.name from standings s join users u on u.id = s.user_id where s.user_id = $1 \
         order by s.season, s.dialect, s.class, s.type_number, s.team_size limit 1000")
        .bind(user)
        .fetch_all(db)
        .await?;
    Ok(rows.iter().filter_map(|row| Some(OnBoard { board: row.board()?, standing: row.standing() })).collect())
}

/// What the last games did to somebody, the newest first.
pub(crate) async fn changes(db: &Db, user: UserId, at_most: u32) -> Result<Vec<Step>, Error> {
    let rows: Vec<StepRow> = sql(
        "select game_id, at, dialect, class, points_before, points_after, rating_before, rating_after from standing_changes \
         where user_id = $1 order by at desc, game_id desc limit $2",
    )
    .bind(user)
    .bind(at_most)
    .fetch_all(db)
    .await?;
    let step = |row: StepRow| {
        Some(Step {
            game: GameId::from(row.game_id),
            at: Millis(row.at),
            dialect: Dialect::from_word(&row.dialect)?,
            class: Class::from_word(&row.class)?,
            points_before: points(row.points_before),
            points_after: points(row.points_after),
            rating_before: row.rating_before,
            rating_after: row.rating_after,
        })
    };
    Ok(rows.into_iter().filter_map(step).collect())
}
