//! What the hub does by itself: at its times, as jobs that a schedule asks for; and all the time, in every process.

use std::time::Duration;

use accounts::Accounts;
use backup::Backups;
use base::Actor;
use contract::{Event, settings::Setting};
use events::{Bus, Delivery};
use jobs::{Failure, Kind, Task, Workers};
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;

use crate::{api, http::Hub};

/// What has run out harms nobody; it only takes room.
const TIDY_EVERY_SECS: u32 = 60 * 60;
/// Old entries of the audit trail.
const FORGET_EVERY_SECS: u32 = 6 * 60 * 60;
/// Each may take so long.
const WITHIN: Duration = Duration::from_mins(10);
/// One that fails is tried again within minutes, and then when its time comes again.
const ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_secs(30);
/// How often the metrics are told how old the newest backup is.
const MEASURE_EVERY: Duration = Duration::from_mins(1);

/// What is done at its times, until an admin chooses others: [the book](../../docs/src/admin/schedules.md) says what each is for.
pub(crate) fn tasks() -> Vec<Task> {
    vec![
        Task::cron(backup::SCHEDULE, backup::JOB, "0 3 * * *"),
        Task::every_secs("accounts", "tidy.accounts", TIDY_EVERY_SECS),
        Task::every_secs("organizations", "tidy.organizations", TIDY_EVERY_SECS),
        Task::every_secs("mail", "tidy.mail", TIDY_EVERY_SECS),
        Task::every_secs("discord", "tidy.discord", FORGET_EVERY_SECS),
        Task::every_secs("takeouts", "tidy.takeouts", TIDY_EVERY_SECS),
        Task::every_secs("plugins", "tidy.plugins", TIDY_EVERY_SECS),
        Task::every_secs("films", "tidy.films", TIDY_EVERY_SECS),
        Task::every_secs("answers", "tidy.answers", TIDY_EVERY_SECS),
        Task::every_secs("audit", "tidy.audit", FORGET_EVERY_SECS),
        Task::cron("database", "check.database", "30 4 * * 0"),
    ]
}

/// How each of them is done; the backup says so itself.
pub(crate) fn register(hub: &Hub, workers: &mut Workers) {
    chore(hub, workers, "tidy.accounts", |hub| async move {
        let tidied = hub.accounts.tidy(&Actor::Job).await?;
        tracing::debug!(?tidied, "cleared away what has ended");
        Ok(())
    });
    chore(hub, workers, "tidy.organizations", |hub| async move {
        let tidied = hub.orgs.tidy(&Actor::Job).await?;
        let mended = hub.orders.mend(&Actor::Job).await?;
        tracing::debug!(?tidied, mended, "closed organizations and old invitations are gone, and orders have leaders");
        Ok(())
    });
    chore(hub, workers, "tidy.mail", |hub| async move {
        let tidied = hub.mail.tidy(&Actor::Job).await?;
        tracing::debug!(?tidied, "forgot old mails");
        Ok(())
    });
    chore(hub, workers, "tidy.discord", |hub| async move {
        let gone = hub.discord.tidy(&Actor::Job).await?;
        hub.discord.look_at_all(&Actor::Job).await?;
        tracing::debug!(gone, "forgot what was told in Discord");
        Ok(())
    });
    chore(hub, workers, "tidy.takeouts", |hub| async move {
        let archives = hub.takeouts.tidy(&Actor::Job).await?;
        tracing::debug!(archives, "archives that nobody may fetch any more are gone");
        Ok(())
    });
    chore(hub, workers, "tidy.plugins", |hub| async move { Ok(hub.plugins.tidy(&Actor::Job).await?) });
    chore(hub, workers, "tidy.films", |hub| async move {
        let films = hub.films.tidy(&Actor::Job).await?;
        tracing::debug!(films, "old films, and what is more than all may have, are gone");
        Ok(())
    });
    chore(hub, workers, "tidy.answers", |hub| async move {
        api::forget_older(&hub.db, hub.clock.now().minus(api::KEPT_FOR)).await?;
        Ok(())
    });
    chore(hub, workers, "tidy.audit", |hub| async move {
        hub.accounts.hub().read_once().await;
        let days = hub.accounts.hub().whole(Setting::AuditDays).unsigned_abs();
        let entries = hub.trail.forget(&Actor::Job, Duration::from_hours(24 * days)).await?;
        tracing::debug!(entries, "old entries of the audit trail are gone");
        Ok(())
    });
    chore(hub, workers, "check.database", |hub| async move {
        let Some(damage) = hub.db.find_damage().await? else { return Ok(()) };
        tracing::error!(damage, "the database is damaged: restore the newest good backup");
        Err(Failure::permanent(format!("the database is damaged: {damage}")))
    });
}

fn chore<F>(hub: &Hub, workers: &mut Workers, kind: &'static str, done: fn(Hub) -> F)
where
    F: Future<Output = Result<(), Failure>> + Send + 'static,
{
    let hub = hub.clone();
    let kind = Kind::new(kind).within(WITHIN).attempts(ATTEMPTS).backing_off(PAUSE, PAUSE * 8);
    workers.handle(kind, move |_| done(hub.clone()));
}

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

/// Says how old the newest backup is.
pub(crate) async fn measure_backups(backups: Backups, stop: CancellationToken) {
    let mut ticks = interval_at(Instant::now(), MEASURE_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            _ = ticks.tick() => {}
        }
        if let Err(error) = backups.measure().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "the backups can't be looked at");
        }
    }
}
