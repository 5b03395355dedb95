//! What can go wrong with reading the trail.

use base::Kind;
use contract::Problem;

/// Why the trail was not read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// They may not.
    #[error(transparent)]
    Refused(#[from] Kind),
    /// The store failed.
    #[error("the audit trail's store failed")]
    Store(#[from] db::Error),
}

impl Error {
    /// What doors tell of it.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Refused(kind) => (*kind).into(),
            Self::Store(error) => error.kind().into(),
        }
    }
}
