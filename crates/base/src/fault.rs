//! What kind of failure it was, in terms every door can translate, and how one is written down.

use std::error::Error;

use serde::{Deserialize, Serialize};

/// The kind of a failure. Each domain error states one; the doors turn it into a status, a packet or an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Nobody is known: log in first.
    #[error("nobody is known")]
    Unauthenticated,
    /// You are known, and you may not.
    #[error("not allowed")]
    Forbidden,
    /// You are known and may, and have to prove once more that it is you.
    #[error("to be proved once more")]
    Stale,
    /// It does not exist, or you may not know that it does.
    #[error("not found")]
    NotFound,
    /// The world moved on: the name is taken, the link was used.
    #[error("the world has moved on")]
    Conflict,
    /// A field is wrong.
    #[error("a field is wrong")]
    Invalid,
    /// Too often; come back later.
    #[error("too often")]
    TooMany,
    /// We can't right now, through no fault of yours.
    #[error("not possible right now")]
    Unavailable,
    /// Our own fault.
    #[error("a fault of the hub")]
    Internal,
}

impl Kind {
    /// The HTTP status that says the same.
    pub const fn status(self) -> u16 {
        match self {
            Self::Unauthenticated => 401,
            Self::Forbidden | Self::Stale => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::Invalid => 422,
            Self::TooMany => 429,
            Self::Unavailable => 503,
            Self::Internal => 500,
        }
    }
}

/// An error and everything that caused it, in one line for the log.
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the door stays shut")]
    struct Shut(#[source] Kind);

    #[test]
    fn a_chain_ends_with_what_came_first() {
        assert_eq!(chain(&Kind::NotFound), "not found");
        assert_eq!(chain(&Shut(Kind::Forbidden)), "the door stays shut: not allowed");
    }
}
