//! The hub's database as each of its processes and commands opens it: with the lock or beside who has it, brought up to date or as it is.

use std::{fs::DirBuilder, os::unix::fs::DirBuilderExt as _, time::Duration};

use base::Clock;
use db::{Db, Migrated, OpenError};
use tokio_util::task::TaskTracker;

use crate::{config::Settings, wiring::StartError};

/// Opens the database and brings it up to date.
pub async fn open(settings: &Settings, clock: &dyn Clock, tasks: &TaskTracker) -> Result<(Db, Migrated), StartError> {
    make_data_dir(settings)?;
    let db = Db::open(&settings.database_url, options(settings), tasks).await?;
    let migrated = db.migrate(&settings.data_dir.join("backups"), clock).await?;
    Ok((db, migrated))
}

/// Opens the database for an operator's command: as the hub would, or beside a hub that runs.
pub async fn open_beside(settings: &Settings, clock: &dyn Clock, tasks: &TaskTracker) -> Result<Db, StartError> {
    make_data_dir(settings)?;
    let options = options(settings);
    let db = match Db::open(&settings.database_url, options.clone(), tasks).await {
        Err(OpenError::InUse { .. }) => {
            Db::open(&settings.database_url, db::Options { exclusive: false, ..options }, tasks).await?
        }
        opened => opened?,
    };
    db.migrate(&settings.data_dir.join("backups"), clock).await?;
    Ok(db)
}

/// Opens the database for a command that takes it as it finds it: no lock, no migration.
pub async fn open_as_it_is(settings: &Settings, tasks: &TaskTracker) -> Result<Db, StartError> {
    make_data_dir(settings)?;
    let options = db::Options { exclusive: false, ..options(settings) };
    Ok(Db::open(&settings.database_url, options, tasks).await?)
}

/// Opens the database to fill it: no hub may run on it.
pub async fn open_to_fill(settings: &Settings, tasks: &TaskTracker) -> Result<Db, StartError> {
    make_data_dir(settings)?;
    Ok(Db::open(&settings.database_url, options(settings), tasks).await?)
}

/// For nobody but the hub's own user: everything people trust it with is in there.
fn make_data_dir(settings: &Settings) -> Result<(), StartError> {
    let folder = &settings.data_dir;
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|error| format!("the data directory {} can't be made: {error}", folder.display()).into())
}

fn options(settings: &Settings) -> db::Options {
    let given = &settings.database;
    let secs = Duration::from_secs;
    let mut options = db::Options {
        migrate_without_backup: given.migrate_without_backup,
        queue: given.queue,
        group: given.group,
        linger: Duration::from_millis(given.linger_millis),
        busy: secs(given.busy_secs),
        checkpoint_every: secs(given.checkpoint_secs),
        optimize_every: Duration::from_hours(given.optimize_hours),
        lock: secs(given.lock_secs),
        idle_in_transaction: secs(given.idle_in_transaction_secs),
        retries: given.retries,
        acquire: secs(given.acquire_secs),
        statement: secs(given.statement_secs),
        closure: secs(given.write_secs),
        ..db::Options::default()
    };
    if let Some(connections) = settings.database.connections {
        (options.pool, options.readers) = (connections, connections);
    }
    options
}
