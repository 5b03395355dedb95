//! The first start: what the wizard asks, and the settings it leaves.

use serde::{Deserialize, Serialize};

/// The theme pages start in, before a reader chooses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// What the reader's system prefers.
    #[default]
    System,
    /// Dark.
    Dark,
    /// Light.
    Light,
    /// High contrast.
    Contrast,
}

impl Theme {
    /// Every theme, in the order the switch offers them.
    pub const ALL: [Self; 4] = [Self::System, Self::Dark, Self::Light, Self::Contrast];

    /// The word in the cookie, the database and `data-theme`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Contrast => "contrast",
        }
    }

    /// The theme of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.word() == word)
    }
}

/// Step one: who owns the hub.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct CreateOwner {
    /// The token of the printed link.
    pub setup_token: String,
    /// The owner's name.
    pub name: String,
    /// Optional; empty means none.
    #[serde(default)]
    pub email: String,
    /// 8 to 256 characters.
    pub password: String,
}

/// Step two: the hub itself.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct SetUpSite {
    /// What the hub is called.
    pub site_name: String,
    /// The address people type; empty: as configured.
    #[serde(default)]
    pub public_url: String,
    /// A theme's word.
    #[serde(default)]
    pub theme: String,
    /// May strangers make accounts? A browser sends `on` or nothing.
    #[serde(default)]
    pub registration: Option<String>,
    /// May guests enter the lobby? A browser sends `on` or nothing.
    #[serde(default)]
    pub lobby_guests: Option<String>,
}

/// How far the first start has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetupStage {
    /// Nobody owns the hub yet.
    Owner,
    /// There is an owner; the site has no name yet.
    Site,
    /// Done: the route is gone.
    Done,
}

/// The hub's public settings, as pages need them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// What the hub is called.
    pub name: String,
    /// The theme pages start in.
    pub theme: Theme,
    /// May strangers make accounts?
    pub registration: bool,
    /// May guests enter the lobby?
    pub lobby_guests: bool,
    /// Must members prove their e-mail address before they log in?
    #[serde(default)]
    pub verified_email: bool,
}

impl Default for Site {
    fn default() -> Self {
        Self {
            name: "Guildhall".into(),
            theme: Theme::System,
            registration: true,
            lobby_guests: true,
            verified_email: false,
        }
    }
}
