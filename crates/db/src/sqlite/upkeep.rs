//! What the file needs from time to time: its log moved into it, and the planner's statistics refreshed.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use sqlx::{Connection as _, SqliteConnection};
use tokio::time::{MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;

use crate::Options;

/// Looks after the file until `stop`. Each round uses a connection of its own, made and closed again: it is needed a second a minute.
pub(super) async fn run(path: PathBuf, options: Options, stop: CancellationToken) {
    let every = |period: Duration| {
        let mut ticks = interval_at(tokio::time::Instant::now() + period, period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ticks
    };
    let mut checkpoint = every(options.checkpoint_every);
    let mut optimize = every(options.optimize_every);
    loop {
        // Passive: it moves what it can and makes no writer or reader wait.
        let statement = tokio::select! {
            () = stop.cancelled() => return,
            _ = checkpoint.tick() => "pragma wal_checkpoint(passive)",
            _ = optimize.tick() => "pragma optimize",
        };
        let began = Instant::now();
        match perform(&path, &options, statement).await {
            Ok(()) => metrics::histogram!("guildhall_db_upkeep_seconds").record(began.elapsed()),
            Err(error) => {
                tracing::warn!(%error, db.statement = statement, "the upkeep of the database failed; it is tried again");
            }
        }
    }
}

async fn perform(path: &Path, options: &Options, statement: &'static str) -> sqlx::Result<()> {
    let mut connection = SqliteConnection::connect_with(&super::writing_options(path, options)).await?;
    sqlx::query(statement).fetch_all(&mut connection).await?;
    connection.close().await
}
