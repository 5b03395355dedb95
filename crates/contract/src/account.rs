//! Accounts: the forms, and what a person sees of their own account.

use base::{Millis, Role, SessionId, UserId};
use serde::{Deserialize, Serialize};

/// Make an account.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Register {
    /// The name others see; unique but for letter case and look-alikes.
    pub name: String,
    /// Optional unless the operator asks for it; empty means none.
    #[serde(default)]
    pub email: String,
    /// 8 to 256 characters.
    pub password: String,
}

/// Log in.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct LogIn {
    /// Name or e-mail address.
    pub name: String,
    /// The account's password.
    pub password: String,
    /// Stay logged in for 30 days at most instead of one; a browser sends `on`.
    #[serde(default)]
    pub remember: Option<String>,
}

/// Change one's password.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct ChangePassword {
    /// The password one has now.
    pub current_password: String,
    /// The one to have from now on.
    pub new_password: String,
}

/// Who the page is drawn for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// The account.
    pub id: UserId,
    /// The name others see.
    pub name: String,
    /// What they are to the hub.
    pub role: Role,
}

/// One login of mine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// To end it by.
    pub id: SessionId,
    /// The browser and system, as far as it told us: "Firefox on Linux".
    pub device: String,
    /// When it began.
    pub created_at: Millis,
    /// When it was last used, to the minute.
    pub last_used_at: Millis,
    /// When it ends by itself at the latest.
    pub ends_at: Millis,
    /// The one this page was asked for with.
    pub current: bool,
}

/// Everything the account page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Who.
    pub me: Me,
    /// The address, where one was given.
    pub email: Option<String>,
    /// Since when.
    pub created_at: Millis,
    /// The logins, the current one first, then the last used.
    pub sessions: Vec<Session>,
    /// When the game password was made; `None` where there is none.
    pub game_password_made_at: Option<Millis>,
}

/// A game password, shown this once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewGamePassword {
    /// At most 15 characters that every classic client can type.
    pub password: String,
}
