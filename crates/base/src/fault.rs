//! What kind of failure it was, in terms every door can translate.

use serde::{Deserialize, Serialize};

/// The kind of a failure. Each domain error states one; the doors turn it into a status, a packet or an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Nobody is known: log in first.
    Unauthenticated,
    /// You are known, and you may not.
    Forbidden,
    /// You are known and may, and have to prove once more that it is you.
    Stale,
    /// It does not exist, or you may not know that it does.
    NotFound,
    /// The world moved on: the name is taken, the link was used.
    Conflict,
    /// A field is wrong.
    Invalid,
    /// Too often; come back later.
    TooMany,
    /// We can't right now, through no fault of yours.
    Unavailable,
    /// Our own fault.
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
