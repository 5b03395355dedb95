//! What working ladders out anew reads, and what it takes away.

use std::collections::BTreeMap;

use base::{GameId, Millis, UserId};
use contract::{
    lobby::Dialect,
    ranking::{Board, Class},
};
use db::{Db, Error, Tx, sql};

use super::{Change, SeatRow, Settled, StandingRow, class, on_board, points, sides};
use crate::counting::Tally;

#[derive(sqlx::FromRow)]
struct SeatIn {
    game_id: i64,
    #[sqlx(flatten)]
    seat: SeatRow,
}

#[derive(sqlx::FromRow)]
struct ChangeRow {
    game_id: i64,
    user_id: i64,
    class: String,
    type_number: i64,
    team_size: i64,
    points_before: i64,
    points_after: i64,
    rating_before: i64,
    rating_after: i64,
    caste: Option<i64>,
    at: i64,
}

/// Games of that kind of client whose results stand and were not voided, in the order in which they stood, after a place.
pub(crate) async fn games(
    db: &Db,
    dialect: Dialect,
    after: Option<(Millis, GameId)>,
    at_most: u32,
) -> Result<Vec<(GameId, Settled)>, Error> {
    let (from, from_id) = after.unwrap_or((Millis(i64::MIN), GameId::from(i64::MIN)));
    let rows: Vec<(i64, i64, String, i64)> = sql(
        "select id, settled_at, class, type_number from games where settled_at is not null and type_number is not null \
             and dialect = $1 and (settled_at > $2 or (settled_at = $2 and id > $3)) \
             and not exists (select 1 from game_judgements j where j.game_id = games.id and j.verdict = 'voided') \
             order by settled_at, id limit $4",
    )
    .bind(dialect.word())
    .bind(from)
    .bind(from_id)
    .bind(at_most)
    .fetch_all(db)
    .await?;
    let Some(&(last, last_at, ..)) = rows.last() else { return Ok(Vec::new()) };
    let seats: Vec<SeatIn> =
        sql("select p.game_id, p.team, p.place, p.user_id, p.outcome, p.dropped, p.damage_given, p.damage_taken \
         from games g join game_players p on p.game_id = g.id where g.settled_at is not null and g.dialect = $1 \
         and (g.settled_at > $2 or (g.settled_at = $2 and g.id > $3)) \
         and (g.settled_at < $4 or (g.settled_at = $4 and g.id <= $5)) \
         and p.team is not null and p.place is not null and p.outcome in ('win', 'tie', 'loss') \
         order by p.game_id, p.place, p.team, p.seat")
        .bind(dialect.word())
        .bind(from)
        .bind(from_id)
        .bind(last_at)
        .bind(last)
        .fetch_all(db)
        .await?;
    let mut by_game: BTreeMap<i64, Vec<SeatRow>> = BTreeMap::new();
    for SeatIn { game_id, seat } in seats {
        by_game.entry(game_id).or_default().push(seat);
    }
    let game = |(id, at, word, kind): (i64, i64, String, i64)| {
        let settled = Settled {
            dialect,
            class: class(&word),
            kind: u16::try_from(kind).ok()?,
            at: Millis(at),
            sides: sides(by_game.remove(&id).unwrap_or_default()),
        };
        Some((GameId::from(id), settled))
    };
    Ok(rows.into_iter().filter_map(game).collect())
}

/// Who stands how in every ladder of that kind of client, and since when.
pub(crate) async fn standings(tx: &mut Tx<'_>, dialect: Dialect) -> Result<Vec<(UserId, Board, Tally, Millis)>, Error> {
    let rows: Vec<StandingRow> =
        sql("select s.*, u.name from standings s join users u on u.id = s.user_id where s.dialect = $1")
            .bind(dialect.word())
            .fetch_all(tx)
            .await?;
    let standing = |row: StandingRow| Some((row.user_id.into(), row.board()?, row.tally(), Millis(row.last_game_at)));
    Ok(rows.into_iter().filter_map(standing).collect())
}

/// Somebody stands in a ladder no more.
pub(crate) async fn delete_standing(tx: &mut Tx<'_>, user: UserId, board: &Board) -> Result<(), Error> {
    on_board(
        sql("delete from standings where season = $1 and dialect = $2 and class = $3 and type_number = $4 and team_size = $5 \
             and user_id = $6"),
        board,
    )
    .bind(user)
    .execute(tx)
    .await?;
    Ok(())
}

/// What every game of that kind of client has done to everybody.
pub(crate) async fn changes(tx: &mut Tx<'_>, dialect: Dialect) -> Result<Vec<(GameId, UserId, Change)>, Error> {
    let rows: Vec<ChangeRow> =
        sql("select game_id, user_id, class, type_number, team_size, points_before, points_after, \
         rating_before, rating_after, caste, at from standing_changes where dialect = $1")
        .bind(dialect.word())
        .fetch_all(tx)
        .await?;
    let change = |row: ChangeRow| {
        let board = Board {
            dialect,
            class: Class::from_word(&row.class)?,
            kind: u16::try_from(row.type_number).ok(),
            team_size: u16::try_from(row.team_size).ok().filter(|size| *size > 0),
            season: None,
        };
        let change = Change {
            board,
            points: (points(row.points_before), points(row.points_after)),
            rating: (row.rating_before, row.rating_after),
            caste: row.caste.and_then(|caste| u8::try_from(caste).ok()),
            at: Millis(row.at),
        };
        Some((row.game_id.into(), row.user_id.into(), change))
    };
    Ok(rows.into_iter().filter_map(change).collect())
}

/// A game counts for somebody no more.
pub(crate) async fn delete_change(tx: &mut Tx<'_>, game: GameId, user: UserId) -> Result<(), Error> {
    sql("delete from standing_changes where game_id = $1 and user_id = $2").bind(game).bind(user).execute(tx).await?;
    Ok(())
}
