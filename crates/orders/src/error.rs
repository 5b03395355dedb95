//! What can go wrong with orders.

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
    /// Somebody objects to its name.
    #[error("objected to")]
    Objected {
        /// Why, for whoever wanted it.
        says: String,
    },
    /// There is no such order, or nobody of that kind in it.
    #[error("not found")]
    NotFound,
    /// They belong to it already.
    #[error("belongs to it already")]
    AlreadyIn,
    /// They belong to another order.
    #[error("belongs to another order")]
    OtherOrder,
    /// The leader does not leave.
    #[error("the leader has to hand it on first")]
    LeaderStays,
    /// The order takes only whom it invites.
    #[error("by invitation only")]
    ByInvitation,
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
            Self::Fields(_) | Self::Objected { .. } => Kind::Invalid,
            Self::NotFound => Kind::NotFound,
            Self::AlreadyIn | Self::OtherOrder | Self::LeaderStays | Self::Full => Kind::Conflict,
            Self::ByInvitation => Kind::Forbidden,
            Self::Store(error) => error.kind(),
        }
    }

    /// The same as a person may be told it. Our own faults carry no incident id yet: whoever logs them gives one.
    pub fn problem(&self) -> Problem {
        let kind = self.kind();
        match self {
            Self::Fields(fields) => Problem::invalid(fields.clone()),
            Self::Objected { says } => {
                let field = FieldProblem { field: Field::Name, code: Code::Objected };
                Problem { says: Some(says.clone()), ..Problem::invalid(vec![field]) }
            }
            Self::AlreadyIn => Problem::new(kind, Code::AlreadyIn),
            Self::OtherOrder => Problem::new(kind, Code::OtherOrder),
            Self::LeaderStays => Problem::new(kind, Code::LeaderStays),
            Self::ByInvitation => Problem::new(kind, Code::ByInvitation),
            Self::Full => Problem::new(kind, Code::Full),
            _ => Problem::from(kind),
        }
    }
}
