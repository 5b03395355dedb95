//! Accounts and log-ins, counted by the day.

use base::Millis;
use contract::vitals::At;
use db::{Db, Error, sql};

pub(crate) async fn count_users(db: &Db) -> Result<i64, Error> {
    let (count,): (i64,) = sql("select count(*) from users").fetch_one(db).await?;
    Ok(count)
}

pub(crate) async fn registrations_by_day(db: &Db, since: Millis) -> Result<Vec<At>, Error> {
    let rows: Vec<(i64, i64)> =
        sql("select (created_at / 86400000) * 86400000 as day, count(*) from users where created_at >= $1
         group by (created_at / 86400000) * 86400000 order by day")
        .bind(since)
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(|(at, value)| At { at: Millis(at), value }).collect())
}

/// Each day with an outcome and how often it came.
pub(crate) async fn log_ins_by_day(db: &Db, since: Millis) -> Result<Vec<(Millis, String, i64)>, Error> {
    let rows: Vec<(i64, String, i64)> =
        sql("select (at / 86400000) * 86400000 as day, outcome, count(*) from log_ins where at >= $1
         group by (at / 86400000) * 86400000, outcome order by day")
        .bind(since)
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(|(at, outcome, count)| (Millis(at), outcome, count)).collect())
}
