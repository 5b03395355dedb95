//! What the hub does by itself: keeps the site's settings fresh, and clears away what has ended.

use std::{sync::Arc, time::Duration};

use accounts::Accounts;
use backup::Backups;
use base::{Actor, Clock};
use contract::Event;
use db::Db;
use events::{Bus, Delivery};
use mail::Mail;
use orgs::Orgs;
use tokio::time::{Instant, MissedTickBehavior, interval, interval_at};
use tokio_util::sync::CancellationToken;

use crate::api;

/// How late a backup may be.
const TEND_EVERY: Duration = Duration::from_mins(1);
/// Ended logins and unused tokens harm nobody; they only take room.
const TIDY_EVERY: Duration = Duration::from_hours(1);

/// Reads the site's settings, and the key that signs, anew whenever somebody, in any process, has changed them.
pub(crate) async fn follow_site(accounts: Accounts, bus: Bus, stop: CancellationToken) {
    let mut listener = bus.subscribe();
    loop {
        let delivery = tokio::select! {
            () = stop.cancelled() => break,
            delivery = listener.next() => delivery,
        };
        let (changed, rotated) = match delivery {
            Delivery::Event { event, .. } => {
                (matches!(*event, Event::SiteChanged), matches!(*event, Event::SigningKeyRotated))
            }
            Delivery::Lagged => (true, true),
        };
        if rotated {
            accounts.forget_signing_keys();
        }
        if changed && let Err(error) = accounts.refresh_site().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "the site's settings can't be read anew");
        }
    }
}

/// Makes backups at their time, and says how old the newest is.
pub(crate) async fn tend_backups(backups: Backups, stop: CancellationToken) {
    // Not at once: a hub that has just started has people waiting for it.
    let mut ticks = interval_at(Instant::now() + TEND_EVERY, TEND_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            _ = ticks.tick() => {}
        }
        // One that is being made when the hub stops is given up; what there is of it is cleared away.
        tokio::select! {
            () = stop.cancelled() => break,
            tended = backups.tend(&Actor::Job) => {
                if let Err(error) = tended {
                    tracing::warn!(error = &error as &dyn std::error::Error, "the backups can't be looked after");
                }
            }
        }
    }
}

/// Clears away ended logins and unused tokens.
pub(crate) async fn tidy(accounts: Accounts, mail: Mail, orgs: Orgs, stop: CancellationToken) {
    let mut ticks = interval(TIDY_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            _ = ticks.tick() => {
                match accounts.tidy(&Actor::Job).await {
                    Ok(tidied) => tracing::debug!(?tidied, "cleared away what has ended"),
                    Err(error) => {
                        tracing::warn!(error = &error as &dyn std::error::Error, "what has ended can't be cleared away");
                    }
                }
                match orgs.tidy(&Actor::Job).await {
                    Ok(tidied) => tracing::debug!(?tidied, "closed organizations and old invitations are gone"),
                    Err(error) => {
                        tracing::warn!(error = &error as &dyn std::error::Error, "closed organizations can't be cleared away");
                    }
                }
                match mail.tidy(&Actor::Job).await {
                    Ok(tidied) => tracing::debug!(?tidied, "forgot old mails"),
                    Err(error) => {
                        tracing::warn!(error = &error as &dyn std::error::Error, "old mails can't be forgotten");
                    }
                }
            }
        }
    }
}

/// Forgets what was answered under idempotency keys a day ago.
pub(crate) async fn forget_answers(db: Db, clock: Arc<dyn Clock>, stop: CancellationToken) {
    let mut ticks = interval(TIDY_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            _ = ticks.tick() => {
                if let Err(error) = api::forget_older(&db, clock.now().minus(api::KEPT_FOR)).await {
                    tracing::warn!(error = &error as &dyn std::error::Error, "old idempotency keys can't be cleared away");
                }
            }
        }
    }
}
