//! What the hub does by itself: keeps the site's settings fresh, and clears away what has ended.

use std::time::Duration;

use accounts::Accounts;
use base::Actor;
use contract::Event;
use events::{Bus, Delivery};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// Ended logins and unused tokens harm nobody; they only take room.
const TIDY_EVERY: Duration = Duration::from_hours(1);

/// Reads the site's settings anew whenever somebody, on any node, has changed them.
pub(crate) async fn follow_site(accounts: Accounts, bus: Bus, stop: CancellationToken) {
    let mut listener = bus.subscribe();
    loop {
        let delivery = tokio::select! {
            () = stop.cancelled() => break,
            delivery = listener.next() => delivery,
        };
        let changed = match delivery {
            Delivery::Event { event, .. } => matches!(*event, Event::SiteChanged),
            Delivery::Lagged => true,
        };
        if changed && let Err(error) = accounts.refresh_site().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "the site's settings can't be read anew");
        }
    }
}

/// Clears away ended logins and unused tokens.
pub(crate) async fn tidy(accounts: Accounts, stop: CancellationToken) {
    let mut ticks = interval(TIDY_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            _ = ticks.tick() => match accounts.tidy(&Actor::Job).await {
                Ok(tidied) => tracing::debug!(?tidied, "cleared away what has ended"),
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "what has ended can't be cleared away");
                }
            },
        }
    }
}
