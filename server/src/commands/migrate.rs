//! `guildhall migrate`: brings the database up to date without starting the hub.

use std::process::ExitCode;

use serde_json::json;
use tokio_util::task::TaskTracker;

use super::{Done, print_json};
use crate::{config::Settings, database, system::SystemClock};

/// Migrates.
pub(super) async fn run(settings: Settings, as_json: bool) -> Done {
    let tasks = TaskTracker::new();
    let (db, migrated) = database::open(&settings, &SystemClock, &tasks).await?;
    db.close().await;
    if as_json {
        print_json(&json!({ "engine": db.engine().name(), "applied": migrated.applied, "backup": migrated.backup }));
    } else if migrated.applied.is_empty() {
        println!("The database is up to date.");
    } else {
        if let Some(backup) = &migrated.backup {
            println!("Backed up to {} first.", backup.display());
        }
        for name in &migrated.applied {
            println!("Applied {name}.");
        }
    }
    Ok(ExitCode::SUCCESS)
}
