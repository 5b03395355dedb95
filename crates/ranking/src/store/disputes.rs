//! Disputed results, and what those who keep order said of them.

use base::{GameId, Millis};
use contract::ranking::{Judgement, Verdict};
use db::{Db, Error, sql};

/// Games whose reports differ, the newest first: those that wait to be judged, or those that were.
pub(crate) async fn list(db: &Db, judged: bool, before: Option<GameId>, at_most: u32) -> Result<Vec<GameId>, Error> {
    let rows: Vec<(i64,)> = sql("select g.id from games g left join game_judgements j on j.game_id = g.id \
         where g.agreement = 'disputed' and g.id < $1 and (j.game_id is not null) = $2 order by g.id desc limit $3")
    .bind(before.map_or(i64::MAX, GameId::get))
    .bind(judged)
    .bind(at_most)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id.into()).collect())
}

/// How many wait to be judged.
pub(crate) async fn count_waiting(db: &Db) -> Result<u64, Error> {
    let (count,): (i64,) = sql("select count(*) from games g where g.agreement = 'disputed' \
         and not exists (select 1 from game_judgements j where j.game_id = g.id)")
    .fetch_one(db)
    .await?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// What was said of a game last.
pub(crate) async fn judgement(db: &Db, game: GameId) -> Result<Option<Judgement>, Error> {
    let row: Option<(String, String, Option<String>, i64)> =
        sql("select j.verdict, j.reason, u.name, j.at from game_judgements j left join users u on u.id = j.by_id \
             where j.game_id = $1")
        .bind(game)
        .fetch_optional(db)
        .await?;
    Ok(row.and_then(|(verdict, reason, by, at)| {
        Some(Judgement { verdict: Verdict::from_word(&verdict)?, reason, by, at: Millis(at) })
    }))
}
