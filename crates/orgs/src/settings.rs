//! What whoever runs the hub, or a test, may turn.

use std::time::Duration;

/// Who may begin an organization.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Creation {
    /// Whoever has an account; it is there at once.
    Members,
    /// Whoever has an account may ask, and those who run the hub grant or refuse.
    #[default]
    OnRequest,
    /// Those who run the hub.
    Admins,
}

impl Creation {
    /// All of them, the freest first.
    pub const ALL: [Self; 3] = [Self::Members, Self::OnRequest, Self::Admins];

    /// The word in settings.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Members => "anyone",
            Self::OnRequest => "on_request",
            Self::Admins => "admins",
        }
    }

    /// The one of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }
}

/// How organizations behave.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Who may begin one.
    pub creation: Creation,
    /// How many one person may own or have asked for.
    pub per_person: u32,
    /// To how many one person may belong.
    pub memberships: u32,
    /// How many may belong to a new one.
    pub seats: u32,
    /// How long a closed one can be reopened; then it is gone.
    pub grace: Duration,
    /// How long an invitation by name holds, and the offer to own one.
    pub invitation: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        const DAY: Duration = Duration::from_hours(24);
        Self {
            creation: Creation::default(),
            per_person: 3,
            memberships: 100,
            seats: 1_000,
            grace: DAY * 30,
            invitation: DAY * 14,
        }
    }
}
