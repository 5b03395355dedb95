//! `guildhall secrets`: opens the database and hands the command to the command line's own crate.

use std::{process::ExitCode, sync::Arc};

use tokio_util::task::TaskTracker;

use super::Done;
use crate::{
    config::Settings,
    system::{SystemChance, SystemClock},
    wiring,
};

/// Runs the command as the operator.
pub async fn run(settings: Settings, command: cli::secrets::SecretsCommand) -> Done {
    let tasks = TaskTracker::new();
    let db = wiring::open_database_beside(&settings, &SystemClock, &tasks).await?;
    let accounts = wiring::accounts(&settings, db.clone(), Arc::new(SystemClock), Arc::new(SystemChance));
    let done = cli::secrets::run(&accounts, command).await;
    db.close().await;
    done?;
    Ok(ExitCode::SUCCESS)
}
