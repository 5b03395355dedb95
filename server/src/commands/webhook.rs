//! `guildhall webhook`: opens the database and hands the command to the command line's own crate.

use std::{process::ExitCode, sync::Arc};

use base::{Chance, Clock};
use tokio_util::task::TaskTracker;

use super::Done;
use crate::{
    config::Settings,
    system::{SystemChance, SystemClock},
    wiring, work,
};

/// Runs the command as the operator.
pub async fn run(settings: Settings, command: cli::webhook::WebhookCommand) -> Done {
    let tasks = TaskTracker::new();
    let (clock, chance): (Arc<dyn Clock>, Arc<dyn Chance>) = (Arc::new(SystemClock), Arc::new(SystemChance));
    let db = wiring::open_database_beside(&settings, &SystemClock, &tasks).await?;
    let work = work::open(&settings, &db, &clock, &chance)?;
    let done = cli::webhook::run(&work.webhooks, command).await;
    db.close().await;
    done?;
    Ok(ExitCode::SUCCESS)
}
