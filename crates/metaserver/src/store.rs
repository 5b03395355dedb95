//! What the lobby keeps in the database: rooms, games, by `results` who played, and by `judgements` what is said of that.

pub(crate) mod judgements;
pub(crate) mod past;
mod results;

use std::sync::Arc;

use base::{GameId, Millis, RoomId, UserId};
use contract::{Event, lobby::Game, room::RoomKind};
use db::{Db, Error, Tx, sql};
use metaserver_proto::packet::game::{Game as Fields, GameDescription};

pub(crate) use self::results::settle_reported;
use crate::record::Record;

/// The highest number any game of ours has had. Those that were played elsewhere are below zero.
pub(crate) async fn last_game_id(db: &Db) -> Result<i64, Error> {
    let (last,): (i64,) = sql("select coalesce(max(id), 0) from games where id > 0").fetch_one(db).await?;
    Ok(last)
}

/// What an earlier run of the rooms, or of that one, left undone: a node that went, or an earlier start of this one.
pub(crate) async fn take_over(db: &Db, room: Option<RoomId>, now: Millis) -> Result<(), Error> {
    let ended = end_open_games(db, room, now).await?;
    if ended > 0 {
        tracing::info!(games = ended, "games that an earlier run left open have ended");
    }
    let settled = settle_reported(db, room, now).await?;
    if settled > 0 {
        tracing::info!(games = settled, "reports that an earlier run had taken became results");
    }
    Ok(())
}

/// Ends every game that an earlier run of the rooms left open, or of that one: its players have lost their connection with it.
pub(crate) async fn end_open_games(db: &Db, room: Option<RoomId>, at: Millis) -> Result<usize, Error> {
    db.write(move |tx| {
        Box::pin(async move {
            crate::rooms::store::keeping::forget_guests(tx, room, at).await?;
            let open: Vec<(i64,)> =
                sql("select id from games where ended_at is null and coalesce($1, room_id) = room_id order by id")
                    .bind(room)
                    .fetch_all(&mut *tx)
                    .await?;
            for &(id,) in &open {
                end_game(tx, GameId::from(id), at).await?;
            }
            Ok(open.len())
        })
    })
    .await
}

/// Writes records with their events in one transaction.
pub(crate) async fn write_records(db: &Db, records: Vec<Arc<Record>>) -> Result<(), Error> {
    let records: Arc<[Arc<Record>]> = records.into();
    db.write(move |tx| {
        let records = Arc::clone(&records);
        Box::pin(async move {
            for record in records.iter() {
                write_record(tx, record).await?;
            }
            Ok(())
        })
    })
    .await
}

/// Writes one record.
async fn write_record(tx: &mut Tx<'_>, record: &Record) -> Result<(), Error> {
    match record {
        Record::Listed { game, room, kind, host, description, at } => {
            create_game(tx, game, (*room, *kind), *host, description, *at).await
        }
        Record::Started { game, description, at } => start_game(tx, game, description, *at).await,
        Record::Ended { game, at } => end_game(tx, *game, *at).await,
        Record::Reported { game, at, report } => results::create_report(tx, *game, *at, report).await,
        Record::Filmed { game, film } => crate::films::create(tx, *game, film).await,
        Record::Settled { game, at } => results::settle(tx, *game, *at).await,
    }
}

/// How the game's own clients number its kind.
fn type_number(description: &GameDescription) -> i64 {
    match description.fields() {
        Fields::Myth2(game) => game.scoring.into(),
        Fields::AlephOne(game) => game.game_type.into(),
    }
}

async fn create_game(
    tx: &mut Tx<'_>,
    game: &Game,
    (room, kind): (RoomId, RoomKind),
    host: Option<UserId>,
    description: &GameDescription,
    at: Millis,
) -> Result<(), Error> {
    sql("insert into games (id, room_id, dialect, host_user_id, host_name, name, map, scoring, max_players, description, listed_at, \
         type_number, class) \
         values ($1, $2, $3, (select id from users where id = $4), $5, $6, $7, $8, $9, $10, $11, $12, $13)")
    .bind(game.id)
    .bind(room)
    .bind(game.dialect.word())
    .bind(host)
    .bind(game.host_name.as_str())
    .bind(game.name.as_str())
    .bind(game.map.as_str())
    .bind(game.scoring.as_str())
    .bind(i64::from(game.max_players))
    .bind(description.as_bytes())
    .bind(at)
    .bind(type_number(description))
    .bind(kind.word())
    .execute(&mut *tx)
    .await?;
    let listed = Event::GameListed { game: game.id, room, host, dialect: game.dialect, name: game.name.clone() };
    events::record(tx, at, &listed).await?;
    Ok(())
}

async fn start_game(tx: &mut Tx<'_>, game: &Game, description: &GameDescription, at: Millis) -> Result<(), Error> {
    sql("update games set started_at = $2, name = $3, map = $4, scoring = $5, max_players = $6, description = $7, \
         type_number = $8 where id = $1")
    .bind(game.id)
    .bind(at)
    .bind(game.name.as_str())
    .bind(game.map.as_str())
    .bind(game.scoring.as_str())
    .bind(i64::from(game.max_players))
    .bind(description.as_bytes())
    .bind(type_number(description))
    .execute(&mut *tx)
    .await?;
    events::record(tx, at, &Event::GameStarted { game: game.id, at }).await?;
    Ok(())
}

async fn end_game(tx: &mut Tx<'_>, game: GameId, at: Millis) -> Result<(), Error> {
    let ended = sql("update games set ended_at = $2 where id = $1 and ended_at is null")
        .bind(game)
        .bind(at)
        .execute(&mut *tx)
        .await?;
    if ended > 0 {
        events::record(tx, at, &Event::GameEnded { game, at }).await?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
