//! What can go wrong with Discord.

use base::Kind;
use contract::{Code, FieldProblem, Problem};

use crate::{people::Unknown, rest::Failed};

/// Why a method of [`Discord`](crate::Discord) could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The actor may not do that.
    #[error(transparent)]
    Refused(#[from] Kind),
    /// Fields of the form are wrong.
    #[error("the form has {} wrong fields", .0.len())]
    Fields(Vec<FieldProblem>),
    /// There is no such server or channel here.
    #[error("not found")]
    NotFound,
    /// The code is wrong, used or too old.
    #[error("the code does not hold")]
    BadCode,
    /// As many as there may be.
    #[error("there are too many")]
    Full,
    /// Discord is not set up.
    #[error("Discord is not set up")]
    Off,
    /// Discord could not be asked, or said no.
    #[error("Discord could not be asked")]
    Discord(#[source] Failed),
    /// The token can't be opened: the key beside the database is another one.
    #[error("the bot's token can't be opened with this key")]
    Sealed,
    /// Whoever knows people could not be asked.
    #[error(transparent)]
    People(#[from] Unknown),
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] db::Error),
}

impl Error {
    /// What kind of failure it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Refused(kind) => *kind,
            Self::Fields(_) => Kind::Invalid,
            Self::NotFound => Kind::NotFound,
            Self::BadCode | Self::Full | Self::Off => Kind::Conflict,
            Self::Discord(_) | Self::People(_) => Kind::Unavailable,
            Self::Sealed => Kind::Internal,
            Self::Store(error) => error.kind(),
        }
    }

    /// The same as a person may be told it.
    pub fn problem(&self) -> Problem {
        let code = match self {
            Self::Fields(fields) => return Problem::invalid(fields.clone()),
            Self::BadCode => Code::BadInvitation,
            Self::Full => Code::Full,
            Self::Discord(_) => Code::ServiceAway,
            Self::Off => Code::NotActive,
            _ => return self.kind().into(),
        };
        Problem::new(self.kind(), code)
    }
}

impl From<Failed> for Error {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Off => Self::Off,
            failed => Self::Discord(failed),
        }
    }
}
