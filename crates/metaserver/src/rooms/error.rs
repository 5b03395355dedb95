//! What can go wrong with rooms.

use base::Kind;
use contract::{Code, Field, FieldProblem, Problem};

/// Why a method of [`Rooms`](crate::Rooms) could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The actor may not do that.
    #[error("not allowed: {0:?}")]
    Refused(Kind),
    /// Fields of the form are wrong.
    #[error("the form has {} wrong fields", .0.len())]
    Fields(Vec<FieldProblem>),
    /// There is no such room, or it is closed.
    #[error("not found")]
    NotFound,
    /// Nobody of that name is there, or several are.
    #[error("nobody of that name is there")]
    NoSuchPlayer,
    /// There are as many as there may be.
    #[error("there are too many")]
    Full,
    /// The lobby would have no room left.
    #[error("the last room stays open")]
    LastRoom,
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
            Self::Fields(_) | Self::NoSuchPlayer => Kind::Invalid,
            Self::NotFound => Kind::NotFound,
            Self::LastRoom | Self::Full => Kind::Conflict,
            Self::Store(error) => error.kind(),
        }
    }

    /// The same as a person may be told it.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Fields(fields) => Problem::invalid(fields.clone()),
            Self::NoSuchPlayer => {
                Problem::invalid(vec![FieldProblem { field: Field::Player, code: Code::NoSuchPerson }])
            }
            Self::Full => Problem::new(self.kind(), Code::Full),
            Self::LastRoom => Problem::new(self.kind(), Code::LastRoom),
            _ => self.kind().into(),
        }
    }
}

impl From<Kind> for Error {
    fn from(kind: Kind) -> Self {
        Self::Refused(kind)
    }
}
