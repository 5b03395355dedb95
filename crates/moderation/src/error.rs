//! What can go wrong with keeping order.

use audit::Reason;
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
    /// The form is none that a browser would send.
    #[error("the form is malformed")]
    Malformed,
    /// There is no such thing, or it is not to be seen.
    #[error("not found")]
    NotFound,
    /// Somebody else was quicker, or it is too late.
    #[error("the world moved on")]
    Conflict,
    /// As many as there may be.
    #[error("there is no room for more")]
    Full,
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
    pub fn kind(&self) -> Kind {
        match self {
            Self::Refused(kind) => *kind,
            Self::Fields(_) | Self::Malformed => Kind::Invalid,
            Self::NotFound => Kind::NotFound,
            Self::Conflict | Self::Full => Kind::Conflict,
            Self::Store(error) => error.kind(),
        }
    }

    /// The same as a person may be told it. Our own faults carry no incident id yet: whoever logs them gives one.
    pub fn problem(&self) -> Problem {
        let kind = self.kind();
        match self {
            Self::Fields(fields) => Problem::invalid(fields.clone()),
            Self::Malformed => Problem::new(kind, Code::Malformed),
            Self::Full => Problem::new(kind, Code::Full),
            _ => Problem::from(kind),
        }
    }
}

/// Why, as it was typed: for the audit trail alone.
pub(crate) fn why(typed: &str) -> Result<Reason, Error> {
    Reason::read(typed).map_err(|code| Error::field(Field::Reason, code))
}

/// A text that has to say something, and no more than fits.
pub(crate) fn words(field: Field, typed: &str, longest: usize) -> Result<String, Error> {
    let text = typed.replace("\r\n", "\n").trim().to_owned();
    if text.is_empty() {
        return Err(Error::field(field, Code::Required));
    }
    if text.chars().count() > longest {
        return Err(Error::field(field, Code::TooLong));
    }
    if text
        .chars()
        .any(|c| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
    {
        return Err(Error::field(field, Code::BadCharacters));
    }
    Ok(text)
}
