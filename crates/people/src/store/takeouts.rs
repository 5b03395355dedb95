//! Archives of everything about somebody.

use base::{Millis, UserId};
use db::{Db, Error, Tx, sql};

/// An archive that was asked for.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct TakeoutRow {
    pub(crate) id: i64,
    pub(crate) asked_at: i64,
    pub(crate) ready_at: Option<i64>,
    pub(crate) failed_at: Option<i64>,
    pub(crate) ends_at: i64,
    pub(crate) size_bytes: i64,
}

/// Writes down that somebody asks, unless they did since `since`; `None` then.
pub(crate) async fn insert(
    tx: &mut Tx<'_>,
    user: UserId,
    at: Millis,
    since: Millis,
    ends_at: Millis,
) -> Result<Option<i64>, Error> {
    let row: Option<(i64,)> = sql("insert into takeouts (user_id, asked_at, ends_at, size_bytes)
         select u.id, $2, $3, 0 from users u
         where u.id = $1 and not exists (select 1 from takeouts t where t.user_id = $1 and t.asked_at > $4)
         returning id")
    .bind(user)
    .bind(at)
    .bind(ends_at)
    .bind(since)
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|(id,)| id))
}

pub(crate) async fn list(db: &Db, user: UserId, now: Millis) -> Result<Vec<TakeoutRow>, Error> {
    sql("select id, asked_at, ready_at, failed_at, ends_at, size_bytes from takeouts
         where user_id = $1 and ends_at > $2 order by id desc limit 10")
    .bind(user)
    .bind(now)
    .fetch_all(db)
    .await
}

/// Whose it is, while it is still to be built.
pub(crate) async fn open(db: &Db, takeout: i64) -> Result<Option<UserId>, Error> {
    let row: Option<(i64,)> =
        sql("select user_id from takeouts where id = $1 and ready_at is null").bind(takeout).fetch_optional(db).await?;
    Ok(row.map(|(user,)| user.into()))
}

pub(crate) async fn fill(
    tx: &mut Tx<'_>,
    takeout: i64,
    archive: &[u8],
    at: Millis,
    ends_at: Millis,
) -> Result<(), Error> {
    sql("update takeouts set archive = $2, size_bytes = $3, ready_at = $4, ends_at = $5, failed_at = null where id = $1 and ready_at is null")
        .bind(takeout)
        .bind(archive)
        .bind(i64::try_from(archive.len()).unwrap_or(i64::MAX))
        .bind(at)
        .bind(ends_at)
        .execute(tx)
        .await?;
    Ok(())
}

pub(crate) async fn archive(db: &Db, user: UserId, takeout: i64, now: Millis) -> Result<Option<Vec<u8>>, Error> {
    let row: Option<(Option<Vec<u8>>,)> =
        sql("select archive from takeouts where id = $1 and user_id = $2 and ends_at > $3 and ready_at is not null")
            .bind(takeout)
            .bind(user)
            .bind(now)
            .fetch_optional(db)
            .await?;
    Ok(row.and_then(|(archive,)| archive))
}

pub(crate) async fn fail(tx: &mut Tx<'_>, takeout: i64, at: Millis) -> Result<(), Error> {
    sql("update takeouts set failed_at = $2 where id = $1 and ready_at is null")
        .bind(takeout)
        .bind(at)
        .execute(tx)
        .await?;
    Ok(())
}

/// Those of somebody that could not be built: they stand in nobody's way.
pub(crate) async fn delete_failed(tx: &mut Tx<'_>, user: UserId) -> Result<u64, Error> {
    sql("delete from takeouts where user_id = $1 and failed_at is not null").bind(user).execute(tx).await
}

pub(crate) async fn delete_old(tx: &mut Tx<'_>, now: Millis) -> Result<u64, Error> {
    sql("delete from takeouts where ends_at <= $1").bind(now).execute(tx).await
}
