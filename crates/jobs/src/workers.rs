//! Those who work on the queue in this process: one task that takes jobs, and one task a job.

use std::{
    collections::HashMap,
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};

use base::{ChanceExt as _, Millis};
use contract::job::JobState;
use futures::future::BoxFuture;
use tokio::task::{AbortHandle, Id, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{Failure, Jobs, Kind, Run, desk::Desk, store, store::Lease};

/// How often what happens.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// How often the queue is looked at although no commit of this process has asked for anything: for what an operator's command or
    /// another node asked for, for what has become due, and for a database that was away.
    pub(crate) patrol: Duration,
    /// How long a worker counts as alive after it has said so. A killed one's jobs begin anew after that.
    pub(crate) lease: Duration,
    /// How often it says so.
    pub(crate) beat: Duration,
    /// After so long without having been able to say so, an attempt is broken off: before somebody else may begin the next. The rest
    /// of the lease is what the clocks of two nodes may differ by.
    pub(crate) given_up_after: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            patrol: Duration::from_secs(1),
            lease: Duration::from_secs(30),
            beat: Duration::from_secs(8),
            given_up_after: Duration::from_secs(20),
        }
    }
}

/// How often finished jobs are cleared away.
const TIDY_EVERY: Duration = Duration::from_hours(1);
/// Done jobs are kept so long, for whoever wonders whether it happened …
const DONE_KEPT: Duration = Duration::from_hours(24);
/// … and those given up so long, for whoever may mend the cause.
const DEAD_KEPT: Duration = Duration::from_hours(30 * 24);

/// How the jobs of a kind are done.
pub(crate) type Handler = Arc<dyn Fn(Run) -> BoxFuture<'static, Result<(), Failure>> + Send + Sync>;

/// Those who work on the queue in this process. They know the kinds they were told of; others are left to other processes.
pub struct Workers {
    jobs: Jobs,
    kinds: Vec<(Kind, Handler)>,
    pace: Pace,
}

impl Workers {
    pub(crate) fn new(jobs: Jobs) -> Self {
        Self { jobs, kinds: Vec::new(), pace: Pace::default() }
    }

    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn at_pace(self, pace: Pace) -> Self {
        Self { pace, ..self }
    }

    /// Has jobs of this kind done by `handler`. An attempt may be cut short at any await, by its time limit or by a kill, and the job
    /// begins anew: whatever it does, it does in a way that may happen twice.
    pub fn handle<H, F>(&mut self, kind: Kind, handler: H)
    where
        H: Fn(Run) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        assert!(self.kinds.iter().all(|(known, _)| known.word != kind.word), "{} has a handler already", kind.word);
        self.kinds.push((kind, Arc::new(move |run| Box::pin(handler(run)))));
    }

    /// Works until `stop`; then takes nothing more, gives what is under way `grace` to finish, and puts back what has not.
    pub fn run(self, stop: CancellationToken, grace: Duration) -> impl Future<Output = ()> + Send + 'static {
        let worker = hex::encode(self.jobs.0.chance.bytes::<8>());
        let desk = Desk { jobs: self.jobs, worker, stop };
        let office = Office {
            desk,
            pace: self.pace,
            free: self.kinds.iter().map(|(kind, _)| kind.at_once).collect(),
            kinds: self.kinds,
            tasks: JoinSet::new(),
            under_way: HashMap::new(),
            beaten: None,
            tidied: None,
        };
        office.run(grace)
    }
}

/// The state of the running workers.
struct Office {
    desk: Desk,
    pace: Pace,
    kinds: Vec<(Kind, Handler)>,
    /// Of each kind, how many more may be under way.
    free: Vec<usize>,
    tasks: JoinSet<()>,
    under_way: HashMap<Id, UnderWay>,
    /// When it was last said that we are alive, and what is counted was counted.
    beaten: Option<Instant>,
    tidied: Option<Instant>,
}

struct UnderWay {
    kind: usize,
    lease: Lease,
    /// When the database last knew us at it.
    known: Instant,
    abort: AbortHandle,
}

impl Office {
    async fn run(mut self, grace: Duration) {
        let jobs = self.desk.jobs.clone();
        let stop = self.desk.stop.clone();
        let mut commits = jobs.0.db.commits();
        while !stop.is_cancelled() {
            // Seen before looking: a commit that comes while we look wakes us again.
            commits.borrow_and_update();
            let looked = self.look().await;
            if let Err(error) = &looked {
                metrics::counter!("guildhall_jobs_failed_looks_total").increment(1);
                tracing::warn!(
                    error = error as &dyn std::error::Error,
                    "jobs wait: the queue can't be read; it is tried again"
                );
            }
            tokio::select! {
                () = stop.cancelled() => break,
                // A database that is away would be asked in a tight circle by every commit that fails to happen.
                changed = commits.changed(), if looked.is_ok() => if changed.is_err() { break },
                () = jobs.0.nudged.notified() => {}
                Some(ended) = self.tasks.join_next_with_id() => self.ended(ended.map_or_else(|error| error.id(), |(id, ())| id)),
                () = tokio::time::sleep(self.pace.patrol) => {}
            }
            while let Some(ended) = self.tasks.try_join_next_with_id() {
                self.ended(ended.map_or_else(|error| error.id(), |(id, ())| id));
            }
        }
        self.wind_up(grace).await;
    }

    fn ended(&mut self, task: Id) {
        if let Some(under_way) = self.under_way.remove(&task) {
            self.free[under_way.kind] += 1;
        }
    }

    /// Says that we are alive, where that is due, and begins whatever is due.
    async fn look(&mut self) -> Result<(), db::Error> {
        if self.beaten.is_none_or(|at| at.elapsed() >= self.pace.beat) {
            let beaten = self.beat().await;
            // Whatever came of it: what nobody could be told of may be somebody else's soon.
            for under_way in
                self.under_way.values().filter(|under_way| under_way.known.elapsed() >= self.pace.given_up_after)
            {
                metrics::counter!("guildhall_jobs_broken_off_total").increment(1);
                tracing::warn!(
                    job.id = under_way.lease.id,
                    "an attempt was broken off: the database does not know of it any more"
                );
                under_way.abort.abort();
            }
            beaten?;
            self.beaten = Some(Instant::now());
        }
        let asked: Vec<&str> =
            self.kinds.iter().zip(&self.free).filter(|(_, free)| **free > 0).map(|((kind, _), _)| kind.word).collect();
        if asked.is_empty() {
            return Ok(());
        }
        let now = self.desk.jobs.now();
        for word in store::due_kinds(&self.desk.jobs.0.db, &asked, now).await? {
            // Told to stop meanwhile: nothing more is taken.
            if self.desk.stop.is_cancelled() {
                break;
            }
            if let Some(kind) = self.kinds.iter().position(|(kind, _)| kind.word == word) {
                self.take(kind, now).await?;
            }
        }
        Ok(())
    }

    /// Begins what is due of one kind, as far as there is room.
    async fn take(&mut self, index: usize, now: Millis) -> Result<(), db::Error> {
        let (kind, handler) = &self.kinds[index];
        let claim = store::Claim {
            kind: kind.word,
            at_most: u32::try_from(self.free[index]).unwrap_or(u32::MAX),
            worker: self.desk.worker.clone(),
            now,
            until: now.plus(self.pace.lease),
        };
        let known = Instant::now();
        for job in store::claim(&self.desk.jobs.0.db, claim).await? {
            let late = now.since(job.due_at.into());
            metrics::histogram!("guildhall_jobs_wait_seconds", "kind" => kind.word).record(late);
            let run = Run::new(
                self.desk.jobs.0.db.clone(),
                self.desk.worker.clone(),
                kind,
                job,
                self.desk.stop.child_token(),
            );
            let lease = run.lease();
            let work = self.desk.clone().work(kind.clone(), Arc::clone(handler), run);
            let abort = self.tasks.spawn(work);
            self.under_way.insert(abort.id(), UnderWay { kind: index, lease, known, abort });
            self.free[index] -= 1;
        }
        Ok(())
    }

    /// Says that we are alive, takes over from those who are not, counts, and clears away.
    async fn beat(&mut self) -> Result<(), db::Error> {
        let (db, now) = (self.desk.jobs.0.db.clone(), self.desk.jobs.now());
        let known = Instant::now();
        let ours = store::renew(&db, self.desk.worker.clone(), now.plus(self.pace.lease)).await?;
        for under_way in self.under_way.values_mut() {
            if ours.contains(&(under_way.lease.id, under_way.lease.attempts)) {
                under_way.known = known;
            }
        }
        for (id, attempts) in ours {
            // Claimed by us, and nobody is at it: an attempt that was broken off, or a claim whose answer never came.
            let lease = Lease { id, worker: self.desk.worker.clone(), attempts };
            if !self.is_under_way(&lease) && store::release(&db, lease).await? {
                tracing::warn!(job.id = id, "a job nobody was at waits again");
            }
        }
        self.take_over(&db, now).await?;
        if self.tidied.is_none_or(|at| at.elapsed() >= TIDY_EVERY) {
            tidy(&db, now).await?;
            self.tidied = Some(Instant::now());
        }
        self.measure(&db, now).await
    }

    /// Jobs of workers that have not said for too long that they are alive wait again. The attempt counts: it may be what killed them.
    async fn take_over(&self, db: &db::Db, now: Millis) -> Result<(), db::Error> {
        for lapsed in store::lapsed(db, now).await? {
            let lease = Lease { id: lapsed.id, worker: lapsed.worker, attempts: lapsed.attempts };
            if self.is_under_way(&lease) {
                continue;
            }
            let kind = self.kinds.iter().map(|(kind, _)| kind).find(|kind| kind.word == lapsed.kind);
            let was_last = kind.is_some_and(|kind| lapsed.attempts >= i64::from(kind.attempts));
            let failed = store::Failed {
                reason: "the process that was at it has ended, or could not reach the database".to_owned(),
                next: (!was_last).then_some(now),
                lapsed_at: Some(now),
            };
            if let Some(state) = store::fail(db, lease, failed, now).await? {
                metrics::counter!("guildhall_jobs_lost_workers_total").increment(1);
                tracing::warn!(
                    job.id = lapsed.id,
                    job.kind = lapsed.kind,
                    job.state = state.word(),
                    silent_ms = now.since(lapsed.lease_until.into()).as_millis(),
                    "a job's worker was lost"
                );
            }
        }
        Ok(())
    }

    fn is_under_way(&self, lease: &Lease) -> bool {
        let same =
            |other: &Lease| (other.id, other.attempts, &other.worker) == (lease.id, lease.attempts, &lease.worker);
        self.under_way.values().any(|under_way| same(&under_way.lease))
    }

    async fn measure(&self, db: &db::Db, now: Millis) -> Result<(), db::Error> {
        let depths = store::depths(db, now).await?;
        for (kind, _) in &self.kinds {
            let depth = depths.iter().find(|depth| depth.kind == kind.word);
            let count = |of: fn(&contract::job::JobDepth) -> u32| f64::from(depth.map_or(0, of));
            for (state, number) in [
                ("waiting", count(|depth| depth.waiting)),
                ("due", count(|depth| depth.due)),
                ("running", count(|depth| depth.running)),
                ("dead", count(|depth| depth.dead)),
            ] {
                metrics::gauge!("guildhall_jobs_depth", "kind" => kind.word, "state" => state).set(number);
            }
            let oldest = depth.and_then(|depth| depth.oldest_due).map_or(Duration::ZERO, |due| now.since(due));
            metrics::gauge!("guildhall_jobs_oldest_due_seconds", "kind" => kind.word).set(oldest.as_secs_f64());
        }
        Ok(())
    }

    /// Lets what is under way finish, and puts back what does not in time.
    async fn wind_up(mut self, grace: Duration) {
        let rest = async {
            while let Some(ended) = self.tasks.join_next_with_id().await {
                let id = ended.map_or_else(|error| error.id(), |(id, ())| id);
                self.under_way.remove(&id);
            }
        };
        if tokio::time::timeout(grace, rest).await.is_ok() {
            return;
        }
        self.tasks.shutdown().await;
        for under_way in self.under_way.values() {
            match store::release(&self.desk.jobs.0.db, under_way.lease.clone()).await {
                Ok(_) => {
                    tracing::info!(job.id = under_way.lease.id, "a job was broken off by the stop and waits again");
                }
                Err(error) => tracing::warn!(
                    job.id = under_way.lease.id,
                    error = &error as &dyn std::error::Error,
                    "a job was broken off by the stop; it begins anew when its lease has run out"
                ),
            }
        }
    }
}

pub(crate) async fn tidy(db: &db::Db, now: Millis) -> Result<(), db::Error> {
    for (state, kept) in [(JobState::Done, DONE_KEPT), (JobState::Dead, DEAD_KEPT)] {
        loop {
            let (removed, more) = store::prune(db, state, now.minus(kept)).await?;
            if removed > 0 {
                tracing::debug!(jobs.removed = removed, jobs.state = state.word(), "old jobs cleared away");
            }
            if !more {
                break;
            }
        }
    }
    Ok(())
}
