//! Migrations of a SQLite file.

use std::path::Path;

use base::Millis;
use sqlx::{Connection as _, SqliteConnection};

use super::{APPLIED, MigrateError, Migrated, Plan, REMEMBER, Step, TABLE, pending, settle_on_disk};
use crate::{Options, sqlite::connect_alone};

pub(super) async fn run(path: &Path, options: &Options, plan: Plan<'_>) -> Result<Migrated, MigrateError> {
    // Without foreign keys: a table that is rebuilt is dropped on the way, and its children's rows would go with it. They are checked
    // before the commit instead (https://sqlite.org/lang_altertable.html, section 7).
    let mut connection = connect_alone(path, options, false).await?;
    sqlx::query("begin immediate").execute(&mut connection).await?;
    let migrated = locked(&mut connection, path, options, plan).await;
    let end = if migrated.is_ok() { "commit" } else { "rollback" };
    let ended = sqlx::query(end).execute(&mut connection).await;
    connection.close().await?;
    let migrated = migrated?;
    ended?;
    Ok(migrated)
}

async fn locked(
    connection: &mut SqliteConnection,
    path: &Path,
    options: &Options,
    mut plan: Plan<'_>,
) -> Result<Migrated, MigrateError> {
    let (ours,): (bool,) = sqlx::query_as("select count(*) > 0 from sqlite_schema where name = 'migrations'")
        .fetch_one(&mut *connection)
        .await?;
    let (tables,): (i64,) = sqlx::query_as("select count(*) from sqlite_schema").fetch_one(&mut *connection).await?;
    if !ours && tables > 0 {
        return Err(MigrateError::Foreign);
    }
    let applied: Vec<(i64, String)> =
        if ours { sqlx::query_as(APPLIED).fetch_all(&mut *connection).await? } else { Vec::new() };
    let from = applied.last().map_or(0, |(version, _)| *version);
    let steps = pending(std::mem::take(&mut plan.steps), &applied)?;
    let Some(first) = steps.first() else {
        return Ok(Migrated { from, to: from, applied: Vec::new(), backup: None });
    };
    if !options.exclusive {
        return Err(MigrateError::NotOurs { pending: steps.len() });
    }

    let backup = if from > 0 {
        let target = plan.backup_path(first.version, "db")?;
        back_up(path, options, &target).await?;
        Some(target)
    } else {
        None
    };
    let (to, names) = apply(&mut *connection, steps, plan.now).await?;
    let dangling: Option<(String,)> =
        sqlx::query_as("select \"table\" from pragma_foreign_key_check").fetch_optional(&mut *connection).await?;
    match dangling {
        Some((table,)) => Err(MigrateError::Dangling { table }),
        None => Ok(Migrated { from, to, applied: names, backup }),
    }
}

/// Applies the steps in the transaction the connection is in; gives back the newest one and all their names.
pub(crate) async fn apply(
    connection: &mut SqliteConnection,
    steps: Vec<Step>,
    now: Millis,
) -> Result<(i64, Vec<String>), MigrateError> {
    sqlx::query(TABLE).execute(&mut *connection).await?;
    let (mut to, mut names) = (0, Vec::new());
    for step in steps {
        let failed = |source| MigrateError::Failed { version: step.version, source };
        sqlx::raw_sql(step.sql).execute(&mut *connection).await.map_err(failed)?;
        sqlx::query(REMEMBER)
            .bind(step.version)
            .bind(step.name)
            .bind(step.checksum)
            .bind(now.0)
            .execute(&mut *connection)
            .await?;
        tracing::info!(migration.version = step.version, migration.name = step.name, "migration applied");
        to = step.version;
        names.push(step.name.to_owned());
    }
    Ok((to, names))
}

/// A copy of the database as it is now. The write lock is held on another connection meanwhile, so nothing can come in between.
async fn back_up(path: &Path, options: &Options, target: &Path) -> Result<(), MigrateError> {
    let mut reader = connect_alone(path, options, true).await?;
    // A path that is not UTF-8 cannot be told to SQLite.
    let name = target.to_str().ok_or_else(|| MigrateError::Backup {
        path: target.to_owned(),
        source: std::io::ErrorKind::InvalidFilename.into(),
    })?;
    sqlx::query("vacuum into $1").bind(name).execute(&mut reader).await?;
    reader.close().await?;
    settle_on_disk(target)?;
    tracing::info!(backup = %target.display(), "the database was backed up before it is migrated");
    Ok(())
}
