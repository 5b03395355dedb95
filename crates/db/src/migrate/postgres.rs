//! Migrations of a PostgreSQL database.

use std::{io, path::Path, process::Stdio, str::FromStr as _};

use base::Millis;
use sqlx::{Connection as _, PgConnection, postgres::PgConnectOptions};
use tokio::process::Command;
use url::Url;

use super::{APPLIED, MigrateError, Migrated, Plan, REMEMBER, Step, TABLE, pending, settle_on_disk};
use crate::Options;

pub(super) async fn run(url: &str, options: &Options, plan: Plan<'_>) -> Result<Migrated, MigrateError> {
    let mut connection = PgConnection::connect_with(&PgConnectOptions::from_str(url)?).await?;
    // A migration may take as long as it takes, and waits for another process that is at it. The lock goes with the transaction.
    sqlx::raw_sql("set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; set lock_timeout = '60s'")
        .execute(&mut connection)
        .await?;
    let mut transaction = connection.begin().await?;
    sqlx::query("select pg_advisory_xact_lock(7165412)").execute(&mut *transaction).await?;
    let migrated = locked(&mut transaction, url, options, plan).await?;
    transaction.commit().await?;
    connection.close().await?;
    Ok(migrated)
}

async fn locked(
    connection: &mut PgConnection,
    url: &str,
    options: &Options,
    mut plan: Plan<'_>,
) -> Result<Migrated, MigrateError> {
    let tables: Vec<(String,)> = sqlx::query_as(
        "select cast(table_name as text) from information_schema.tables \
         where table_schema = current_schema() and table_type = 'BASE TABLE'",
    )
    .fetch_all(&mut *connection)
    .await?;
    let ours = tables.iter().any(|(table,)| table == "migrations");
    if !ours && !tables.is_empty() {
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

    let backup = if from == 0 {
        None
    } else {
        let target = plan.backup_path(first.version, "dump")?;
        match back_up(url, &target).await {
            Ok(()) => Some(target),
            Err(MigrateError::NoBackupProgram) if options.migrate_without_backup => {
                tracing::warn!("the database is migrated without a backup, as the configuration says");
                None
            }
            Err(error) => return Err(error),
        }
    };
    let (to, names) = apply(&mut *connection, steps, plan.now).await?;
    Ok(Migrated { from, to, applied: names, backup })
}

/// Applies the steps in the transaction the connection is in; gives back the newest one and all their names.
pub(crate) async fn apply(
    connection: &mut PgConnection,
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

/// A dump in PostgreSQL's own format, by PostgreSQL's own program. The advisory lock is held meanwhile, so no other hub migrates.
async fn back_up(url: &str, target: &Path) -> Result<(), MigrateError> {
    let (address, password) = without_password(url);
    let mut command = Command::new("pg_dump");
    command.arg("--format=custom").arg("--file").arg(target).arg("--dbname").arg(address);
    if let Some(password) = password {
        // Arguments can be read by everybody on the machine, the environment only by its owner.
        command.env("PGPASSWORD", password);
    }
    let output =
        command.stdin(Stdio::null()).kill_on_drop(true).output().await.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => MigrateError::NoBackupProgram,
            _ => MigrateError::BackupProgram(error.to_string()),
        })?;
    if !output.status.success() {
        // What is there of it is of no use, and would look like a backup.
        drop(std::fs::remove_file(target));
        return Err(MigrateError::BackupProgram(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    settle_on_disk(target)?;
    tracing::info!(backup = %target.display(), "the database was backed up before it is migrated");
    Ok(())
}

/// The address as `pg_dump` may be given it, and the password that was in it. Options that only our own driver knows are left out.
fn without_password(url: &str) -> (String, Option<String>) {
    let Ok(mut url) = Url::parse(url) else { return (url.to_owned(), None) };
    let mut password = url.password().map(decode);
    // Neither fails for an address with a host, and one without a host has no password.
    let _ = url.set_password(None);
    let mut kept = Vec::new();
    for (key, value) in url.query_pairs() {
        match &*key {
            "password" => password = Some(value.into_owned()),
            "statement-cache-capacity" => {}
            _ => kept.push((key.into_owned(), value.into_owned())),
        }
    }
    url.set_query(None);
    if !kept.is_empty() {
        url.query_pairs_mut().extend_pairs(kept);
    }
    (url.into(), password)
}

/// Percent-decoded.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = (*first == b'%').then(|| tail.get(..2)).flatten();
        let byte = escaped.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_never_becomes_an_argument() {
        let (address, password) =
            without_password("postgres://hub:p%40ss%zz@db.example:5433/hub?sslmode=require&statement-cache-capacity=9");
        assert_eq!(address, "postgres://hub@db.example:5433/hub?sslmode=require");
        assert_eq!(password.as_deref(), Some("p@ss%zz"));

        let (address, password) = without_password("postgres:///hub?host=/run/postgresql&user=hub&password=secret");
        assert_eq!(address, "postgres:///hub?host=%2Frun%2Fpostgresql&user=hub");
        assert_eq!(password.as_deref(), Some("secret"));
    }
}
