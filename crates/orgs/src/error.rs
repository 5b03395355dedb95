//! What can go wrong with an organization.

use base::Kind;
use contract::{Code, Field, FieldProblem, Problem};

use crate::people::Unknown;

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
    /// The form is none that a page of ours would send.
    #[error("the form is malformed")]
    Malformed,
    /// There is no such organization, or whoever asks may not know that there is.
    #[error("not found")]
    NotFound,
    /// It is not in the state for that.
    #[error("the organization is not at work")]
    NotActive,
    /// The world moved on: the request was answered, the invitation withdrawn.
    #[error("the world moved on")]
    MovedOn,
    /// No place is left, in the organization or for the person.
    #[error("there is no place left")]
    Full,
    /// Belongs to it already.
    #[error("a member already")]
    AlreadyIn,
    /// The owner neither leaves nor is removed.
    #[error("the owner has to hand it on first")]
    OwnerStays,
    /// The link is wrong, used up, revoked or too old.
    #[error("the invitation does not hold")]
    BadInvitation,
    /// Whoever knows people could not be asked.
    #[error(transparent)]
    People(#[from] Unknown),
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] db::Error),
}

impl Error {
    /// One wrong field.
    pub(crate) fn field(field: Field, code: Code) -> Self {
        Self::Fields(vec![FieldProblem { field, code }])
    }

    /// What kind of failure it is.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Refused(kind) => *kind,
            Self::Fields(_) | Self::Malformed => Kind::Invalid,
            Self::NotFound => Kind::NotFound,
            Self::NotActive | Self::MovedOn | Self::Full | Self::AlreadyIn | Self::OwnerStays | Self::BadInvitation => {
                Kind::Conflict
            }
            Self::People(_) => Kind::Unavailable,
            Self::Store(error) => error.kind(),
        }
    }

    /// The same as a person may be told it. Our own faults carry no incident id yet: whoever logs them gives one.
    pub fn problem(&self) -> Problem {
        let kind = self.kind();
        let code = match self {
            Self::Fields(fields) => return Problem::invalid(fields.clone()),
            Self::Malformed => Code::Malformed,
            Self::NotActive => Code::NotActive,
            Self::Full => Code::Full,
            Self::AlreadyIn => Code::AlreadyIn,
            Self::OwnerStays => Code::OwnerStays,
            Self::BadInvitation => Code::BadInvitation,
            _ => return Problem::from(kind),
        };
        Problem::new(kind, code)
    }
}

impl From<audit::ReadError> for Error {
    fn from(error: audit::ReadError) -> Self {
        match error {
            audit::ReadError::Refused(kind) => Self::Refused(kind),
            audit::ReadError::Store(error) => Self::Store(error),
        }
    }
}
