//! What can go wrong when somebody looks after the queue.

use base::Kind;
use contract::{Code, FieldProblem, Problem};

/// Why a method of [`Jobs`](crate::Jobs) could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The actor may not do that.
    #[error(transparent)]
    Refused(#[from] Kind),
    /// There is no such job (any more).
    #[error("not found")]
    NotFound,
    /// It is running, or done, or the same is waiting already.
    #[error("the job is not in a state for that")]
    NotNow,
    /// Fields are wrong.
    #[error("not a time: {0:?}")]
    Invalid(Vec<FieldProblem>),
    /// Its owner has as many as it may have.
    #[error("as many as there may be")]
    Full,
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] db::Error),
}

impl Error {
    /// What kind of failure it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Refused(kind) => *kind,
            Self::NotFound => Kind::NotFound,
            Self::NotNow | Self::Full => Kind::Conflict,
            Self::Invalid(_) => Kind::Invalid,
            Self::Store(error) => error.kind(),
        }
    }

    /// The same as a person may be told it.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Invalid(fields) => Problem::invalid(fields.clone()),
            Self::Full => Problem::new(self.kind(), Code::Full),
            _ => self.kind().into(),
        }
    }
}
