//! What is remembered of second factors: an app's secret, and recovery codes.

use base::{Millis, UserId};
use db::{Db, Error, Tx, sql};

use crate::token::TokenHash;

/// An app's secret.
pub(crate) struct TotpSecret {
    pub(crate) secret: Vec<u8>,
    pub(crate) begun_at: Millis,
    pub(crate) confirmed_at: Option<Millis>,
}

/// Whether something besides the first step is asked for.
pub(crate) async fn has_second_factor(tx: &mut Tx<'_>, user: UserId) -> Result<bool, Error> {
    let row: Option<(i64,)> = sql("select user_id from totp where user_id = $1 and confirmed_at is not null
         union all select user_id from passkey_holders where user_id = $1 and asked")
    .bind(user)
    .fetch_optional(tx)
    .await?;
    Ok(row.is_some())
}

/// The same, outside a transaction.
pub(crate) async fn asks_second_factor(db: &Db, user: UserId) -> Result<bool, Error> {
    let row: Option<(i64,)> = sql("select user_id from totp where user_id = $1 and confirmed_at is not null
         union all select user_id from passkey_holders where user_id = $1 and asked")
    .bind(user)
    .fetch_optional(db)
    .await?;
    Ok(row.is_some())
}

pub(crate) async fn totp(db: &Db, user: UserId) -> Result<Option<TotpSecret>, Error> {
    let row: Option<(Vec<u8>, i64, Option<i64>)> =
        sql("select secret, begun_at, confirmed_at from totp where user_id = $1").bind(user).fetch_optional(db).await?;
    Ok(row.map(|(secret, begun, confirmed)| TotpSecret {
        secret,
        begun_at: Millis(begun),
        confirmed_at: confirmed.map(Millis),
    }))
}

/// The secret that codes are checked against: of an app that is set up, or of one that is being set up.
pub(crate) async fn totp_secret(tx: &mut Tx<'_>, user: UserId, confirmed: bool) -> Result<Option<Vec<u8>>, Error> {
    let row: Option<(Vec<u8>,)> = sql("select secret from totp where user_id = $1 and (confirmed_at is not null) = $2")
        .bind(user)
        .bind(confirmed)
        .fetch_optional(tx)
        .await?;
    Ok(row.map(|(secret,)| secret))
}

/// A fresh secret, in place of one that was never confirmed; `false` where one is.
pub(crate) async fn begin_totp(tx: &mut Tx<'_>, user: UserId, secret: &[u8; 20], now: Millis) -> Result<bool, Error> {
    let rows = sql("insert into totp (user_id, secret, begun_at, last_step) values ($1, $2, $3, 0)
         on conflict (user_id) do update set secret = excluded.secret, begun_at = excluded.begun_at, last_step = 0
         where totp.confirmed_at is null")
    .bind(user)
    .bind(secret)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(rows == 1)
}

/// From now on its codes are asked for. `false` where they are already, or the set-up began before `since`.
pub(crate) async fn confirm_totp(
    tx: &mut Tx<'_>,
    user: UserId,
    step: i64,
    now: Millis,
    since: Millis,
) -> Result<bool, Error> {
    let rows = sql("update totp set confirmed_at = $3, last_step = $2
         where user_id = $1 and confirmed_at is null and begun_at >= $4")
    .bind(user)
    .bind(step)
    .bind(now)
    .bind(since)
    .execute(tx)
    .await?;
    Ok(rows == 1)
}

/// Takes the code of a step, once; `false` where it, or a later one, was taken already.
pub(crate) async fn take_totp_step(tx: &mut Tx<'_>, user: UserId, step: i64) -> Result<bool, Error> {
    let rows = sql("update totp set last_step = $2 where user_id = $1 and confirmed_at is not null and last_step < $2")
        .bind(user)
        .bind(step)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

/// `false` where there was none that was confirmed.
pub(crate) async fn delete_totp(tx: &mut Tx<'_>, user: UserId) -> Result<bool, Error> {
    let row: Option<(Option<i64>,)> =
        sql("delete from totp where user_id = $1 returning confirmed_at").bind(user).fetch_optional(tx).await?;
    Ok(row.is_some_and(|(confirmed,)| confirmed.is_some()))
}

pub(crate) async fn insert_recovery_code(tx: &mut Tx<'_>, user: UserId, hash: &TokenHash) -> Result<(), Error> {
    sql("insert into recovery_codes (user_id, code_hash) values ($1, $2)").bind(user).bind(hash).execute(tx).await?;
    Ok(())
}

/// Takes a code out; `false` where it is not there (any more).
pub(crate) async fn take_recovery_code(tx: &mut Tx<'_>, user: UserId, hash: &TokenHash) -> Result<bool, Error> {
    let rows = sql("delete from recovery_codes where user_id = $1 and code_hash = $2")
        .bind(user)
        .bind(hash)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

pub(crate) async fn delete_recovery_codes(tx: &mut Tx<'_>, user: UserId) -> Result<u64, Error> {
    sql("delete from recovery_codes where user_id = $1").bind(user).execute(tx).await
}

pub(crate) async fn count_recovery_codes(db: &Db, user: UserId) -> Result<u32, Error> {
    let (count,): (i64,) =
        sql("select count(*) from recovery_codes where user_id = $1").bind(user).fetch_one(db).await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}
