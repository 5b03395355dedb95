//! `guildhall backup`, `verify`, `restore`, `export`, `import`: opens what is needed and hands the command to the command line's own crate.

use std::{process::ExitCode, sync::Arc};

use backup::{Error, Name, Occasion, Plan};
use base::Clock;
use cli::{
    Terminal,
    backup::{BackupArgs, Making, Restoring, Verifying},
};
use tokio_util::task::TaskTracker;

use super::{Done, EXIT_DAMAGED, complain, here::Here};
use crate::{config::Settings, database, system::SystemClock};

/// Makes a backup, or looks after those there are.
pub(super) async fn run(
    settings: Settings,
    clock: Arc<dyn Clock>,
    terminal: &mut Terminal<'_>,
    arguments: BackupArgs,
) -> Done {
    if arguments.making.is_for_a_file() {
        return export(settings, terminal, arguments.making).await;
    }
    let hub = Here::open_as_it_is(settings.clone(), clock).await?;
    let done = beside(&hub, &settings, terminal, arguments).await;
    hub.close().await;
    done?;
    Ok(ExitCode::SUCCESS)
}

async fn beside(hub: &Here, settings: &Settings, terminal: &mut Terminal<'_>, arguments: BackupArgs) -> cli::Done {
    let BackupArgs { command, making } = arguments;
    let db = hub.db();
    let snapshot = db.snapshot().await?;
    let version = snapshot.version();
    snapshot.close().await?;
    if command.is_none() && version < db.newest_migration() {
        // An upgrade is about to come, and a backup before it shall not be what migrates. Without the trail's newest columns, it isn't told there.
        let (data_dir, plan) = (&settings.data_dir, plan(settings)?);
        let clock = SystemClock;
        let name = Name { made_at: clock.now(), occasion: Occasion::Asked, encrypted: plan.seal.is_some() };
        let to = settings.backup.folder(data_dir).join(name.file());
        return cli::backup::make_at(terminal, db, &plan, &to, &clock, making.json).await;
    }
    cli::backup::run(hub.client(), terminal, command, making.json).await
}

fn plan(settings: &Settings) -> Result<Plan, String> {
    settings.backup.plan(&settings.data_dir).map_err(|(key, problem)| format!("{key}: {problem}"))
}

/// Makes a backup at a place of one's own.
pub(super) async fn export(settings: Settings, terminal: &mut Terminal<'_>, making: Making) -> Done {
    let to = making.to.ok_or("say where to, with --to FILE")?;
    let plan = making.sealing.applied_to(plan(&settings)?)?;
    let tasks = TaskTracker::new();
    // As it is: a backup before an upgrade is made with the old schema, whichever version makes it.
    let db = database::open_as_it_is(&settings, &tasks).await?;
    let done = cli::backup::make_at(terminal, &db, &plan, &to, &SystemClock, making.json).await;
    db.close().await;
    done?;
    Ok(ExitCode::SUCCESS)
}

/// Proves a backup.
pub(super) async fn verify(terminal: &mut Terminal<'_>, arguments: Verifying) -> Done {
    let key = arguments.opening.key()?;
    let verified = Box::pin(backup::verify(&arguments.file, key, arguments.scratch.as_deref(), &SystemClock)).await;
    match verified {
        Ok(restored) => {
            cli::backup::tell_verified(terminal, &arguments.file, &restored, arguments.json)?;
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => damaged(terminal, error),
    }
}

/// Restores a backup.
pub(super) async fn restore(settings: Settings, terminal: &mut Terminal<'_>, arguments: Restoring) -> Done {
    let key = arguments.opening.key()?;
    let tasks = TaskTracker::new();
    let db = database::open_to_fill(&settings, &tasks).await?;
    let Restoring { file, dry_run, json, .. } = arguments;
    let done = if dry_run {
        let foreseen = Box::pin(backup::foresee(&db, &file, key, Some(&settings.data_dir))).await;
        foreseen.map(|manifest| cli::backup::tell_foreseen(terminal, &file, &manifest, json))
    } else {
        let restored = Box::pin(backup::restore(&db, &file, key, Some(&settings.data_dir), &SystemClock)).await;
        restored.map(|restored| cli::backup::tell_restored(terminal, &file, &restored, json))
    };
    db.close().await;
    match done {
        Ok(told) => told.map(|()| ExitCode::SUCCESS),
        Err(error) => damaged(terminal, error),
    }
}

/// A damaged backup has an exit code of its own: whoever watches backups wants to know that from a full disk.
fn damaged(terminal: &mut Terminal<'_>, error: Error) -> Done {
    match error {
        Error::Damaged { .. }
        | Error::Truncated { .. }
        | Error::NotABackup
        | Error::OtherSchema(_)
        | Error::Unlike(_) => {
            complain(terminal, &error);
            Ok(ExitCode::from(EXIT_DAMAGED))
        }
        error => Err(error.into()),
    }
}
