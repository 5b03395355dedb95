//! `guildhall backup`, `verify`, `restore`, `export`, `import`: opens what is needed and hands the command to the command line's own crate.

use std::{path::Path, process::ExitCode, sync::Arc};

use backup::{Error, Keep, Name, Occasion, Plan, Rhythm};
use base::Clock as _;
use cli::backup::{BackupArgs, BackupCommand, Making, Restoring, Verifying};
use db::Db;
use tokio_util::task::TaskTracker;

use super::{Done, EXIT_DAMAGED, complain};
use crate::{config::Settings, system::SystemClock, wiring};

/// Makes a backup, or looks after those there are.
pub async fn run(settings: Settings, arguments: BackupArgs) -> Done {
    let BackupArgs { command, making } = arguments;
    if making.to.is_some() || making.sealing.is_asked() {
        return export(settings, making).await;
    }
    let tasks = TaskTracker::new();
    let db = wiring::open_database_as_it_is(&settings, &tasks).await?;
    let done = beside(&settings, &db, command, making).await;
    db.close().await;
    done?;
    Ok(ExitCode::SUCCESS)
}

async fn beside(
    settings: &Settings,
    db: &Db,
    command: Option<BackupCommand>,
    making: Making,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let never = || Rhythm { schedule: None, keep: Keep { last: 1, daily: 0, weekly: 0 } };
    let clock = Arc::new(SystemClock);
    let backups =
        wiring::backups(settings, db, Arc::new(never), Arc::<SystemClock>::clone(&clock), TaskTracker::new())?;
    let snapshot = db.snapshot().await?;
    let version = snapshot.version();
    snapshot.close().await?;
    if command.is_none() && version < db.newest_migration() {
        // An upgrade is about to come, and a backup before it shall not be what migrates. Without the trail's newest columns, it isn't told there.
        let (data_dir, plan) = (&settings.data_dir, plan(settings)?);
        let name = Name { made_at: clock.now(), occasion: Occasion::Asked, encrypted: plan.seal.is_some() };
        let to = settings.backup.folder(data_dir).join(name.file());
        return cli::backup::make_at(db, &plan, &to, &*clock, making.json).await;
    }
    cli::backup::run(&backups, command, making.json).await
}

fn plan(settings: &Settings) -> Result<Plan, String> {
    settings.backup.plan(&settings.data_dir).map_err(|(key, problem)| format!("{key}: {problem}"))
}

/// Makes a backup at a place of one's own.
pub async fn export(settings: Settings, making: Making) -> Done {
    let to = making.to.ok_or("say where to, with --to FILE")?;
    let plan = making.sealing.applied_to(plan(&settings)?)?;
    let tasks = TaskTracker::new();
    // As it is: a backup before an upgrade is made with the old schema, whichever version makes it.
    let db = wiring::open_database_as_it_is(&settings, &tasks).await?;
    let done = cli::backup::make_at(&db, &plan, &to, &SystemClock, making.json).await;
    db.close().await;
    done?;
    Ok(ExitCode::SUCCESS)
}

/// Proves a backup.
pub async fn verify(arguments: Verifying) -> Done {
    let key = arguments.opening.key()?;
    let verified = Box::pin(backup::verify(&arguments.file, key, arguments.scratch.as_deref(), &SystemClock)).await;
    match verified {
        Ok(restored) => {
            cli::backup::tell_verified(&arguments.file, &restored, arguments.json);
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => damaged(error),
    }
}

/// Restores a backup.
pub async fn restore(settings: Settings, arguments: Restoring) -> Done {
    let key = arguments.opening.key()?;
    let tasks = TaskTracker::new();
    let db = wiring::open_database_to_fill(&settings, &tasks).await?;
    let told = restore_to(&db, &settings.data_dir, arguments, key).await;
    db.close().await;
    match told {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(error) => damaged(error),
    }
}

async fn restore_to(db: &Db, data_dir: &Path, arguments: Restoring, key: Option<backup::Key>) -> Result<(), Error> {
    let Restoring { file, dry_run, json, .. } = arguments;
    if dry_run {
        let manifest = Box::pin(backup::foresee(db, &file, key, Some(data_dir))).await?;
        cli::backup::tell_foreseen(&file, &manifest, json);
    } else {
        let restored = Box::pin(backup::restore(db, &file, key, Some(data_dir), &SystemClock)).await?;
        cli::backup::tell_restored(&file, &restored, json);
    }
    Ok(())
}

/// A damaged backup has an exit code of its own: whoever watches backups wants to know that from a full disk.
fn damaged(error: Error) -> Done {
    match error {
        Error::Damaged { .. }
        | Error::Truncated { .. }
        | Error::NotABackup
        | Error::OtherSchema(_)
        | Error::Unlike(_) => {
            complain(&error);
            Ok(ExitCode::from(EXIT_DAMAGED))
        }
        error => Err(error.into()),
    }
}
