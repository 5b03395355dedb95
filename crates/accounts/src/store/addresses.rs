//! From where somebody has logged in before.

use base::{Millis, UserId};
use db::{Db, Error, Tx, sql};

use crate::token::TokenHash;

pub(crate) async fn knows_address(db: &Db, user: UserId, address: &TokenHash) -> Result<bool, Error> {
    let row: Option<(i64,)> =
        sql("select last_log_in_at from known_addresses where user_id = $1 and address_hash = $2")
            .bind(user)
            .bind(address)
            .fetch_optional(db)
            .await?;
    Ok(row.is_some())
}

pub(crate) async fn remember_address(
    tx: &mut Tx<'_>,
    user: UserId,
    address: &TokenHash,
    now: Millis,
) -> Result<(), Error> {
    sql("insert into known_addresses (user_id, address_hash, last_log_in_at) values ($1, $2, $3)
         on conflict (user_id, address_hash) do update set last_log_in_at = excluded.last_log_in_at")
    .bind(user)
    .bind(address)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

pub(crate) async fn delete_old_addresses(tx: &mut Tx<'_>, before: Millis) -> Result<u64, Error> {
    sql("delete from known_addresses where last_log_in_at < $1").bind(before).execute(tx).await
}
