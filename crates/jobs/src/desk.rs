//! One attempt: begun, watched, and written down.

use std::{
    panic::AssertUnwindSafe,
    time::{Duration, Instant},
};

use contract::job::JobState;
use futures::FutureExt as _;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use crate::{Failure, Jobs, Kind, Run, failure::Then, store, workers::Handler};

/// How long to wait before an outcome that could not be written down is tried again.
const PAUSE: Duration = Duration::from_millis(500);

/// What every attempt of this process shares.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) jobs: Jobs,
    /// How this process is called in the table; another name at each start.
    pub(crate) worker: String,
    pub(crate) stop: CancellationToken,
}

impl Desk {
    /// Does it, and writes down what came of it.
    pub(crate) async fn work(self, kind: Kind, handler: Handler, run: Run) {
        let span =
            tracing::info_span!("job", job.id = run.id().get(), job.kind = kind.word, job.attempt = run.attempt());
        async {
            let began = Instant::now();
            let outcome = attempt(&kind, handler, run.clone()).await;
            let took = began.elapsed();
            metrics::histogram!("guildhall_jobs_duration_seconds", "kind" => kind.word).record(took);
            let state = loop {
                match self.write_down(&kind, &run, &outcome).await {
                    Ok(state) => break state,
                    // Broken off from outside once the lease is in danger.
                    Err(error) => {
                        tracing::warn!(
                            error = &error as &dyn std::error::Error,
                            "what came of a job can't be written down yet"
                        );
                        tokio::time::sleep(PAUSE).await;
                    }
                }
            };
            tell(&kind, &outcome, state, took);
        }
        .instrument(span)
        .await;
    }

    async fn write_down(
        &self,
        kind: &Kind,
        run: &Run,
        outcome: &Result<(), Failure>,
    ) -> Result<Option<JobState>, db::Error> {
        let (db, now) = (&self.jobs.0.db, self.jobs.now());
        let Err(failure) = outcome else { return store::finish(db, run.lease(), now).await };
        let next = match failure.then {
            Then::Postponed(until) => return store::postpone(db, run.lease(), until).await,
            Then::Never => None,
            _ if run.is_last() => None,
            Then::NotBefore(at) => Some(at),
            Then::Again => Some(now.plus(kind.pause(run.attempt(), &*self.jobs.0.chance))),
        };
        let failed = store::Failed { reason: failure.reason.clone(), next, lapsed_at: None };
        store::fail(db, run.lease(), failed, now).await
    }
}

/// Caught if it panics, stopped if it takes too long.
async fn attempt(kind: &Kind, handler: Handler, run: Run) -> Result<(), Failure> {
    // The handler may panic before it gives back a future, too.
    let whole = AssertUnwindSafe(async move { handler(run).await }).catch_unwind();
    match tokio::time::timeout(kind.within, whole).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_panic)) => {
            metrics::counter!("guildhall_jobs_panics_total", "kind" => kind.word).increment(1);
            Err(Failure::retry("it panicked"))
        }
        Err(_elapsed) => Err(Failure::retry(format!("it took longer than {:?}", kind.within))),
    }
}

fn tell(kind: &Kind, outcome: &Result<(), Failure>, state: Option<JobState>, took: Duration) {
    let word = match (outcome, state) {
        (_, None) => "superseded",
        (Ok(()), _) => "done",
        (Err(failure), _) if matches!(failure.then, Then::Postponed(_)) => "postponed",
        (Err(_), Some(JobState::Dead)) => "dead",
        (Err(_), _) => "failed",
    };
    metrics::counter!("guildhall_jobs_ended_total", "kind" => kind.word, "outcome" => word).increment(1);
    let duration_ms = took.as_millis();
    match (outcome, word) {
        (_, "superseded") => tracing::warn!(duration_ms, "a job ended that was somebody else's by then"),
        (_, "postponed") => tracing::debug!("a job waits for its turn"),
        (Err(failure), "dead") => tracing::error!(duration_ms, reason = failure.reason, "a job was given up"),
        (Err(failure), _) => {
            tracing::info!(duration_ms, reason = failure.reason, "a job failed and will be tried again");
        }
        (Ok(()), _) => tracing::debug!(duration_ms, "a job was done"),
    }
}
