//! What can go wrong.

use base::Kind;
use contract::{Code, Field, FieldProblem, Problem};

/// Why a method could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The actor may not do that.
    #[error(transparent)]
    Refused(#[from] Kind),
    /// A field of the form is wrong.
    #[error("the field {:?} is wrong", .0.field)]
    Field(FieldProblem),
    /// There is no such player, game or season.
    #[error("not found")]
    NotFound,
    /// No season runs.
    #[error("no season runs")]
    NoSeason,
    /// Who is hidden from whom can't be said.
    #[error("who is hidden from whom can't be said")]
    Company(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] db::Error),
}

impl Error {
    /// One wrong field.
    pub(crate) const fn field(field: Field, code: Code) -> Self {
        Self::Field(FieldProblem { field, code })
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Refused(kind) => *kind,
            Self::Field(_) => Kind::Invalid,
            Self::NotFound => Kind::NotFound,
            Self::NoSeason => Kind::Conflict,
            Self::Company(_) => Kind::Internal,
            Self::Store(error) => error.kind(),
        }
    }

    /// The same as a person may be told it. Our own faults carry no incident id yet: whoever logs them gives one.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Field(problem) => Problem::invalid(vec![problem.clone()]),
            _ => Problem::from(self.kind()),
        }
    }
}
