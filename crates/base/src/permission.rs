//! Who may do what, as one table.

use serde::{Deserialize, Serialize};

/// What a person is to the hub as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Has an account.
    Member,
    /// Keeps order: may mute, kick and ban.
    Moderator,
    /// Runs the hub.
    Admin,
    /// Owns it: the first account, and whoever it is handed on to.
    Owner,
}

impl Role {
    /// Every role, weakest first.
    pub const ALL: [Self; 4] = [Self::Member, Self::Moderator, Self::Admin, Self::Owner];

    /// The word stored in the database and shown in the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Moderator => "moderator",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// The role of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}

/// Something one may be allowed to do. A service asks for exactly one before it acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Make an account.
    Register,
    /// Log in, with a password or a token that proves who it is.
    LogIn,
    /// Take the first owner's seat; the printed token decides who.
    SetUp,
    /// Change one's own password, sessions and game password.
    ManageOwnAccount,
    /// See what is live.
    ViewLive,
    /// Talk in a lobby room.
    Chat,
    /// Make, change, lock or read other people's accounts.
    ManageUsers,
    /// Change the hub's settings.
    ManageSettings,
}

impl Action {
    /// Every action, in the order of the book's matrix.
    pub const ALL: [Self; 8] = [
        Self::Register,
        Self::LogIn,
        Self::SetUp,
        Self::ManageOwnAccount,
        Self::ViewLive,
        Self::Chat,
        Self::ManageUsers,
        Self::ManageSettings,
    ];

    /// The weakest role that may; `None` where even a stranger may.
    pub const fn needs(self) -> Option<Role> {
        match self {
            Self::Register | Self::LogIn | Self::SetUp | Self::ViewLive => None,
            Self::ManageOwnAccount | Self::Chat => Some(Role::Member),
            Self::ManageUsers | Self::ManageSettings => Some(Role::Admin),
        }
    }
}
