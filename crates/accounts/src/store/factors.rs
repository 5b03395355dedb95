//! What is remembered of second factors: an app's secret, and recovery codes.

use base::{Millis, UserId};
use db::{Db, Error, Tx, sql};

use crate::{sealing::Sealed, token::TokenHash};

/// An app's secret.
pub(crate) struct TotpSecret {
    pub(crate) secret: Sealed,
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

/// What a log-in has to know of an account besides its own row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Around {
    /// Whether something besides the first step is asked for.
    pub(crate) second: bool,
    /// Browsers somebody has logged in from, this one left out.
    pub(crate) other_devices: u32,
    /// Logins, also those that have run out and are not yet cleared away.
    pub(crate) sessions: u32,
}

/// All of it in one statement: in a log-in each counts. Asked with the account's row held, so that it stays true.
pub(crate) async fn around(tx: &mut Tx<'_>, user: UserId, device: &TokenHash) -> Result<Around, Error> {
    let (factors, devices, sessions): (i64, i64, i64) = sql("select
             (select count(*) from totp where user_id = $1 and confirmed_at is not null)
                 + (select count(*) from passkey_holders where user_id = $1 and asked),
             (select count(*) from devices where user_id = $1 and token_hash <> $2),
             (select count(*) from sessions where user_id = $1)")
    .bind(user)
    .bind(device)
    .fetch_one(tx)
    .await?;
    let few = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
    Ok(Around { second: factors > 0, other_devices: few(devices), sessions: few(sessions) })
}

pub(crate) async fn totp(db: &Db, user: UserId) -> Result<Option<TotpSecret>, Error> {
    /// Secret, by which key, begun, confirmed.
    type Row = (Vec<u8>, Option<String>, i64, Option<i64>);
    let row: Option<Row> = sql("select secret, sealed_by, begun_at, confirmed_at from totp where user_id = $1")
        .bind(user)
        .fetch_optional(db)
        .await?;
    Ok(row.map(|(bytes, by, begun, confirmed)| TotpSecret {
        secret: Sealed { by, bytes },
        begun_at: Millis(begun),
        confirmed_at: confirmed.map(Millis),
    }))
}

/// The secret that codes are checked against: of an app that is set up, or of one that is being set up.
pub(crate) async fn totp_secret(tx: &mut Tx<'_>, user: UserId, confirmed: bool) -> Result<Option<Sealed>, Error> {
    let row: Option<(Vec<u8>, Option<String>)> =
        sql("select secret, sealed_by from totp where user_id = $1 and (confirmed_at is not null) = $2")
            .bind(user)
            .bind(confirmed)
            .fetch_optional(tx)
            .await?;
    Ok(row.map(|(bytes, by)| Sealed { by, bytes }))
}

/// Secrets that another key than this one has sealed, or none, by the account's number.
pub(crate) async fn totp_sealed_otherwise(
    db: &Db,
    key: &str,
    after: UserId,
    at_most: i64,
) -> Result<Vec<(UserId, Sealed)>, Error> {
    let rows: Vec<(i64, Vec<u8>, Option<String>)> = sql("select user_id, secret, sealed_by from totp
         where user_id > $2 and (sealed_by is null or sealed_by <> $1) order by user_id limit $3")
    .bind(key)
    .bind(after)
    .bind(at_most)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(user, bytes, by)| (user.into(), Sealed { by, bytes })).collect())
}

/// The same secret under another seal; `false` where it is another secret by now, or was sealed anew by somebody else.
pub(crate) async fn reseal_totp(
    tx: &mut Tx<'_>,
    user: UserId,
    before: &Sealed,
    sealed: &Sealed,
) -> Result<bool, Error> {
    let rows = sql("update totp set secret = $2, sealed_by = $3 where user_id = $1 and secret = $4")
        .bind(user)
        .bind(sealed.bytes.clone())
        .bind(sealed.by.clone())
        .bind(before.bytes.clone())
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

/// A fresh secret, in place of one that was never confirmed; `false` where one is.
pub(crate) async fn begin_totp(tx: &mut Tx<'_>, user: UserId, secret: &Sealed, now: Millis) -> Result<bool, Error> {
    let rows = sql("insert into totp (user_id, secret, sealed_by, begun_at, last_step) values ($1, $2, $3, $4, 0)
         on conflict (user_id) do update set secret = excluded.secret, sealed_by = excluded.sealed_by,
             begun_at = excluded.begun_at, last_step = 0
         where totp.confirmed_at is null")
    .bind(user)
    .bind(secret.bytes.clone())
    .bind(secret.by.clone())
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
