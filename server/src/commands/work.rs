//! `guildhall work`: works on jobs and on what is due, without any door, until told to stop.

use std::{process::ExitCode, sync::Arc, time::Duration};

use super::Done;
use crate::{
    config::Settings,
    lifecycle::Lifecycle,
    system::{SystemChance, SystemClock},
    wiring,
};

/// Works.
pub(super) async fn run(settings: Settings) -> Done {
    let drain = Duration::from_secs(settings.http.drain_secs);
    let working = Box::pin(wiring::work(settings, Arc::new(SystemClock), Arc::new(SystemChance))).await?;
    println!("Guildhall works on jobs and schedules");

    Lifecycle::told_to_stop().await?;
    tracing::info!("stopping; a second signal stops at once");
    let finished = tokio::select! {
        finished = working.stop(drain) => finished,
        second = Lifecycle::told_to_stop() => {
            second?;
            tracing::warn!("stopped at once");
            return Ok(ExitCode::FAILURE);
        }
    };
    tracing::info!(finished, "stopped");
    Ok(ExitCode::SUCCESS)
}
