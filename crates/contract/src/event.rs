//! What can happen in the hub: a closed list. Plugins' own events will stand beside it, under their own names.

use base::{GameId, Millis, RoomId, UserId};
use serde::{Deserialize, Serialize};

use crate::lobby::Dialect;

/// Something that happened, written in the same transaction as the change itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum Event {
    /// Somebody made an account.
    UserRegistered {
        /// Who.
        user: UserId,
        /// Under which name.
        name: String,
    },
    /// Somebody changed their password; every other login of theirs has ended.
    PasswordChanged {
        /// Who.
        user: UserId,
    },
    /// Logins of somebody ended: their open sockets close.
    SessionsEnded {
        /// Whose.
        user: UserId,
        /// Which; empty: all.
        sessions: Vec<base::SessionId>,
    },
    /// The hub has its owner and a name.
    SetupFinished {
        /// The owner.
        owner: UserId,
    },
    /// The site's settings changed: pages drawn from now on show them.
    SiteChanged,
    /// A game was listed in a room.
    GameListed {
        /// Which.
        game: GameId,
        /// Where.
        room: RoomId,
        /// Its host, where it has an account.
        host: Option<UserId>,
        /// By which clients it can be joined.
        dialect: Dialect,
        /// Its name.
        name: String,
    },
    /// A listed game began.
    GameStarted {
        /// Which.
        game: GameId,
        /// When.
        at: Millis,
    },
    /// A game is over, or was taken off the list before it began.
    GameEnded {
        /// Which.
        game: GameId,
        /// When.
        at: Millis,
    },
}

impl Event {
    /// Events of one subject are delivered in the order they happened.
    pub fn subject(&self) -> String {
        match self {
            Self::UserRegistered { user, .. } | Self::PasswordChanged { user } | Self::SessionsEnded { user, .. } => {
                format!("user/{user}")
            }
            Self::SetupFinished { .. } | Self::SiteChanged => "site".to_owned(),
            Self::GameListed { game, .. } | Self::GameStarted { game, .. } | Self::GameEnded { game, .. } => {
                format!("game/{game}")
            }
        }
    }

    /// The event's name on the wire: the tag of its JSON.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::UserRegistered { .. } => "user_registered",
            Self::PasswordChanged { .. } => "password_changed",
            Self::SessionsEnded { .. } => "sessions_ended",
            Self::SetupFinished { .. } => "setup_finished",
            Self::SiteChanged => "site_changed",
            Self::GameListed { .. } => "game_listed",
            Self::GameStarted { .. } => "game_started",
            Self::GameEnded { .. } => "game_ended",
        }
    }
}
