//! Which migrations have run on plugins' own databases.

use base::Millis;
use db::{Error, On, Tx, sql};

/// One that has run.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct MigrationRow {
    pub(crate) name: String,
    pub(crate) checksum: Vec<u8>,
}

/// Those of a plugin, in the order they ran in.
pub(crate) async fn migrations<'o>(on: impl Into<On<'o>>, id: &str) -> Result<Vec<MigrationRow>, Error> {
    let rows = sql("select name, checksum from plugin_migrations where plugin_id = $1").bind(id).fetch_all(on).await;
    let mut rows: Vec<MigrationRow> = rows?;
    // By their bytes, as the files of a package are: how a database sorts texts depends on its language.
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(rows)
}

/// A migration that has just run.
#[derive(Debug, Clone)]
pub(crate) struct NewMigration {
    pub(crate) name: String,
    pub(crate) checksum: [u8; 32],
    pub(crate) took_ms: i64,
}

/// Writes down that it has, for a version of the plugin.
pub(crate) async fn note_migration(
    tx: &mut Tx<'_>,
    id: &str,
    version: &str,
    new: &NewMigration,
    now: Millis,
) -> Result<(), Error> {
    sql("insert into plugin_migrations (plugin_id, version, name, checksum, applied_at, duration_ms) values ($1, $2, $3, $4, $5, $6)")
        .bind(id)
        .bind(version)
        .bind(&new.name)
        .bind(new.checksum)
        .bind(now)
        .bind(new.took_ms)
        .execute(tx)
        .await?;
    Ok(())
}

/// None of them has: their database is not there any more.
pub(crate) async fn forget_migrations(tx: &mut Tx<'_>, id: &str) -> Result<(), Error> {
    sql("delete from plugin_migrations where plugin_id = $1").bind(id).execute(tx).await?;
    Ok(())
}
