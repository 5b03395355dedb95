//! Jobs, as those who run the hub see them.

use base::{JobId, Millis};
use serde::{Deserialize, Serialize};

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Not begun, or to be tried again.
    Waiting,
    /// Somebody is at it.
    Running,
    /// Finished well.
    Done,
    /// Given up.
    Dead,
}

impl JobState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Running, Self::Done, Self::Dead];

    /// The word in the database, addresses and the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Dead => "dead",
        }
    }

    /// The state of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// How far a job is, as it tells itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobProgress {
    /// So much is done …
    pub done: i64,
    /// … of so much, where that is known.
    pub total: Option<i64>,
    /// At what it is.
    pub note: String,
}

/// A job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Job {
    /// Which.
    pub id: JobId,
    /// What is to be done: `mail.send`.
    pub kind: String,
    /// With what, as JSON.
    pub payload: String,
    /// Where it stands.
    pub state: JobState,
    /// How often it was begun.
    pub attempts: u32,
    /// When it was asked for.
    pub created_at: Millis,
    /// Waiting: not before this instant.
    pub due_at: Millis,
    /// When the last attempt began.
    pub started_at: Option<Millis>,
    /// When it was done or given up.
    pub finished_at: Option<Millis>,
    /// How far it is.
    pub progress: Option<JobProgress>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
}

/// A page of jobs, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobPage {
    /// The jobs.
    pub jobs: Vec<Job>,
    /// To ask for the next page with; `None` where this is the last.
    pub next: Option<JobId>,
}

/// How many jobs of one kind there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobDepth {
    /// The kind.
    pub kind: String,
    /// So many are to be done sometime …
    pub waiting: u32,
    /// … so many of them now …
    pub due: u32,
    /// … the first of them since then.
    pub oldest_due: Option<Millis>,
    /// So many are being done.
    pub running: u32,
    /// So many were given up.
    pub dead: u32,
}
