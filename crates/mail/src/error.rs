//! What can go wrong with mail.

use base::Kind;
use contract::{Code, Field, FieldProblem, Problem};

/// Why a method could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The actor may not do that.
    #[error(transparent)]
    Refused(#[from] Kind),
    /// There is no such mail, or the link is none of ours.
    #[error("not found")]
    NotFound,
    /// It is not in a state for that: on its way already, sent, or its letter is gone.
    #[error("the mail can't be sent again")]
    NotAgain,
    /// Not a mailbox.
    #[error("not an address")]
    NotAnAddress,
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] db::Error),
    /// The database holds something this crate never wrote.
    #[error("the database holds an unknown {what}")]
    Corrupt {
        /// What it is.
        what: &'static str,
    },
    /// Another part of the hub could not answer.
    #[error("{what} could not be asked")]
    House {
        /// What was asked.
        what: &'static str,
        /// Why it could not.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    /// What kind of failure it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Refused(kind) => *kind,
            Self::NotFound => Kind::NotFound,
            Self::NotAgain => Kind::Conflict,
            Self::NotAnAddress => Kind::Invalid,
            Self::Store(error) => error.kind(),
            Self::Corrupt { .. } | Self::House { .. } => Kind::Internal,
        }
    }

    /// The same as a person may be told it.
    pub fn problem(&self) -> Problem {
        match self {
            Self::NotAnAddress => Problem::invalid(vec![FieldProblem { field: Field::Email, code: Code::NotAnEmail }]),
            _ => Problem::from(self.kind()),
        }
    }
}
