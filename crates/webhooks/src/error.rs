//! What can go wrong with webhooks.

use base::Kind;
use contract::{Code, Field, FieldProblem, Problem};

/// Why a method of [`Webhooks`](crate::Webhooks) could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The actor may not do that.
    #[error(transparent)]
    Refused(#[from] Kind),
    /// Fields of the form are wrong.
    #[error("the form has {} wrong fields", .0.len())]
    Fields(Vec<FieldProblem>),
    /// There is no such webhook or delivery (any more).
    #[error("not found")]
    NotFound,
    /// The webhook is switched off.
    #[error("the webhook is switched off")]
    Off,
    /// There are as many webhooks as there may be.
    #[error("there are too many webhooks")]
    Full,
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] db::Error),
}

impl Error {
    pub(crate) fn field(field: Field, code: Code) -> Self {
        Self::Fields(vec![FieldProblem { field, code }])
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Refused(kind) => *kind,
            Self::Fields(_) => Kind::Invalid,
            Self::NotFound => Kind::NotFound,
            Self::Off | Self::Full => Kind::Conflict,
            Self::Store(error) => error.kind(),
        }
    }

    /// The same as a person may be told it.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Fields(fields) => Problem::invalid(fields.clone()),
            Self::Full => Problem::new(self.kind(), Code::Full),
            _ => self.kind().into(),
        }
    }
}
