//! Why a connection ended, in a word for the counter and a sentence for the log.

use metaserver_proto::{Dialect, LoginEnd, Refusal, RoomEnd, Trouble};

use crate::outbox::End;

/// The end of a connection.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Ended {
    /// The client closed it, or said goodbye.
    #[error("the client left")]
    Left,
    /// The login is done.
    #[error("the login is done")]
    Welcomed,
    /// The player was turned away.
    #[error("refused: {0:?}")]
    Refused(Refusal),
    /// The client did something wrong.
    #[error("the client did something wrong")]
    Trouble(#[source] Trouble),
    /// No whole packet came in time, or the login took too long.
    #[error("the client took too long to log in")]
    Late,
    /// Nothing has come for too long.
    #[error("the client has gone silent")]
    Silent,
    /// The client reads too slowly, or not at all.
    #[error("the client reads too slowly")]
    TooSlow,
    /// The same account has logged in anew.
    #[error("a newer login took its place")]
    Replaced,
    /// The same login has entered another room.
    #[error("the player went on to another room")]
    Moved,
    /// The account was shut out.
    #[error("the account was shut out")]
    Removed,
    /// The player was sent away, and told why.
    #[error("the player was sent away")]
    SentAway,
    /// The room has failed.
    #[error("the room failed")]
    RoomFailed,
    /// The hub stops.
    #[error("the hub stops")]
    Stopped,
    /// The network failed.
    #[error("the network failed")]
    Network(#[source] std::io::Error),
}

impl Ended {
    /// The label of the counter.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Welcomed => "welcomed",
            Self::Refused(_) => "refused",
            Self::Trouble(Trouble::OutOfTurn(_)) => "out_of_turn",
            Self::Trouble(
                Trouble::Version { .. } | Trouble::InClear(_) | Trouble::Application(_) | Trouble::Method { .. },
            ) => "unsupported",
            Self::Trouble(Trouble::Answer) => "bad_answer",
            Self::Trouble(_) => "malformed",
            Self::Late => "late",
            Self::Silent => "silent",
            Self::TooSlow => "too_slow",
            Self::Replaced => "replaced",
            Self::Moved => "moved",
            Self::Removed => "removed",
            Self::SentAway => "sent_away",
            Self::RoomFailed => "room_failed",
            Self::Stopped => "stopped",
            Self::Network(_) => "network",
        }
    }
}

impl From<LoginEnd> for Ended {
    fn from(end: LoginEnd) -> Self {
        match end {
            LoginEnd::Welcomed => Self::Welcomed,
            LoginEnd::LoggedOut => Self::Left,
            LoginEnd::Refused(refusal) => Self::Refused(refusal),
            LoginEnd::Trouble(trouble) => Self::Trouble(trouble),
        }
    }
}

impl From<RoomEnd> for Ended {
    fn from(end: RoomEnd) -> Self {
        match end {
            RoomEnd::LoggedOut => Self::Left,
            RoomEnd::Refused(refusal) => Self::Refused(refusal),
            RoomEnd::Trouble(trouble) => Self::Trouble(trouble),
        }
    }
}

impl From<End> for Ended {
    fn from(end: End) -> Self {
        match end {
            End::Replaced => Self::Replaced,
            End::Moved => Self::Moved,
            End::Removed => Self::Removed,
            End::SentAway => Self::SentAway,
            End::TooSlow => Self::TooSlow,
            End::RoomFailed => Self::RoomFailed,
        }
    }
}

impl From<std::io::Error> for Ended {
    /// A peer that is suddenly gone is no fault of the network's worth telling apart.
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected};
        match error.kind() {
            BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected => Self::Left,
            _ => Self::Network(error),
        }
    }
}

/// The label of a dialect; of a connection that ended before it was known, too.
pub(crate) const fn dialect_word(dialect: Option<Dialect>) -> &'static str {
    match dialect {
        Some(Dialect::Myth2) => "myth2",
        Some(Dialect::AlephOne) => "aleph_one",
        None => "unknown",
    }
}
