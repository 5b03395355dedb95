//! `guildhall user`: opens the database, or reaches the hub elsewhere, and hands the command to the command line's own crate.

use std::{process::ExitCode, sync::Arc};

use cli::place::Place;
use tokio_util::task::TaskTracker;

use super::{Done, remote::Remote};
use crate::{
    config::Settings,
    system::{SystemChance, SystemClock},
    wiring,
};

/// Runs the command as the operator, or elsewhere as whoever the token belongs to.
pub async fn run(settings: Settings, remote: &Remote, command: cli::user::UserCommand) -> Done {
    if let Some(hub) = remote.open()? {
        cli::user::run(&Place::There(&hub), command).await?;
        return Ok(ExitCode::SUCCESS);
    }
    let tasks = TaskTracker::new();
    let db = wiring::open_database_beside(&settings, &SystemClock, &tasks).await?;
    let accounts = wiring::accounts(&settings, db.clone(), Arc::new(SystemClock), Arc::new(SystemChance));
    let done = cli::user::run(&Place::Here(&accounts), command).await;
    db.close().await;
    done?;
    Ok(ExitCode::SUCCESS)
}
