//! What those who keep order say of disputed results, and what that makes of the record.

use base::{GameId, Millis, UserId};
use contract::{lobby::Dialect, ranking::Verdict};
use db::{Error, Tx, sql};

use super::results;
use crate::{reconcile::agreeing, record::Report};

/// A disputed result as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Disputed {
    pub(crate) dialect: Dialect,
    /// When it stood.
    pub(crate) settled_at: Millis,
    pub(crate) verdict: Option<Verdict>,
    /// Whose report is the result since it was overturned.
    pub(crate) reporter: Option<u32>,
}

/// `None`: there is no such game, its result does not stand yet, or nobody disputes it.
pub(crate) async fn disputed(tx: &mut Tx<'_>, game: GameId) -> Result<Option<Disputed>, Error> {
    let row: Option<(String, i64, Option<String>, Option<i64>)> = sql(
        "select g.dialect, g.settled_at, j.verdict, j.reporter from games g left join game_judgements j on j.game_id = g.id \
         where g.id = $1 and g.settled_at is not null and g.agreement = 'disputed'",
    )
    .bind(game)
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|(dialect, settled_at, verdict, reporter)| Disputed {
        dialect: Dialect::from_word(&dialect).unwrap_or(Dialect::Myth2),
        settled_at: Millis(settled_at),
        verdict: verdict.as_deref().and_then(Verdict::from_word),
        reporter: reporter.and_then(|reporter| u32::try_from(reporter).ok()),
    }))
}

/// Whether somebody played in a game, or reported it.
pub(crate) async fn was_in(tx: &mut Tx<'_>, game: GameId, user: UserId) -> Result<bool, Error> {
    let row: Option<(i64,)> = sql("select game_id from game_players where game_id = $1 and user_id = $2 \
         union select game_id from game_reports where game_id = $1 and user_id = $2")
    .bind(game)
    .bind(user)
    .fetch_optional(tx)
    .await?;
    Ok(row.is_some())
}

/// Every report of a game, in the order in which they came.
pub(crate) async fn reports(tx: &mut Tx<'_>, game: GameId) -> Result<Vec<Report>, Error> {
    results::list_reports(tx, game).await
}

/// The last word on a result, instead of the one before.
pub(crate) async fn put(
    tx: &mut Tx<'_>,
    game: GameId,
    (verdict, reporter): (Verdict, Option<u32>),
    reason: &str,
    by: Option<UserId>,
    at: Millis,
) -> Result<(), Error> {
    sql("insert into game_judgements (game_id, verdict, reporter, reason, by_id, at) \
         values ($1, $2, $3, $4, (select id from users where id = $5), $6) \
         on conflict (game_id) do update set verdict = excluded.verdict, reporter = excluded.reporter, reason = excluded.reason, \
         by_id = excluded.by_id, at = excluded.at")
    .bind(game)
    .bind(verdict.word())
    .bind(reporter.map(i64::from))
    .bind(reason)
    .bind(by)
    .bind(at)
    .execute(tx)
    .await?;
    Ok(())
}

/// Makes one of its reports the result of a game: who fared how, how long it ran, and which reports say the same.
pub(crate) async fn replace_result(
    tx: &mut Tx<'_>,
    game: GameId,
    reports: &[Report],
    chosen: &Report,
) -> Result<(), Error> {
    sql("delete from game_players where game_id = $1").bind(game).execute(&mut *tx).await?;
    sql("update games set end_code = $2, played_ms = $3 where id = $1")
        .bind(game)
        .bind(i64::from(chosen.outcome.end_code))
        .bind(chosen.outcome.played_ms)
        .execute(&mut *tx)
        .await?;
    for placed in &chosen.outcome.players {
        results::create_game_player(tx, game, placed).await?;
    }
    for (report, agrees) in reports.iter().zip(agreeing(reports, chosen)) {
        results::mark_report(tx, game, report.reporter, agrees).await?;
    }
    Ok(())
}

/// Adds a game to what its players have done, or takes it off.
pub(crate) async fn weigh(tx: &mut Tx<'_>, game: GameId, counts: bool, at: Millis) -> Result<(), Error> {
    results::add_to_statistics(tx, game, if counts { 1 } else { -1 }, at).await
}
