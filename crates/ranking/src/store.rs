//! What is remembered of standings: every statement, one function each. The rest is in the files beneath it, each for what its name says.
//!
//! Of the lobby's tables it reads games that are settled and who played them, of the accounts' own the name and whether it is locked, and
//! writes neither.

pub(crate) mod career;
pub(crate) mod disputes;
pub(crate) mod ladders;
pub(crate) mod played;
pub(crate) mod recount;
pub(crate) mod seasons;

use base::{GameId, Millis, UserId};
use contract::{
    lobby::Dialect,
    ranking::{Board, Class, Fate, OnBoard, Standing, Step},
};
use db::{Db, Error, Query, Tx, sql};

use crate::{
    counting::{self, Player, Side, Tally},
    skill::Skill,
};

/// All kinds of games, in the column that has one.
const ALL_KINDS: i64 = -1;
/// Any size of team, and all of time, in theirs.
const ANY: i64 = 0;

/// The result of a game as far as it counts.
#[derive(Debug)]
pub(crate) struct Settled {
    pub(crate) dialect: Dialect,
    pub(crate) class: Class,
    pub(crate) kind: u16,
    /// When it stood.
    pub(crate) at: Millis,
    pub(crate) sides: Vec<Side>,
}

impl Settled {
    /// The widest ladder it belongs to.
    pub(crate) fn whole(&self) -> Board {
        Board { dialect: self.dialect, class: self.class, kind: None, team_size: None, season: None }
    }

    /// The narrowest, of all time.
    pub(crate) fn own(&self) -> Board {
        let size = u16::try_from(counting::team_size(&self.sides)).unwrap_or(u16::MAX);
        Board { kind: Some(self.kind), team_size: Some(size), ..self.whole() }
    }

    /// Whether castes are made of such games.
    pub(crate) fn earns_castes(&self) -> bool {
        self.whole() == Board::ranked(Dialect::Myth2)
    }
}

/// What a game did to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    /// The narrowest ladder it was in, of all time.
    pub(crate) board: Board,
    /// Points before and after, in the widest.
    pub(crate) points: (i32, i32),
    /// Rating before and after, likewise.
    pub(crate) rating: (i64, i64),
    /// The icon it made of them.
    pub(crate) caste: Option<u8>,
    /// When the result stood.
    pub(crate) at: Millis,
}

impl Change {
    /// From how somebody stood before to how they stand after it.
    pub(crate) const fn new(board: Board, before: &Tally, after: &Tally, caste: Option<u8>, at: Millis) -> Self {
        Self {
            board,
            points: (before.points, after.points),
            rating: (before.skill.rating(), after.skill.rating()),
            caste,
            at,
        }
    }
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
    caste: Option<i64>,
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
    let about: Option<(String, String, i64, i64)> =
        sql("select dialect, class, type_number, settled_at from games where id = $1 and settled_at is not null \
         and type_number is not null and not exists (select 1 from standing_changes where game_id = $1) \
         and not exists (select 1 from game_judgements where game_id = $1 and verdict = 'voided')")
        .bind(game)
        .fetch_optional(&mut *tx)
        .await?;
    let Some((dialect, class, kind, at)) = about else { return Ok(None) };
    let (Some(dialect), Ok(kind)) = (Dialect::from_word(&dialect), u16::try_from(kind)) else { return Ok(None) };
    let rows: Vec<SeatRow> =
        sql("select team, place, user_id, outcome, dropped, damage_given, damage_taken from game_players \
         where game_id = $1 and team is not null and place is not null and outcome in ('win', 'tie', 'loss') \
         order by place, team, seat")
        .bind(game)
        .fetch_all(&mut *tx)
        .await?;
    Ok(Some(Settled { dialect, class: self::class(&class), kind, at: Millis(at), sides: sides(rows) }))
}

/// For what a game was played. The client has two kinds of score: what is played in a tournament counts like what is played in a ranked room.
fn class(word: &str) -> Class {
    if word == Class::Unranked.word() { Class::Unranked } else { Class::Ranked }
}

/// The sides of a game, of the seats on them in the order of their places.
fn sides(rows: Vec<SeatRow>) -> Vec<Side> {
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
    sides.into_iter().map(|(_, side)| side).collect()
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

/// Writes down what a game did to somebody, instead of what was thought before.
pub(crate) async fn put_change(tx: &mut Tx<'_>, game: GameId, user: UserId, change: &Change) -> Result<(), Error> {
    let Change { board, points, rating, caste, at } = change;
    sql("insert into standing_changes (game_id, user_id, dialect, class, type_number, team_size, points_before, points_after, \
         rating_before, rating_after, at, caste) select $1, id, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 from users where id = $2 \
         on conflict (game_id, user_id) do update set dialect = excluded.dialect, class = excluded.class, \
         type_number = excluded.type_number, team_size = excluded.team_size, points_before = excluded.points_before, \
         points_after = excluded.points_after, rating_before = excluded.rating_before, rating_after = excluded.rating_after, \
         at = excluded.at, caste = excluded.caste")
    .bind(game)
    .bind(user)
    .bind(board.dialect.word())
    .bind(board.class.word())
    .bind(board.kind.map_or(ALL_KINDS, i64::from))
    .bind(board.team_size.map_or(ANY, i64::from))
    .bind(points.0)
    .bind(points.1)
    .bind(rating.0)
    .bind(rating.1)
    .bind(*at)
    .bind(caste.map(i64::from))
    .execute(tx)
    .await?;
    Ok(())
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
        "select game_id, at, dialect, class, points_before, points_after, rating_before, rating_after, caste from standing_changes \
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
            caste: row.caste.and_then(|caste| u8::try_from(caste).ok()),
        })
    };
    Ok(rows.into_iter().filter_map(step).collect())
}
