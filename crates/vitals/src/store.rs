//! The table of samples, and the database's size: every statement, one function each.

use base::Millis;
use contract::vitals::{At, Measure};
use db::{Db, Error, Tx, sql, sql_for};

/// Writes a sample; of two for one instant the higher stays.
pub(crate) async fn put(tx: &mut Tx<'_>, measure: Measure, at: Millis, value: i64) -> Result<(), Error> {
    sql("insert into samples (measure, at, value) values ($1, $2, $3)
         on conflict (measure, at) do update set value = excluded.value where excluded.value > samples.value")
    .bind(measure.word())
    .bind(at)
    .bind(value)
    .execute(tx)
    .await?;
    Ok(())
}

/// The highest of each hour since then, oldest first.
pub(crate) async fn hours(db: &Db, measure: Measure, since: Millis) -> Result<Vec<At>, Error> {
    let rows: Vec<(i64, i64)> =
        sql("select (at / 3600000) * 3600000 as hour, max(value) from samples where measure = $1 and at >= $2
         group by (at / 3600000) * 3600000 order by hour")
        .bind(measure.word())
        .bind(since)
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(|(at, value)| At { at: Millis(at), value }).collect())
}

pub(crate) async fn delete_before(tx: &mut Tx<'_>, before: Millis) -> Result<(), Error> {
    sql("delete from samples where at < $1").bind(before).execute(tx).await?;
    Ok(())
}

/// How much room the database takes.
pub(crate) async fn database_bytes(db: &Db) -> Result<i64, Error> {
    let (bytes,): (i64,) = sql_for(
        "select page_count * page_size from pragma_page_count(), pragma_page_size()",
        "select pg_database_size(current_database())",
    )
    .fetch_one(db)
    .await?;
    Ok(bytes)
}
