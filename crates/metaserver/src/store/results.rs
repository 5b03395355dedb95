//! Reports of games, and the results made of them.

use base::{GameId, Millis, RoomId, UserId};
use contract::{
    Event,
    lobby::{Dialect, PlayerNumber},
};
use db::{Db, Error, Tx, sql};

use crate::{
    outcome::Placed,
    reconcile::{Agreement, agreeing, reconcile},
    record::Report,
};

/// Makes results of reports that an earlier run of the rooms, or of that one, took and did not come to reconcile.
pub(crate) async fn settle_reported(db: &Db, room: Option<RoomId>, at: Millis) -> Result<usize, Error> {
    db.write(move |tx| {
        Box::pin(async move {
            let open: Vec<(i64,)> = sql("select distinct report.game_id from game_reports as report \
                     join games as game on game.id = report.game_id \
                     where report.agrees is null and coalesce($1, game.room_id) = game.room_id order by report.game_id")
            .bind(room)
            .fetch_all(&mut *tx)
            .await?;
            for &(game,) in &open {
                settle(tx, GameId::from(game), at).await?;
            }
            Ok(open.len())
        })
    })
    .await
}

/// Keeps a report; a second one by the same player changes nothing. One that comes after the result is only compared with it.
pub(super) async fn create_report(tx: &mut Tx<'_>, game: GameId, at: Millis, report: &Report) -> Result<(), Error> {
    let filed = serde_json::to_string(&report.outcome).expect("numbers and texts");
    sql("insert into game_reports (game_id, reporter, user_id, name, host, at, filed) \
         values ($1, $2, (select id from users where id = $3), $4, $5, $6, $7) on conflict (game_id, reporter) do nothing")
    .bind(game)
    .bind(report.reporter.0)
    .bind(report.user)
    .bind(report.name.as_str())
    .bind(report.host)
    .bind(at)
    .bind(filed)
    .execute(&mut *tx)
    .await?;
    let stands: Option<(i64,)> = sql("select id from games where id = $1 and settled_at is not null")
        .bind(game)
        .fetch_optional(&mut *tx)
        .await?;
    if stands.is_some() { compare_late(tx, game).await } else { Ok(()) }
}

/// Makes the result of a game of its reports, once; without any there is none.
pub(super) async fn settle(tx: &mut Tx<'_>, game: GameId, at: Millis) -> Result<(), Error> {
    let about: Option<(i64, String)> = sql("select room_id, dialect from games where id = $1 and settled_at is null")
        .bind(game)
        .fetch_optional(&mut *tx)
        .await?;
    let Some((room, dialect)) = about else { return Ok(()) };
    let reports = list_reports(tx, game).await?;
    let Some(result) = reconcile(&reports) else { return Ok(()) };
    let outcome = &result.chosen.outcome;
    sql("update games set settled_at = $2, agreement = $3, end_code = $4, played_ms = $5 where id = $1")
        .bind(game)
        .bind(at)
        .bind(result.agreement.word())
        .bind(i64::from(outcome.end_code))
        .bind(outcome.played_ms)
        .execute(&mut *tx)
        .await?;
    for (report, agrees) in reports.iter().zip(&result.agrees) {
        mark_report(tx, game, report.reporter, *agrees).await?;
    }
    for placed in &outcome.players {
        create_game_player(tx, game, placed).await?;
    }
    add_to_statistics(tx, game, 1, at).await?;
    let settled = Event::GameSettled {
        game,
        room: RoomId::from(room),
        dialect: Dialect::from_word(&dialect).unwrap_or(Dialect::Myth2),
        disputed: result.agreement == Agreement::Disputed,
    };
    events::record(tx, at, &settled).await
}

/// What a report says that came after the result: shown beside it, and no longer able to change it.
async fn compare_late(tx: &mut Tx<'_>, game: GameId) -> Result<(), Error> {
    let reports = list_reports(tx, game).await?;
    let stands: Option<(i64,)> = sql(
        "select reporter from game_reports where game_id = $1 and agrees = $2 order by host desc, at, reporter limit 1",
    )
    .bind(game)
    .bind(true)
    .fetch_optional(&mut *tx)
    .await?;
    let Some(stands) = reports.iter().find(|report| Some((i64::from(report.reporter.0),)) == stands) else {
        return Ok(());
    };
    let mut agreement = Agreement::Agreed;
    for (report, agrees) in reports.iter().zip(agreeing(&reports, stands)) {
        if !agrees {
            agreement = Agreement::Disputed;
        }
        mark_report(tx, game, report.reporter, agrees).await?;
    }
    sql("update games set agreement = $2 where id = $1").bind(game).bind(agreement.word()).execute(&mut *tx).await?;
    Ok(())
}

pub(super) async fn mark_report(
    tx: &mut Tx<'_>,
    game: GameId,
    reporter: PlayerNumber,
    agrees: bool,
) -> Result<(), Error> {
    sql("update game_reports set agrees = $3 where game_id = $1 and reporter = $2")
        .bind(game)
        .bind(reporter.0)
        .bind(agrees)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// In the order in which they came.
pub(super) async fn list_reports(tx: &mut Tx<'_>, game: GameId) -> Result<Vec<Report>, Error> {
    let rows: Vec<(i64, Option<i64>, String, bool, String)> =
        sql("select reporter, user_id, name, host, filed from game_reports where game_id = $1 order by at, reporter")
            .bind(game)
            .fetch_all(&mut *tx)
            .await?;
    let report = |(reporter, user, name, host, filed): (i64, Option<i64>, String, bool, String)| {
        let outcome = serde_json::from_str(&filed)
            .inspect_err(
                |error| tracing::error!(%error, game.id = game.get(), "a report cannot be read and is passed over"),
            )
            .ok()?;
        let reporter = PlayerNumber(u32::try_from(reporter).ok()?);
        Some(Report { reporter, user: user.map(UserId::from), name, host, outcome })
    };
    Ok(rows.into_iter().filter_map(report).collect())
}

pub(super) async fn create_game_player(tx: &mut Tx<'_>, game: GameId, placed: &Placed) -> Result<(), Error> {
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

/// Adds a game to what its players have done, or takes it off again (`sign` −1). Spectators and cooperative games count for nothing
/// (protocol §14); a client that names somebody twice is one player.
pub(super) async fn add_to_statistics(tx: &mut Tx<'_>, game: GameId, sign: i64, at: Millis) -> Result<(), Error> {
    sql("insert into player_statistics (user_id, dialect, games, wins, losses, ties, games_hosted, \
         units_killed, units_lost, damage_given, damage_taken, last_played_at) \
         select p.user_id, g.dialect, $2 * count(*), \
         $2 * sum(case when p.outcome = 'win' then 1 else 0 end), \
         $2 * sum(case when p.outcome = 'loss' then 1 else 0 end), \
         $2 * sum(case when p.outcome = 'tie' then 1 else 0 end), \
         $2 * sum(case when p.user_id = g.host_user_id then 1 else 0 end), \
         $2 * sum(p.units_killed), $2 * sum(p.units_lost), $2 * sum(p.damage_given), $2 * sum(p.damage_taken), $3 \
         from game_players p join games g on g.id = p.game_id \
         where p.game_id = $1 and p.user_id is not null and p.outcome in ('win', 'tie', 'loss') \
         group by p.user_id, g.dialect \
         on conflict (user_id, dialect) do update set \
         games = player_statistics.games + excluded.games, \
         wins = player_statistics.wins + excluded.wins, \
         losses = player_statistics.losses + excluded.losses, \
         ties = player_statistics.ties + excluded.ties, \
         games_hosted = player_statistics.games_hosted + excluded.games_hosted, \
         units_killed = player_statistics.units_killed + excluded.units_killed, \
         units_lost = player_statistics.units_lost + excluded.units_lost, \
         damage_given = player_statistics.damage_given + excluded.damage_given, \
         damage_taken = player_statistics.damage_taken + excluded.damage_taken, \
         last_played_at = case when excluded.last_played_at > player_statistics.last_played_at \
         then excluded.last_played_at else player_statistics.last_played_at end")
    .bind(game)
    .bind(sign)
    .bind(at)
    .execute(tx)
    .await?;
    Ok(())
}
