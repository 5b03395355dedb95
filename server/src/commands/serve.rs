//! `guildhall serve`: starts the hub, says where it is, and runs until told to stop.

use std::{sync::Arc, time::Duration};

use super::Done;
use crate::{
    config::Settings,
    system::{SystemChance, SystemClock},
    wiring,
};

/// Runs the hub.
pub(super) async fn run(settings: Settings) -> Done {
    let drain = Duration::from_secs(settings.http.drain_secs);
    let running = Box::pin(wiring::start(settings, Arc::new(SystemClock), Arc::new(SystemChance))).await?;
    greet(&running);
    footprint::return_free_memory();
    running.hub.rest.asked();

    super::until_told_to_stop(running.stop(drain)).await
}

/// The first thing an operator sees. Standard output, so that it can be found among log lines.
fn greet(running: &wiring::Running) {
    println!("Guildhall is ready at {}", running.site_url);
    println!("Classic clients log on at {}", running.metaserver_addr);
    if let Some(token) = &running.setup_token {
        println!("Set it up, once, at {}/setup?token={}", running.site_url, token.expose());
    }
}
