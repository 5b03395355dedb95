//! What can go wrong with a setting.

use base::Kind;
use contract::{Code, Field, FieldProblem, Problem};

/// Why a setting was not read or changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// They may not.
    #[error(transparent)]
    Refused(#[from] Kind),
    /// There is no such setting.
    #[error("no such setting")]
    Unknown,
    /// It can't be that.
    #[error("a setting can't be that")]
    Wrong(Code),
    /// The store failed.
    #[error("the settings' store failed")]
    Store(#[from] db::Error),
}

impl Error {
    /// What doors tell of it.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Refused(kind) => (*kind).into(),
            Self::Unknown => Kind::NotFound.into(),
            Self::Wrong(code) => Problem::invalid(vec![FieldProblem { field: Field::Value, code: *code }]),
            Self::Store(error) => error.kind().into(),
        }
    }
}
