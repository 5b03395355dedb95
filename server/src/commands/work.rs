//! `guildhall work`: works on jobs and on what is due, without any door, until told to stop.

use std::{sync::Arc, time::Duration};

use super::Done;
use crate::{
    config::Settings,
    system::{SystemChance, SystemClock},
    wiring,
};

/// Works.
pub(super) async fn run(settings: Settings) -> Done {
    let drain = Duration::from_secs(settings.http.drain_secs);
    let working = Box::pin(wiring::work(settings, Arc::new(SystemClock), Arc::new(SystemChance))).await?;
    println!("Guildhall works on jobs and schedules");

    super::until_told_to_stop(working.stop(drain)).await
}
