//! Ladders as they are read: pages, places, and which there are.

use base::{Millis, UserId};
use contract::{
    lobby::Dialect,
    ranking::{Board, Choices, Class, GameKind, Order, Rung, Spread},
};
use db::{Db, Error, On, sql};
use serde::{Deserialize, Serialize};

use super::{StandingRow, on_board};
use crate::caste::NOVICE_GAMES;

/// A place in a ladder, from which it goes on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Mark {
    number: u64,
    value: i64,
    games: i64,
    user: i64,
}

/// A ladder as it is sorted, of those who have played since then.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sorted {
    pub(crate) board: Board,
    pub(crate) order: Order,
    pub(crate) since: Millis,
}

impl Sorted {
    /// With so many games one doesn't stand in it yet: by points one has to have played some.
    fn least(&self) -> i64 {
        match self.order {
            Order::Rating => 0,
            Order::Points => i64::from(NOVICE_GAMES),
        }
    }
}

/// A page of a ladder, sorted by a column.
macro_rules! page_by {
    ($value:literal) => {
        concat!(
            "select s.*, u.name from standings s join users u on u.id = s.user_id and u.locked_at is null \
             where s.season = $1 and s.dialect = $2 and s.class = $3 and s.type_number = $4 and s.team_size = $5 and s.games > $6 \
             and s.last_game_at >= $7 and (s.",
            $value,
            " < $8 or (s.",
            $value,
            " = $8 and (s.games < $9 or (s.games = $9 and s.user_id < $10)))) order by s.",
            $value,
            " desc, s.games desc, s.user_id desc limit $11 offset $12"
        )
    };
}

/// How many stand above somebody in a ladder that is sorted by a column; no row where they don't stand in it.
macro_rules! ahead_by {
    ($value:literal) => {
        concat!(
            "select (select count(*) from standings s join users u on u.id = s.user_id and u.locked_at is null \
             where s.season = $1 and s.dialect = $2 and s.class = $3 and s.type_number = $4 and s.team_size = $5 and s.games > $6 \
             and s.last_game_at >= $7 and (s.",
            $value,
            " > own.",
            $value,
            " or (s.",
            $value,
            " = own.",
            $value,
            " and (s.games > own.games or (s.games = own.games and s.user_id > own.user_id))))) \
             from standings own where own.season = $1 and own.dialect = $2 and own.class = $3 and own.type_number = $4 \
             and own.team_size = $5 and own.games > $6 and own.last_game_at >= $7 and own.user_id = $8"
        )
    };
}

/// A page of a ladder, after a place or past so many; with each row the place from which the next page would go on after it.
pub(crate) async fn page(
    db: &Db,
    sorted: &Sorted,
    after: Option<&Mark>,
    skip: u64,
    at_most: u32,
) -> Result<Vec<(Rung, Mark)>, Error> {
    let text = match sorted.order {
        Order::Rating => page_by!("rating"),
        Order::Points => page_by!("points"),
    };
    let from = after.cloned().unwrap_or(Mark { number: skip, value: i64::MAX, games: i64::MAX, user: i64::MAX });
    let rows: Vec<StandingRow> = on_board(sql(text), &sorted.board)
        .bind(sorted.least())
        .bind(sorted.since)
        .bind(from.value)
        .bind(from.games)
        .bind(from.user)
        .bind(at_most)
        .bind(i64::try_from(skip).unwrap_or(i64::MAX))
        .fetch_all(db)
        .await?;
    let rung = |(place, row): (u64, StandingRow)| {
        let value = match sorted.order {
            Order::Rating => row.rating,
            Order::Points => row.points,
        };
        let next = Mark { number: place, value, games: row.games, user: row.user_id };
        let standing = row.standing();
        (Rung { place, user: UserId::from(row.user_id), name: row.name, standing }, next)
    };
    // No ladder is as long as a made-up place says.
    let first = from.number.min(u64::from(u32::MAX)) + 1;
    Ok((first..).zip(rows).map(rung).collect())
}

/// How many stand above somebody; `None`: they don't stand in it.
pub(crate) async fn ahead(db: &Db, sorted: &Sorted, user: UserId) -> Result<Option<u64>, Error> {
    let text = match sorted.order {
        Order::Rating => ahead_by!("rating"),
        Order::Points => ahead_by!("points"),
    };
    let row: Option<(i64,)> = on_board(sql(text), &sorted.board)
        .bind(sorted.least())
        .bind(sorted.since)
        .bind(user)
        .fetch_optional(db)
        .await?;
    Ok(row.map(|(ahead,)| u64::try_from(ahead).unwrap_or_default()))
}

/// Something of all who stand in a ladder that is sorted by a column.
macro_rules! of_all {
    ($what:literal, $end:literal) => {
        concat!(
            "select ",
            $what,
            " from standings s join users u on u.id = s.user_id and u.locked_at is null \
             where s.season = $1 and s.dialect = $2 and s.class = $3 and s.type_number = $4 and s.team_size = $5 and s.games > $6 \
             and s.last_game_at >= $7",
            $end
        )
    };
}

/// The least and the greatest value in a ladder; `None`: nobody stands in it.
pub(crate) async fn ends(db: &Db, sorted: &Sorted) -> Result<Option<(i64, i64)>, Error> {
    let text = match sorted.order {
        Order::Rating => of_all!("min(s.rating), max(s.rating)", ""),
        Order::Points => of_all!("min(s.points), max(s.points)", ""),
    };
    let (least, most): (Option<i64>, Option<i64>) =
        on_board(sql(text), &sorted.board).bind(sorted.least()).bind(sorted.since).fetch_one(db).await?;
    Ok(least.zip(most))
}

/// How many stand in each step of a ladder where anybody does, by the step's number.
pub(crate) async fn counts(db: &Db, sorted: &Sorted, spread: &Spread) -> Result<Vec<(i64, u64)>, Error> {
    let text = match sorted.order {
        Order::Rating => of_all!("(s.rating - $8) / $9 as step, count(*)", " and s.rating >= $8 group by step"),
        Order::Points => of_all!("(s.points - $8) / $9 as step, count(*)", " and s.points >= $8 group by step"),
    };
    let rows: Vec<(i64, i64)> = on_board(sql(text), &sorted.board)
        .bind(sorted.least())
        .bind(sorted.since)
        .bind(spread.from)
        .bind(spread.step)
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(|(step, players)| (step, players.unsigned_abs())).collect())
}

/// Games, how many stand above, how many are placed: in the classic ladder, among whom the join leaves.
macro_rules! place_among {
    ($whom:literal) => {
        concat!(
            "select own.games, (select count(*) from standings s",
            $whom,
            " where s.season = $1 and s.dialect = $2 and s.class = $3 and s.type_number = $4 and s.team_size = $5 and s.games > $7 \
             and (s.points > own.points or (s.points = own.points and (s.games > own.games \
             or (s.games = own.games and s.user_id > own.user_id))))), (select count(*) from standings s",
            $whom,
            " where s.season = $1 and s.dialect = $2 and s.class = $3 and s.type_number = $4 and s.team_size = $5 and s.games > $7) \
             from standings own where own.season = $1 and own.dialect = $2 and own.class = $3 and own.type_number = $4 \
             and own.team_size = $5 and own.user_id = $6"
        )
    };
}

/// The place in the classic ladder and how many are placed in it; `None`: somebody with no game there.
pub(crate) async fn classic_place(
    on: impl Into<On<'_>>,
    user: UserId,
    board: &Board,
) -> Result<Option<(u32, u64, u64)>, Error> {
    place(place_among!(" join users u on u.id = s.user_id and u.locked_at is null"), on, user, board).await
}

/// The same among all who have played, whoever was shut out since: what a history says has to stay true.
pub(crate) async fn place_then(
    on: impl Into<On<'_>>,
    user: UserId,
    board: &Board,
) -> Result<Option<(u32, u64, u64)>, Error> {
    place(place_among!(""), on, user, board).await
}

async fn place(
    text: &'static str,
    on: impl Into<On<'_>>,
    user: UserId,
    board: &Board,
) -> Result<Option<(u32, u64, u64)>, Error> {
    let row: Option<(i64, i64, i64)> =
        on_board(sql(text), board).bind(user).bind(i64::from(NOVICE_GAMES)).fetch_optional(on).await?;
    Ok(row.map(placed))
}

/// Games, place from 1, and how many are placed.
fn placed((games, ahead, placed): (i64, i64, i64)) -> (u32, u64, u64) {
    let count = |count: i64| u64::try_from(count).unwrap_or_default();
    (u32::try_from(games).unwrap_or(u32::MAX), count(ahead) + 1, count(placed))
}

/// The kinds of game and sizes of team that have counted, of all time.
pub(crate) async fn choices(db: &Db, dialect: Dialect, class: Class) -> Result<Choices, Error> {
    let kinds: Vec<(i64, Option<String>)> = sql("select k.type_number, (select g.scoring from games g \
         where g.dialect = $1 and g.type_number = k.type_number and g.settled_at is not null order by g.id desc limit 1) \
         from (select distinct type_number from standings where season = 0 and dialect = $1 and class = $2 and team_size = 0 \
         and type_number >= 0) k order by k.type_number limit 100")
    .bind(dialect.word())
    .bind(class.word())
    .fetch_all(db)
    .await?;
    let sizes: Vec<(i64,)> =
        sql("select distinct team_size from standings where season = 0 and dialect = $1 and class = $2 \
         and type_number = -1 and team_size > 0 order by team_size limit 100")
        .bind(dialect.word())
        .bind(class.word())
        .fetch_all(db)
        .await?;
    let kind = |(kind, name): (i64, Option<String>)| {
        Some(GameKind { kind: u16::try_from(kind).ok()?, name: name.unwrap_or_else(|| kind.to_string()) })
    };
    Ok(Choices {
        kinds: kinds.into_iter().filter_map(kind).collect(),
        team_sizes: sizes.into_iter().filter_map(|(size,)| u16::try_from(size).ok()).collect(),
    })
}
