//! What the lobby keeps in the database: rooms, games, who played.

use std::sync::Arc;

use base::{GameId, Millis, RoomId, UserId};
use contract::{Event, lobby::Game};
use db::{Db, Error, Tx, sql};

use crate::{
    directory::{RoomFacts, RoomKind},
    outcome::{Fate, Outcome, Placed},
    record::Record,
};

/// The rooms, in the operator's order.
pub(crate) async fn list_rooms(db: &Db) -> Result<Vec<RoomFacts>, Error> {
    let rows: Vec<(i64, i64, String, String, i64, bool)> =
        sql("select id, banner, name, kind, capacity, guests_allowed from rooms order by position, id")
            .fetch_all(db)
            .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, banner, name, kind, capacity, guests_allowed)| {
            Some(RoomFacts {
                id: RoomId::from(id),
                banner: i16::try_from(banner).ok()?,
                name,
                kind: RoomKind::from_word(&kind)?,
                capacity: u16::try_from(capacity).ok()?,
                guests_allowed,
            })
        })
        .collect())
}

/// The highest number any game has had.
pub(crate) async fn last_game_id(db: &Db) -> Result<i64, Error> {
    let (last,): (i64,) = sql("select coalesce(max(id), 0) from games").fetch_one(db).await?;
    Ok(last)
}

/// Ends every game that an earlier run of the hub left open: its players have lost their connection with it.
pub(crate) async fn end_open_games(db: &Db, at: Millis) -> Result<usize, Error> {
    db.write(move |tx| {
        Box::pin(async move {
            let open: Vec<(i64,)> =
                sql("select id from games where ended_at is null order by id").fetch_all(&mut *tx).await?;
            for &(id,) in &open {
                end_game(tx, GameId::from(id), at, None).await?;
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
        Record::Listed { game, room, host, description, at } => {
            create_game(tx, game, *room, *host, description.as_bytes(), *at).await
        }
        Record::Started { game, description, at } => start_game(tx, game, description.as_bytes(), *at).await,
        Record::Ended { game, host, at, outcome } => {
            end_game(tx, *game, *at, outcome.as_deref()).await?;
            let Some(outcome) = outcome else { return Ok(()) };
            let (dialect,): (String,) =
                sql("select dialect from games where id = $1").bind(*game).fetch_one(&mut *tx).await?;
            for placed in &outcome.players {
                create_game_player(tx, *game, placed).await?;
                add_to_statistics(tx, &dialect, placed, *host, *at).await?;
            }
            Ok(())
        }
    }
}

async fn create_game(
    tx: &mut Tx<'_>,
    game: &Game,
    room: RoomId,
    host: Option<UserId>,
    description: &[u8],
    at: Millis,
) -> Result<(), Error> {
    sql("insert into games (id, room_id, dialect, host_user_id, host_name, name, map, scoring, max_players, description, listed_at) \
         values ($1, $2, $3, (select id from users where id = $4), $5, $6, $7, $8, $9, $10, $11)")
    .bind(game.id)
    .bind(room)
    .bind(game.dialect.word())
    .bind(host)
    .bind(game.host_name.as_str())
    .bind(game.name.as_str())
    .bind(game.map.as_str())
    .bind(game.scoring.as_str())
    .bind(i64::from(game.max_players))
    .bind(description)
    .bind(at)
    .execute(&mut *tx)
    .await?;
    let listed = Event::GameListed { game: game.id, room, host, dialect: game.dialect, name: game.name.clone() };
    events::record(tx, at, &listed).await?;
    Ok(())
}

async fn start_game(tx: &mut Tx<'_>, game: &Game, description: &[u8], at: Millis) -> Result<(), Error> {
    sql("update games set started_at = $2, name = $3, map = $4, scoring = $5, max_players = $6, description = $7 where id = $1")
        .bind(game.id)
        .bind(at)
        .bind(game.name.as_str())
        .bind(game.map.as_str())
        .bind(game.scoring.as_str())
        .bind(i64::from(game.max_players))
        .bind(description)
        .execute(&mut *tx)
        .await?;
    events::record(tx, at, &Event::GameStarted { game: game.id, at }).await?;
    Ok(())
}

async fn end_game(tx: &mut Tx<'_>, game: GameId, at: Millis, outcome: Option<&Outcome>) -> Result<(), Error> {
    let ended = sql("update games set ended_at = $2, end_code = $3, played_ms = $4 where id = $1 and ended_at is null")
        .bind(game)
        .bind(at)
        .bind(outcome.map(|outcome| i64::from(outcome.end_code)))
        .bind(outcome.map(|outcome| outcome.played_ms))
        .execute(&mut *tx)
        .await?;
    if ended > 0 {
        events::record(tx, at, &Event::GameEnded { game, at }).await?;
    }
    Ok(())
}

async fn create_game_player(tx: &mut Tx<'_>, game: GameId, placed: &Placed) -> Result<(), Error> {
    // Whoever is gone by now keeps their name in the record, without the account.
    sql("insert into game_players (game_id, seat, user_id, name, team, place, outcome, host, captain, dropped, \
         units_killed, units_lost, damage_given, damage_taken) \
         values ($1, $2, (select id from users where id = $3), $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)")
    .bind(game)
    .bind(i64::try_from(placed.seat).unwrap_or(i64::MAX))
    .bind(placed.who.user)
    .bind(placed.who.name.as_str())
    .bind(placed.team.map(i64::from))
    .bind(placed.place.map(i64::from))
    .bind(placed.fate.word())
    .bind(placed.host)
    .bind(placed.captain)
    .bind(placed.dropped)
    .bind(i64::from(placed.units_killed))
    .bind(i64::from(placed.units_lost))
    .bind(i64::from(placed.damage_given))
    .bind(i64::from(placed.damage_taken))
    .execute(&mut *tx)
    .await?;
    Ok(())
}

/// Spectators and cooperative games count for nothing (protocol §14).
async fn add_to_statistics(
    tx: &mut Tx<'_>,
    dialect: &str,
    placed: &Placed,
    host: Option<UserId>,
    at: Millis,
) -> Result<(), Error> {
    let (Some(user), Fate::Win | Fate::Tie | Fate::Loss) = (placed.who.user, placed.fate) else {
        return Ok(());
    };
    let one_if = |fate: Fate| i64::from(placed.fate == fate);
    sql("insert into player_statistics (user_id, dialect, games, wins, losses, ties, games_hosted, \
         units_killed, units_lost, damage_given, damage_taken, last_played_at) \
         select id, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11 from users where id = $1 \
         on conflict (user_id, dialect) do update set \
         games = player_statistics.games + 1, \
         wins = player_statistics.wins + excluded.wins, \
         losses = player_statistics.losses + excluded.losses, \
         ties = player_statistics.ties + excluded.ties, \
         games_hosted = player_statistics.games_hosted + excluded.games_hosted, \
         units_killed = player_statistics.units_killed + excluded.units_killed, \
         units_lost = player_statistics.units_lost + excluded.units_lost, \
         damage_given = player_statistics.damage_given + excluded.damage_given, \
         damage_taken = player_statistics.damage_taken + excluded.damage_taken, \
         last_played_at = excluded.last_played_at")
    .bind(user)
    .bind(dialect)
    .bind(one_if(Fate::Win))
    .bind(one_if(Fate::Loss))
    .bind(one_if(Fate::Tie))
    .bind(i64::from(host == Some(user)))
    .bind(i64::from(placed.units_killed))
    .bind(i64::from(placed.units_lost))
    .bind(i64::from(placed.damage_given))
    .bind(i64::from(placed.damage_taken))
    .bind(at)
    .execute(&mut *tx)
    .await?;
    Ok(())
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
