//! The messages of the live socket, `/api/live`: JSON text frames in both directions.

use base::{Millis, RoomId};
use serde::{Deserialize, Serialize};

use crate::lobby::{self, Aside, Lobby};

/// What a page can follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Rooms, players, games and chat of the lobby.
    Lobby,
    /// Who is on the site itself.
    Site,
}

impl Topic {
    /// Every topic.
    pub const ALL: [Self; 2] = [Self::Lobby, Self::Site];
}

/// Where a page stands in a topic. Numbers of different epochs have nothing to do with one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Changes whenever the numbering starts afresh, as with a restart of the hub.
    pub epoch: u64,
    /// Rises by one with every change.
    pub n: u64,
}

/// From a page to the hub; at most 16 KiB.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "ask")]
pub enum Ask {
    /// Follow a topic. With `after`, what came since is enough if the hub still has it; otherwise a snapshot comes.
    Subscribe {
        /// Which.
        topic: Topic,
        /// The last position seen, after a lost connection.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<Position>,
    },
    /// Follow it no longer.
    Unsubscribe {
        /// Which.
        topic: Topic,
    },
    /// Come into a room of the lobby. Whoever is logged in here is in it for as long as this socket is open, and hears what is said to them
    /// alone; another room is left for it.
    Enter {
        /// Which.
        room: RoomId,
    },
    /// Leave it.
    Leave,
}

/// From the hub to a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tell {
    /// The whole state, as of `at`.
    Snapshot {
        /// Its place in the topic.
        position: Position,
        /// The state.
        state: State,
    },
    /// One step. Its number is one above the last; a gap, or another epoch, means: subscribe again.
    Change {
        /// Its place in the topic.
        position: Position,
        /// The step.
        step: Step,
    },
    /// The page read too slowly and has missed something: a fresh snapshot follows by itself.
    Resync {
        /// In which topic.
        topic: Topic,
    },
    /// Sent every 20 s, so that the page knows how fresh it is.
    Pulse {
        /// The hub's time.
        at: Millis,
    },
    /// The page's person is in the room that was asked for.
    Entered {
        /// Which.
        room: RoomId,
    },
    /// They are not in it, or no longer. Only the page can ask for it again.
    Out {
        /// Which.
        room: RoomId,
        /// Why.
        problem: crate::Problem,
    },
    /// Something that they alone are told there.
    Aside {
        /// In which room.
        room: RoomId,
        /// What.
        aside: Aside,
    },
    /// The page asked for something that does not exist.
    Refused {
        /// Why.
        problem: crate::Problem,
    },
}

/// The state behind a topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Of [`Topic::Lobby`].
    Lobby(Lobby),
    /// Of [`Topic::Site`].
    Site(Presence),
}

impl State {
    /// Which topic it is of.
    pub const fn topic(&self) -> Topic {
        match self {
            Self::Lobby(_) => Topic::Lobby,
            Self::Site(_) => Topic::Site,
        }
    }

    /// Takes one step. A step of another topic changes nothing.
    pub fn apply(&mut self, step: Step) {
        match (self, step) {
            (Self::Lobby(lobby), Step::Lobby(change)) => lobby.apply(change),
            (Self::Site(presence), Step::Site(present)) => *presence = present,
            (Self::Lobby(_), Step::Site(_)) | (Self::Site(_), Step::Lobby(_)) => {}
        }
    }
}

/// One step in a topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// In [`Topic::Lobby`].
    Lobby(lobby::Change),
    /// In [`Topic::Site`]: small enough to be sent whole.
    Site(Presence),
}

impl Step {
    /// Which topic it is in.
    pub const fn topic(&self) -> Topic {
        match self {
            Self::Lobby(_) => Topic::Lobby,
            Self::Site(_) => Topic::Site,
        }
    }
}

/// Who is on the site.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// Names of people with an open page, in alphabetical order; at most 100.
    pub people: Vec<String>,
    /// How many people are logged in with an open page.
    pub people_count: u32,
    /// How many strangers have a page open.
    pub visitors: u32,
}
