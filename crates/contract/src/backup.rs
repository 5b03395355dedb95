//! The hub's backups, as those who run it see them.

use base::Millis;
use serde::{Deserialize, Serialize};

use crate::job::JobProgress;

/// One backup among the hub's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Backup {
    /// The name it is asked for by.
    pub name: String,
    /// When it was made.
    pub made_at: Millis,
    /// How large it is.
    pub bytes: u64,
    /// Whether the hub made it by itself; those are thinned out by and by.
    pub scheduled: bool,
    /// Whether it is encrypted.
    pub encrypted: bool,
}

/// A page of backups, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BackupPage {
    /// The backups.
    pub backups: Vec<Backup>,
    /// Where the next page begins; `None`: this is the last one.
    pub next: Option<String>,
}

/// What is going on with backups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BackupState {
    /// The newest there is.
    pub newest: Option<Backup>,
    /// Since when one is being made.
    pub under_way_since: Option<Millis>,
    /// How far that one is: tables and files that are in, of so many.
    pub progress: Option<JobProgress>,
    /// When the last attempt failed, if none has succeeded since the hub was started.
    pub failed_at: Option<Millis>,
    /// Whether the hub makes them by itself.
    pub scheduled: bool,
    /// Whether they are encrypted. Only then the hub's keys are in them.
    pub encrypted: bool,
}
