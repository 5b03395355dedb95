//! The queue, for those who look after it.

use std::sync::Arc;

use audit::Entry;
use base::{Action, Actor, Chance, Clock, JobId, Millis};
use contract::job::{Job, JobDepth, JobPage, JobState};
use db::Db;
use tokio::sync::Notify;

use crate::{Error, Schedules, Workers, store};

/// The longest page anybody gets.
const LONGEST_PAGE: u32 = 200;

/// The queue. Clones are the same queue.
#[derive(Clone)]
pub struct Jobs(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<dyn Chance>,
    pub(crate) nudged: Notify,
    pub(crate) schedules_nudged: Notify,
}

/// Which jobs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobQuery {
    /// Of this kind; `None`: of all.
    pub kind: Option<String>,
    /// In this state; `None`: in any.
    pub state: Option<JobState>,
    /// Those before this one; `None`: from the newest.
    pub before: Option<JobId>,
    /// So many, 200 at most.
    pub at_most: u32,
}

impl Default for JobQuery {
    fn default() -> Self {
        Self { kind: None, state: None, before: None, at_most: 50 }
    }
}

impl Jobs {
    /// The queue on this database.
    pub fn new(db: Db, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>) -> Self {
        Self(Arc::new(Inner { db, clock, chance, nudged: Notify::new(), schedules_nudged: Notify::new() }))
    }

    /// Those who work on it in this process, not knowing any kind yet.
    pub fn workers(&self) -> Workers {
        Workers::new(self.clone())
    }

    /// What is done at its time.
    pub fn schedules(&self) -> Schedules {
        Schedules::new(self.clone())
    }

    /// Has the workers of this process look at once. They do so by themselves after every commit that asks for a job, and each second.
    pub fn nudge(&self) {
        self.0.nudged.notify_one();
    }

    /// A page of jobs, newest first.
    pub async fn list(&self, actor: &Actor, query: JobQuery) -> Result<JobPage, Error> {
        actor.may(Action::ViewSystem)?;
        let at_most = query.at_most.clamp(1, LONGEST_PAGE);
        let before = query.before.unwrap_or_else(|| JobId::from(i64::MAX));
        // One more than asked for tells whether there is a next page.
        let mut jobs = store::list(&self.0.db, query.kind, query.state, before, at_most + 1).await?;
        let more = jobs.len() > at_most as usize;
        jobs.truncate(at_most as usize);
        let next = if more { jobs.last().map(|job| job.id) } else { None };
        Ok(JobPage { jobs, next })
    }

    /// One job.
    pub async fn find(&self, actor: &Actor, id: JobId) -> Result<Option<Job>, Error> {
        actor.may(Action::ViewSystem)?;
        Ok(store::find(&self.0.db, id).await?)
    }

    /// How many there are, kind by kind; kinds with nothing but done jobs are left out.
    pub async fn overview(&self, actor: &Actor) -> Result<Vec<JobDepth>, Error> {
        actor.may(Action::ViewSystem)?;
        Ok(store::depths(&self.0.db, self.now()).await?)
    }

    /// Has a job that waits or was given up tried at once, with all its attempts before it.
    pub async fn retry(&self, actor: &Actor, id: JobId) -> Result<(), Error> {
        actor.may(Action::ManageSystem)?;
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move {
                    let retried = store::retry(tx, id, now).await.map_err(|error| {
                        // The same was asked for anew and waits already.
                        let waits = ["jobs_kind_dedupe_key_key", "schedule_runs_under_way_key"];
                        if waits.iter().any(|key| error.violates(key)) { Error::NotNow } else { error.into() }
                    })?;
                    let Some(kind) = retried else {
                        return Err(if store::exists(tx, id).await? { Error::NotNow } else { Error::NotFound });
                    };
                    let entry = Entry::new("job.retried", "job", id).changing((), serde_json::json!({ "kind": kind }));
                    Ok(audit::record(tx, now, &acting, &entry).await?)
                })
            })
            .await
    }

    /// Removes a job that is not running.
    pub async fn remove(&self, actor: &Actor, id: JobId) -> Result<(), Error> {
        actor.may(Action::ManageSystem)?;
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move {
                    let Some((kind, state)) = store::remove(tx, id, now).await? else {
                        return Err(if store::exists(tx, id).await? { Error::NotNow } else { Error::NotFound });
                    };
                    let before = serde_json::json!({ "kind": kind, "state": state });
                    let entry = Entry::new("job.removed", "job", id).changing(before, ());
                    Ok(audit::record(tx, now, &acting, &entry).await?)
                })
            })
            .await
    }

    pub(crate) fn now(&self) -> Millis {
        self.0.clock.now()
    }
}
