//! What is remembered of the browsers somebody logs in from.

use base::{Millis, SessionId, UserId};
use db::{Db, Error, Tx, sql};

use crate::token::TokenHash;

/// Whether somebody has logged in to this account from that browser before.
pub(crate) async fn knows_device(db: &Db, user: UserId, token: &TokenHash) -> Result<bool, Error> {
    let row: Option<(i64,)> = sql("select id from devices where user_id = $1 and token_hash = $2")
        .bind(user)
        .bind(token)
        .fetch_optional(db)
        .await?;
    Ok(row.is_some())
}

/// Notes a login from a browser. Gives back the browser's number, and whether it is the first one from there.
pub(crate) async fn remember_device(
    tx: &mut Tx<'_>,
    user: UserId,
    token: &TokenHash,
    label: &str,
    now: Millis,
) -> Result<(i64, bool), Error> {
    let (id, first, last): (i64, i64, i64) =
        sql("insert into devices (user_id, token_hash, label, first_log_in_at, last_log_in_at) values ($1, $2, $3, $4, $4)
         on conflict (user_id, token_hash) do update set label = excluded.label, last_log_in_at = excluded.last_log_in_at
         returning id, first_log_in_at, last_log_in_at")
        .bind(user)
        .bind(token)
        .bind(label)
        .bind(now)
        .fetch_one(tx)
        .await?;
    Ok((id, first == last))
}

/// Forgets the browsers that somebody logged in from longest ago, beyond so many.
pub(crate) async fn trim_devices(tx: &mut Tx<'_>, user: UserId, at_most: u32) -> Result<u64, Error> {
    sql("delete from devices where user_id = $1 and id not in
             (select id from devices where user_id = $1 order by last_log_in_at desc, id desc limit $2)")
    .bind(user)
    .bind(at_most)
    .execute(tx)
    .await
}

/// Names the browser that a login was begun in; `false` where there is no such login, or it is older than browsers have numbers.
pub(crate) async fn name_device(
    tx: &mut Tx<'_>,
    user: UserId,
    session: SessionId,
    name: Option<&str>,
) -> Result<bool, Error> {
    let rows = sql("update devices set name = $3 where user_id = $1
             and id = (select device_id from sessions where id = $2 and user_id = $1)")
    .bind(user)
    .bind(session)
    .bind(name)
    .execute(tx)
    .await?;
    Ok(rows == 1)
}

pub(crate) async fn forget_devices(tx: &mut Tx<'_>, user: UserId) -> Result<u64, Error> {
    sql("delete from devices where user_id = $1").bind(user).execute(tx).await
}

pub(crate) async fn delete_old_devices(tx: &mut Tx<'_>, before: Millis) -> Result<u64, Error> {
    sql("delete from devices where last_log_in_at < $1").bind(before).execute(tx).await
}

/// A browser as its owner takes it away.
pub(crate) struct Device {
    pub(crate) label: String,
    pub(crate) name: Option<String>,
    pub(crate) first_log_in_at: Millis,
    pub(crate) last_log_in_at: Millis,
}

pub(crate) async fn list_devices(db: &Db, user: UserId) -> Result<Vec<Device>, Error> {
    let rows: Vec<(String, Option<String>, i64, i64)> =
        sql("select label, name, first_log_in_at, last_log_in_at from devices where user_id = $1 order by id")
            .bind(user)
            .fetch_all(db)
            .await?;
    Ok(rows
        .into_iter()
        .map(|(label, name, first, last)| Device {
            label,
            name,
            first_log_in_at: Millis(first),
            last_log_in_at: Millis(last),
        })
        .collect())
}
