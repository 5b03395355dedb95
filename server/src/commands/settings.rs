//! `guildhall settings` and `guildhall audit`: open the database and hand the command to the command line's own crate.

use std::{process::ExitCode, sync::Arc};

use base::Clock;
use tokio_util::task::TaskTracker;

use super::Done;
use crate::{
    config::Settings,
    running,
    system::{SystemChance, SystemClock},
    wiring,
};

/// Runs the command as the operator.
pub async fn run(settings: Settings, command: cli::settings::SettingsCommand) -> Done {
    let tasks = TaskTracker::new();
    let db = wiring::open_database_beside(&settings, &SystemClock, &tasks).await?;
    let accounts = wiring::accounts(&settings, db.clone(), Arc::new(SystemClock), Arc::new(SystemChance));
    let done = cli::settings::run(accounts.hub(), command).await;
    db.close().await;
    done?;
    Ok(ExitCode::SUCCESS)
}

/// Reads the audit log as the operator.
pub async fn audit(settings: Settings, args: cli::audit::AuditArgs) -> Done {
    let tasks = TaskTracker::new();
    let db = wiring::open_database_beside(&settings, &SystemClock, &tasks).await?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let accounts = wiring::accounts(&settings, db.clone(), Arc::clone(&clock), Arc::new(SystemChance));
    let done = cli::audit::run(&running::trail(&accounts, &db, &clock), args).await;
    db.close().await;
    done?;
    Ok(ExitCode::SUCCESS)
}
