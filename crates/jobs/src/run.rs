//! One attempt at a job, as its handler sees it.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use base::JobId;
use db::Db;
use serde::de::DeserializeOwned;
use tokio_util::sync::CancellationToken;

use crate::{Failure, kind::Kind, store, store::Claimed};

/// Progress is written down this often at most.
const TOLD_EVERY: Duration = Duration::from_secs(1);
/// The longest note beside it, in characters.
const LONGEST_NOTE: usize = 200;

/// One attempt at a job. Clones are the same attempt.
#[derive(Debug, Clone)]
pub struct Run(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    db: Db,
    job: Claimed,
    worker: String,
    last: bool,
    stopping: CancellationToken,
    told: Mutex<Option<Instant>>,
}

impl Run {
    pub(crate) fn new(db: Db, worker: String, kind: &Kind, job: Claimed, stopping: CancellationToken) -> Self {
        let last = job.attempts >= i64::from(kind.attempts);
        Self(Arc::new(Inner { db, job, worker, last, stopping, told: Mutex::new(None) }))
    }

    /// Which job.
    pub fn id(&self) -> JobId {
        self.0.job.id.into()
    }

    /// What it is to be done with. A payload that cannot be read was written by another version; trying again won't help.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        serde_json::from_str(&self.0.job.payload)
            .map_err(|error| Failure::permanent(format!("the payload cannot be read: {error}")))
    }

    /// Which attempt this is: 1, 2, …
    pub fn attempt(&self) -> u32 {
        u32::try_from(self.0.job.attempts).unwrap_or(u32::MAX)
    }

    /// Whether a failure now is final.
    pub fn is_last(&self) -> bool {
        self.0.last
    }

    /// Cancelled when the hub stops: whoever can pause soon does, with [`Failure::retry`]; the rest have some seconds to finish.
    pub fn stopping(&self) -> &CancellationToken {
        &self.0.stopping
    }

    /// Tells how far it is: so much of so much, and at what. Written down once a second at most, so call it as often as you like;
    /// that it cannot be written is no reason to stop.
    pub async fn progress(&self, done: u64, total: Option<u64>, note: &str) {
        {
            let mut told = self.0.told.lock().unwrap_or_else(PoisonError::into_inner);
            if told.is_some_and(|at| at.elapsed() < TOLD_EVERY) && total != Some(done) {
                return;
            }
            *told = Some(Instant::now());
        }
        let progress = store::Progress {
            done: i64::try_from(done).unwrap_or(i64::MAX),
            total: total.map(|total| i64::try_from(total).unwrap_or(i64::MAX)),
            note: note.chars().take(LONGEST_NOTE).collect(),
        };
        let lease = self.lease();
        if let Err(error) = store::set_progress(&self.0.db, lease, progress).await {
            tracing::debug!(job.id = self.0.job.id, %error, "progress could not be written down");
        }
    }

    /// What the row must still say for this attempt to be the one that counts.
    pub(crate) fn lease(&self) -> store::Lease {
        store::Lease { id: self.0.job.id, worker: self.0.worker.clone(), attempts: self.0.job.attempts }
    }
}
