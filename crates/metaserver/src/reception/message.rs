//! What the node of somebody's page and the node of their room write each other.

use base::{RoomId, UserId};
use contract::lobby::{Aside, Say};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    pages::Heard,
    unheard::{Unheard, Unseated},
    usher::Talker,
};

/// What another node wrote; `None` where it is of another version.
pub(super) fn read<T: DeserializeOwned>(told: &str) -> Option<T> {
    let read = serde_json::from_str(told);
    read.inspect_err(
        |error| tracing::error!(%error, "what another node writes can't be understood: is it of another version?"),
    )
    .ok()
}

/// What another one will read.
pub(super) fn write(told: &impl Serialize) -> String {
    serde_json::to_string(told).expect("plain data")
}

/// A page that is open in a room of another node. A node lists all of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Listed {
    /// Which of the node's pages.
    pub(super) page: u64,
    pub(super) room: RoomId,
    pub(super) talker: Talker,
}

/// What a node asks of the one that runs a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Errand {
    /// Somebody says something there.
    Say {
        /// What the answer names.
        errand: u64,
        talker: Talker,
        say: Say,
    },
    /// What somebody was told there lately.
    Asides {
        /// What the answer names.
        errand: u64,
        user: UserId,
    },
    /// Whoever has that page open leaves at once.
    Leave { page: u64 },
}

/// What it is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Answer {
    /// Whoever has that page open is in its room.
    Seated { page: u64 },
    /// They alone are told this, or are not in it any more.
    Heard { page: u64, heard: Heard },
    /// Whether what was said was heard.
    Said { errand: u64, said: Result<(), Unheard> },
    /// What they were told lately.
    Asides { errand: u64, asides: Vec<Aside> },
}

impl Answer {
    pub(super) const fn over(page: u64, why: Unseated) -> Self {
        Self::Heard { page, heard: Heard::Over(why) }
    }
}
