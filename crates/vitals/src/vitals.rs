//! The service: looks, remembers, shows.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use base::{Action, Actor, Clock, Millis};
use contract::vitals::{At, Dashboard, Figures, History, Measure, System};
use db::Db;

use crate::{Error, Machine, Sources, store};

/// How often a sample is taken.
pub const SAMPLE_EVERY: Duration = Duration::from_mins(5);
/// So long samples are kept.
const KEPT: Duration = Duration::from_hours(30 * 24);
/// So much of them a chart shows.
const SHOWN: Duration = Duration::from_hours(48);
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// So many days the charts by the day go back, today included.
const DAYS: i64 = 30;

/// How the hub is doing. Clones are the same.
#[derive(Clone)]
pub struct Vitals(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    started_at: Millis,
    sources: Arc<dyn Sources>,
    machine: Arc<dyn Machine>,
    /// Errors at the last sample: samples hold what came since.
    errors_before: AtomicI64,
}

impl Vitals {
    /// Looks at a hub that has just started.
    pub fn new(db: Db, clock: Arc<dyn Clock>, sources: Arc<dyn Sources>, machine: Arc<dyn Machine>) -> Self {
        let started_at = clock.now();
        Self(Arc::new(Inner { db, clock, started_at, sources, machine, errors_before: AtomicI64::new(0) }))
    }

    /// Everything on the dashboard.
    pub async fn dashboard(&self, actor: &Actor) -> Result<Dashboard, Error> {
        actor.may(Action::ViewSystem)?;
        let now = self.figures(actor).await?;
        let since = now.at.minus(SHOWN);
        let mut history = Vec::with_capacity(Measure::ALL.len());
        for measure in Measure::ALL {
            history.push(History { measure, hours: store::hours(&self.0.db, measure, since).await? });
        }
        let today = now.at.0.div_euclid(DAY_MS) * DAY_MS;
        let first = Millis(today - (DAYS - 1) * DAY_MS);
        let registrations = every_day(first, self.0.sources.registrations(actor, first).await?);
        let log_ins = self.0.sources.log_ins(actor, first).await?;
        Ok(Dashboard {
            now,
            history,
            registrations,
            log_ins: every_day(first, log_ins.good),
            refused_log_ins: every_day(first, log_ins.refused),
        })
    }

    /// What holds at this moment.
    async fn figures(&self, actor: &Actor) -> Result<Figures, Error> {
        let (live, asked) = (self.0.sources.live(), self.0.sources.asked(actor).await?);
        Ok(Figures {
            at: self.0.clock.now(),
            started_at: self.0.started_at,
            players: live.players,
            rooms: live.rooms,
            games: live.games,
            visitors: live.visitors,
            accounts: asked.accounts,
            jobs_waiting: asked.jobs_waiting,
            jobs_dead: asked.jobs_dead,
            errors: live.errors,
            refused: live.refused,
            database_bytes: store::database_bytes(&self.0.db).await?,
        })
    }

    /// The machine, the configuration, the licences.
    pub async fn system(&self, actor: &Actor) -> Result<System, Error> {
        actor.may(Action::ViewSystem)?;
        let machine = &self.0.machine;
        Ok(System {
            findings: machine.findings().await,
            versions: machine.versions(),
            configuration: machine.configuration(),
            licences: machine.licences(),
        })
    }

    /// Remembers how it is now, and forgets how it was a month ago. For the hub itself, every [`SAMPLE_EVERY`].
    pub async fn sample(&self, actor: &Actor) -> Result<(), Error> {
        actor.may(Action::ManageSystem)?;
        let now = self.figures(actor).await?;
        let errors = now.errors - self.0.errors_before.swap(now.errors, Ordering::Relaxed);
        let samples = Measure::ALL.map(|measure| {
            let value = match measure {
                Measure::Players => now.players,
                Measure::Games => now.games,
                Measure::Visitors => now.visitors,
                Measure::JobsWaiting => now.jobs_waiting,
                Measure::Errors => errors,
                Measure::DatabaseBytes => now.database_bytes,
            };
            (measure, value)
        });
        // All nodes of a hub measure at the same instants, so that their samples meet.
        let every = i64::try_from(SAMPLE_EVERY.as_millis()).unwrap_or(i64::MAX);
        let at = Millis(now.at.0.div_euclid(every) * every);
        self.0
            .db
            .write(move |tx| {
                Box::pin(async move {
                    for (measure, value) in samples {
                        store::put(tx, measure, at, value).await?;
                    }
                    store::delete_before(tx, at.minus(KEPT)).await?;
                    Ok::<_, Error>(())
                })
            })
            .await
    }
}

/// A value for each of the days, nought where there is none.
fn every_day(first: Millis, counted: Vec<At>) -> Vec<At> {
    (0..DAYS)
        .map(|day| {
            let at = Millis(first.0 + day * DAY_MS);
            let value = counted.iter().find(|counted| counted.at == at).map_or(0, |counted| counted.value);
            At { at, value }
        })
        .collect()
}
