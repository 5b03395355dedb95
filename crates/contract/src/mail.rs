//! The mail queue, as those who run the hub see it.

use base::{MailId, Millis, UserId};
use serde::{Deserialize, Serialize};

/// Where a mail stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    /// On its way, or to be tried again.
    Queued,
    /// A mail server has taken it.
    Sent,
    /// Refused for good, or tried often enough.
    Failed,
    /// No mail server is configured: somebody has to hand it over.
    Unsent,
    /// It would have come too late to be of use.
    Late,
    /// Its reader wants no more of its kind.
    Declined,
}

impl MailState {
    /// Every state.
    pub const ALL: [Self; 6] = [Self::Queued, Self::Sent, Self::Failed, Self::Unsent, Self::Late, Self::Declined];

    /// The word in the database, addresses and the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Unsent => "unsent",
            Self::Late => "late",
            Self::Declined => "declined",
        }
    }

    /// The state of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// A mail, without what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mail {
    /// Which.
    pub id: MailId,
    /// About whose account, where it is about one.
    pub user: Option<UserId>,
    /// Where it goes; `None` once that is forgotten.
    pub address: Option<String>,
    /// A BCP 47 tag.
    pub locale: String,
    /// What it is about, as a word: `recover_password`.
    pub kind: String,
    /// Where it stands.
    pub state: MailState,
    /// When it was written.
    pub queued_at: Millis,
    /// Not worth sending afterwards.
    pub good_until: Millis,
    /// When it came to its state; `None` while it is on its way.
    pub settled_at: Option<Millis>,
    /// How often it was tried.
    pub attempts: u32,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// Whether its letter is still there to be read.
    pub has_letter: bool,
    /// Whether it was not sent, and still can be.
    pub can_be_retried: bool,
}

/// A page of mails, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailPage {
    /// The mails.
    pub mails: Vec<Mail>,
    /// Where the next page begins; `None`: this is the last one.
    pub next: Option<MailId>,
}

/// A mail with what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShownMail {
    /// The mail.
    pub mail: Mail,
    /// Its subject; `None` once the letter is gone.
    pub subject: Option<String>,
    /// Its plain text. Codes and links are dots unless they were asked for.
    pub text: Option<String>,
    /// Whether codes and links stand in it.
    pub revealed: bool,
    /// Where they were asked for: the codes and links by themselves, to be handed over.
    pub hand_over: Vec<String>,
}

/// How many mails there are in each state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailCounts {
    /// Whether a mail server is configured.
    pub has_transport: bool,
    /// The number of mails of each state that has any.
    pub by_state: Vec<MailCount>,
}

/// How many mails are in a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailCount {
    /// The state.
    pub state: MailState,
    /// How many.
    pub count: u64,
}

/// Where a test letter goes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "to": "olga@example.org", "locale": "en" })))]
pub struct NewTestMail {
    /// An e-mail address.
    #[cfg_attr(feature = "openapi", schema(max_length = 254))]
    pub to: String,
    /// In which language, as a BCP 47 tag; English where nothing is said.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 35))]
    pub locale: String,
}

/// The letter that was queued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueuedMail {
    /// Its number.
    pub mail: MailId,
}
