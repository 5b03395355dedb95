//! Seasons.

use base::Millis;
use contract::ranking::Season;
use db::{Db, Error, On, Tx, sql};

/// The season in which something happened.
pub(crate) async fn at(on: impl Into<On<'_>>, at: Millis) -> Result<Option<i64>, Error> {
    let row: Option<(i64,)> =
        sql("select id from seasons where began_at <= $1 and (ended_at is null or ended_at > $1) \
         order by id desc limit 1")
        .bind(at)
        .fetch_optional(on)
        .await?;
    Ok(row.map(|(id,)| id))
}

/// All seasons, the newest first.
pub(crate) async fn list(db: &Db) -> Result<Vec<Season>, Error> {
    let rows: Vec<(i64, String, i64, Option<i64>, i64)> = sql("select s.id, s.name, s.began_at, s.ended_at, \
         (select count(distinct t.user_id) from standings t where t.season = s.id) from seasons s order by s.id desc limit 1000")
    .fetch_all(db)
    .await?;
    let season = |(id, name, began, ended, players): (i64, String, i64, Option<i64>, i64)| Season {
        id,
        name,
        began_at: Millis(began),
        ended_at: ended.map(Millis),
        players: u64::try_from(players).unwrap_or_default(),
    };
    Ok(rows.into_iter().map(season).collect())
}

/// Ends the season that runs; says which it was.
pub(crate) async fn end(tx: &mut Tx<'_>, at: Millis) -> Result<Option<(i64, String)>, Error> {
    sql("update seasons set running = null, ended_at = $2 where running = $1 returning id, name")
        .bind(true)
        .bind(at)
        .fetch_optional(tx)
        .await
}

/// Begins a season; `None`: the name is taken.
pub(crate) async fn insert(tx: &mut Tx<'_>, name: &str, at: Millis) -> Result<Option<i64>, Error> {
    let row: Option<(i64,)> = sql(
        "insert into seasons (name, began_at, running) values ($1, $2, $3) on conflict (name) do nothing returning id",
    )
    .bind(name)
    .bind(at)
    .bind(true)
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|(id,)| id))
}
