//! What is still to be done.

use base::JobId;
use contract::{
    api::Page,
    job::{Job, JobDepth, JobState},
};
use serde::Serialize;

use crate::{Onward, operation::operations};

/// Which jobs to list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct JobQuery {
    /// Only those of that kind.
    pub kind: Option<String>,
    /// Only those in that state.
    pub state: Option<JobState>,
    /// Which part of them.
    #[serde(flatten)]
    pub part: Onward,
}

operations! {
    /// The jobs, newest first.
    GET "/jobs" list_jobs() ? JobQuery => Page<Job>;
    /// How many of each kind there are.
    GET "/job-counts" count_jobs() => Vec<JobDepth>;
    /// One job.
    GET "/jobs/{job}" job(job: JobId) => Job;
    /// Has one tried at once that waits or was given up.
    POST "/jobs/{job}/retry" retry_job(job: JobId) => ();
    /// Removes one that is not running.
    DELETE "/jobs/{job}" remove_job(job: JobId) => ();
}
