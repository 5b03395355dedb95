//! `guildhall sanction` and `guildhall report`: opens the database and hands the command to the command line's own crate.
//!
//! A hub that runs beside hears of what is done by the events it records, and carries it out.

use std::{process::ExitCode, sync::Arc};

use moderation::Moderation;
use tokio_util::task::TaskTracker;

use super::Done;
use crate::{
    config::Settings,
    order::Nobody,
    system::{SystemChance, SystemClock},
    wiring,
};

/// Runs a command about sanctions as the operator.
pub async fn sanction(settings: Settings, command: cli::order::SanctionCommand) -> Done {
    with(settings, async |hub| cli::order::run_sanction(hub, command).await).await
}

/// Runs a command about reports as the operator.
pub async fn report(settings: Settings, command: cli::order::ReportCommand) -> Done {
    with(settings, async |hub| cli::order::run_report(hub, command).await).await
}

async fn with(settings: Settings, act: impl AsyncFnOnce(&Moderation) -> Result<(), wiring::StartError>) -> Done {
    let tasks = TaskTracker::new();
    let db = wiring::open_database_beside(&settings, &SystemClock, &tasks).await?;
    let (clock, chance) = (Arc::new(SystemClock), Arc::new(SystemChance));
    let hub = Moderation::new(db.clone(), clock, chance, Arc::new(Nobody), base::name::fold);
    let done = act(&hub).await;
    db.close().await;
    done?;
    Ok(ExitCode::SUCCESS)
}
