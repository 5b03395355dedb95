//! `guildhall mail`: opens the database and hands the command to the command line's own crate.

use std::{process::ExitCode, sync::Arc};

use base::{Chance, Clock};
use tokio_util::task::TaskTracker;

use super::Done;
use crate::{
    config::Settings,
    system::{SystemChance, SystemClock},
    wiring,
};

/// Runs the command as the operator.
pub async fn run(settings: Settings, command: cli::mail::MailCommand) -> Done {
    let tasks = TaskTracker::new();
    let (clock, chance): (Arc<dyn Clock>, Arc<dyn Chance>) = (Arc::new(SystemClock), Arc::new(SystemChance));
    let db = wiring::open_database_beside(&settings, &SystemClock, &tasks).await?;
    let accounts = wiring::accounts(&settings, db.clone(), Arc::clone(&clock), Arc::clone(&chance));
    let listening = format!("http://{}", settings.http_addr);
    let mail = crate::mail::open(&settings, &accounts, &db, &clock, &chance, listening)?;
    let done = cli::mail::run(&mail, command).await;
    db.close().await;
    done?;
    Ok(ExitCode::SUCCESS)
}
