//! What can go wrong with looking.

use base::Kind;
use contract::Problem;

/// Why nothing is shown.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// They may not.
    #[error(transparent)]
    Refused(#[from] Kind),
    /// The store failed.
    #[error("the samples' store failed")]
    Store(#[from] db::Error),
    /// Whoever knows a number could not say it.
    #[error("a number could not be had")]
    Source(#[source] Box<dyn std::error::Error + Send + Sync>, Kind),
}

impl Error {
    /// What doors tell of it.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Refused(kind) | Self::Source(_, kind) => (*kind).into(),
            Self::Store(error) => error.kind().into(),
        }
    }
}
