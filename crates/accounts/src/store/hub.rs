//! How far the hub's setup is: a row among the settings, which are the crate `settings`' own.

use db::{Db, Error, Tx, sql};

/// The hub has an owner and no name yet. As JSON, like every setting.
pub(crate) const SETUP_AT_SITE: &str = "\"site\"";
/// The setup is over.
pub(crate) const SETUP_DONE: &str = "\"done\"";

/// How far the setup is: `None` where there is no owner.
pub(crate) async fn setup_word(db: &Db) -> Result<Option<String>, Error> {
    let row: Option<(String,)> = sql("select value from settings where key = 'setup'").fetch_optional(db).await?;
    Ok(row.map(|(word,)| word))
}

/// Takes the hub for its first owner; `false` where it is taken.
pub(crate) async fn take_hub(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let rows = sql("insert into settings (key, value) values ('setup', $1) on conflict (key) do nothing")
        .bind(SETUP_AT_SITE)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

/// Ends the setup; `false` where it is not at its last step.
pub(crate) async fn finish_setup(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let rows = sql("update settings set value = $1 where key = 'setup' and value = $2")
        .bind(SETUP_DONE)
        .bind(SETUP_AT_SITE)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

/// Held by whoever may take an owner away, so that two owners cannot take away each other. The row is there as soon as there is an owner.
pub(crate) async fn hold_owners(tx: &mut Tx<'_>) -> Result<(), Error> {
    sql("update settings set value = value where key = 'setup'").execute(tx).await?;
    Ok(())
}
