//! The table of settings: every statement, one function each. It also holds how far the first start has come, which is `accounts`' own.

use db::{Db, Error, Tx, sql};

pub(crate) async fn list(db: &Db) -> Result<Vec<(String, String)>, Error> {
    sql("select key, value from settings").fetch_all(db).await
}

/// The value as it is, held until the transaction ends: nobody else changes it meanwhile.
pub(crate) async fn hold(tx: &mut Tx<'_>, key: &str) -> Result<Option<String>, Error> {
    let row: Option<(String,)> =
        sql("update settings set value = value where key = $1 returning value").bind(key).fetch_optional(tx).await?;
    Ok(row.map(|(value,)| value))
}

pub(crate) async fn put(tx: &mut Tx<'_>, key: &str, value: &str) -> Result<(), Error> {
    sql("insert into settings (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value")
        .bind(key)
        .bind(value)
        .execute(tx)
        .await?;
    Ok(())
}

pub(crate) async fn delete(tx: &mut Tx<'_>, key: &str) -> Result<(), Error> {
    sql("delete from settings where key = $1").bind(key).execute(tx).await?;
    Ok(())
}
