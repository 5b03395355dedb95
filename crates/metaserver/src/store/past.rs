//! Games that were played elsewhere.

use std::collections::BTreeSet;

use base::GameId;
use db::{Db, Error, Tx, sql};

use super::results;
use crate::past::PastGame;

/// Their numbers are below zero, so that a lobby that runs never gives one of them out; and the later a game ended, the higher it is, so
/// that lists by number stay in order.
const BEFORE_OURS: i64 = 10_000_000_000_000;

pub(crate) async fn imported(db: &Db, source: &str) -> Result<BTreeSet<String>, Error> {
    let rows: Vec<(String,)> =
        sql("select number from imported_games where source = $1").bind(source).fetch_all(db).await?;
    Ok(rows.into_iter().map(|(number,)| number).collect())
}

/// Writes a game down with everybody who played. One that is here already stays as it is.
pub(crate) async fn create(tx: &mut Tx<'_>, source: &str, game: &PastGame) -> Result<(), Error> {
    let known: Option<(i64,)> = sql("select game_id from imported_games where source = $1 and number = $2")
        .bind(source)
        .bind(game.number.as_str())
        .fetch_optional(&mut *tx)
        .await?;
    if known.is_some() {
        return Ok(());
    }
    let mut id = game.ended_at.0.clamp(0, BEFORE_OURS - 1) - BEFORE_OURS;
    // As many as end in one second at most, and there is always a room.
    let last = id + 1_000;
    while !insert(tx, id, game).await? && id < last {
        id += 1;
    }
    let id = GameId::from(id);
    for placed in &game.players {
        results::create_game_player(tx, id, placed).await?;
    }
    results::add_to_statistics(tx, id, 1, game.ended_at).await?;
    sql("insert into imported_games (source, number, game_id) values ($1, $2, $3)")
        .bind(source)
        .bind(game.number.as_str())
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}

/// `false` where another game has that number. It is filed under the first room of its kind or, where there is none, the first of all.
async fn insert(tx: &mut Tx<'_>, id: i64, game: &PastGame) -> Result<bool, Error> {
    let rows = sql("insert into games (id, room_id, dialect, host_user_id, host_name, name, map, scoring, max_players, description, \
         listed_at, started_at, ended_at, end_code, played_ms, type_number, class, settled_at, agreement) \
         select $1, r.id, 'myth2', (select id from users where id = $2), $3, $4, $5, $6, $7, $8, $9, $9, $10, $11, $12, $13, $14, \
             $10, 'alone' \
         from (select id from rooms \
             order by case when kind = $14 then 0 else 1 end, case when closed_at is null then 0 else 1 end, position \
             limit 1) r \
         where true \
         on conflict (id) do nothing")
    .bind(id)
    .bind(game.host)
    .bind(game.host_name.as_str())
    .bind(game.name.as_str())
    .bind(game.map.as_str())
    .bind(game.scoring.as_str())
    .bind(game.max_players)
    .bind(game.description.as_slice())
    .bind(game.began_at.unwrap_or(game.ended_at))
    .bind(game.ended_at)
    .bind(game.end_code)
    .bind(game.played_ms)
    .bind(game.type_number)
    .bind(game.class)
    .execute(tx)
    .await?;
    Ok(rows == 1)
}
