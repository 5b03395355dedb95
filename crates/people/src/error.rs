//! What can go wrong between people.

use base::Kind;
use contract::{Code, Field, FieldProblem, Problem};

/// Why a method could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The actor may not do that.
    #[error(transparent)]
    Refused(#[from] Kind),
    /// Fields of the form are wrong; all of them, in the form's order.
    #[error("the form has {} wrong fields", .0.len())]
    Fields(Vec<FieldProblem>),
    /// There is nobody of that name or id, or they are not to be seen.
    #[error("not found")]
    NotFound,
    /// They take no requests of friendship from the one who asks.
    #[error("they take no requests")]
    NotAsking,
    /// As many as there may be.
    #[error("there is no room for more")]
    Full,
    /// Another picture is being read; worth trying again at once.
    #[error("too many pictures at once")]
    Busy,
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] db::Error),
    /// The database holds something this crate never wrote, or a picture could not be written.
    #[error("broken: {what}")]
    Broken {
        /// What it is.
        what: &'static str,
    },
}

impl Error {
    /// One wrong field.
    pub(crate) fn field(field: Field, code: Code) -> Self {
        Self::Fields(vec![FieldProblem { field, code }])
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Refused(kind) => *kind,
            Self::Fields(_) => Kind::Invalid,
            Self::NotFound => Kind::NotFound,
            Self::NotAsking => Kind::Forbidden,
            Self::Full => Kind::Conflict,
            Self::Busy => Kind::Unavailable,
            Self::Store(error) => error.kind(),
            Self::Broken { .. } => Kind::Internal,
        }
    }

    /// The same as a person may be told it. Our own faults carry no incident id yet: whoever logs them gives one.
    pub fn problem(&self) -> Problem {
        let kind = self.kind();
        match self {
            Self::Fields(fields) => Problem::invalid(fields.clone()),
            Self::NotAsking => Problem::new(kind, Code::NotAsking),
            Self::Full => Problem::new(kind, Code::Full),
            Self::Busy => Problem { retry_after_secs: Some(1), ..Problem::from(kind) },
            _ => Problem::from(kind),
        }
    }
}
