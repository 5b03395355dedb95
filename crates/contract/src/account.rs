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
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
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
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// To end it by.
    pub id: SessionId,
    /// The browser and system, as far as it told us: "Firefox on Linux".
    pub device: String,
    /// What one calls the device; `None`: nothing.
    #[serde(default)]
    pub device_name: Option<String>,
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
    /// Whether it is proved to be one's own.
    #[serde(default)]
    pub email_verified: bool,
    /// Since when.
    pub created_at: Millis,
    /// When the account will be gone, where that was asked for.
    #[serde(default)]
    pub deletion_due_at: Option<Millis>,
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

/// What a log-in still needs after its first step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// A code of the app, a recovery code or a passkey.
    SecondFactor,
    /// Proof that the account's e-mail address is its owner's.
    Address,
}

impl Step {
    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::SecondFactor => "second_factor",
            Self::Address => "address",
        }
    }

    /// The step of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::SecondFactor, Self::Address].into_iter().find(|step| step.word() == word)
    }
}

/// A log-in between its steps, as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// What it needs.
    pub step: Step,
    /// The address that a code was or can be mailed to; none where it does not matter or there is none.
    pub email: Option<String>,
}

/// Prove once more who one is: one of the two.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Prove {
    /// The account's password.
    #[serde(default)]
    pub password: String,
    /// A code of the app, or a recovery code.
    #[serde(default)]
    pub code: String,
}

/// Get a new password by a mailed link.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Recover {
    /// The link's token.
    pub token: String,
    /// 8 to 256 characters.
    pub new_password: String,
}

/// What proves who one is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Safety {
    /// The address, where there is one.
    pub email: Option<String>,
    /// Whether it is proved to be one's own.
    pub email_verified: bool,
    /// The address a code was mailed to that is not typed yet.
    pub email_waiting: Option<String>,
    /// Whether there is a password.
    pub has_password: bool,
    /// Codes of an app.
    pub totp: Totp,
    /// Recovery codes that are left.
    pub recovery_codes: u32,
}

/// Whether codes of an app are asked for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Totp {
    /// They are not.
    Off,
    /// They are, once the app has shown that it can make them.
    Begun(TotpSetup),
    /// They are.
    On {
        /// Since when.
        since: Millis,
    },
}

/// What an app needs to make codes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TotpSetup {
    /// To be typed, in groups of four.
    pub key: String,
    /// The same for an app on this very device: `otpauth://totp/…`.
    pub uri: String,
    /// The same to be photographed.
    pub qr: QrCode,
}

/// A QR code as the path of an SVG.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QrCode {
    /// Modules of a side, with four of margin all around.
    pub side: u32,
    /// The dark ones, one unit each.
    pub path: String,
}

/// Recovery codes, shown this once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveryCodes {
    /// Ten, each good once.
    pub codes: Vec<String>,
}

/// How a log-in went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It began a login.
    Ok,
    /// The password was wrong.
    Wrong,
    /// The first step was right; another was asked for.
    SecondStep,
    /// The second step was wrong.
    WrongSecondStep,
    /// The account was locked.
    Locked,
}

impl Outcome {
    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Wrong => "wrong",
            Self::SecondStep => "second_step",
            Self::WrongSecondStep => "wrong_second_step",
            Self::Locked => "locked",
        }
    }

    /// The outcome of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Ok, Self::Wrong, Self::SecondStep, Self::WrongSecondStep, Self::Locked]
            .into_iter()
            .find(|outcome| outcome.word() == word)
    }
}

/// By what somebody is known who logs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// The password.
    Password,
    /// A passkey whose owner was checked by the device: it is both factors at once.
    Passkey,
    /// Another service.
    Identity,
    /// A link that was mailed.
    MailedLink,
    /// The game password: a game has opened the page.
    GamePassword,
}

impl Proof {
    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Passkey => "passkey",
            Self::Identity => "identity",
            Self::MailedLink => "mailed_link",
            Self::GamePassword => "game_password",
        }
    }

    /// The proof of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Password, Self::Passkey, Self::Identity, Self::MailedLink, Self::GamePassword]
            .into_iter()
            .find(|proof| proof.word() == word)
    }
}

/// One log-in, or the attempt at one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogInRecord {
    /// To ask for those before it.
    pub id: i64,
    /// When.
    pub at: Millis,
    /// How it went.
    pub outcome: Outcome,
    /// By what.
    pub proof: Proof,
    /// "Firefox on Linux".
    pub device: String,
    /// The network it came from: "192.0.2.0/24"; empty: unknown.
    pub network: String,
}

/// A page of log-ins, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogInPage {
    /// The log-ins.
    pub entries: Vec<LogInRecord>,
    /// To ask for the next page with; `None` where this is the last.
    pub next: Option<i64>,
}

/// Who has a role in the hub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoleHolders {
    /// The role.
    pub role: Role,
    /// How many accounts have it.
    pub accounts: u32,
    /// The first of them, the oldest account first; nobody of the role that everybody has.
    pub people: Vec<crate::api::User>,
}

/// An account as those who run the hub see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Dossier {
    /// Who.
    pub me: Me,
    /// The address, where one was given.
    pub email: Option<String>,
    /// Whether it is proved to be theirs.
    pub email_verified: bool,
    /// Whether they can log in with a password.
    pub has_password: bool,
    /// Since when it is locked; `None`: it is not.
    pub locked_at: Option<Millis>,
    /// When it will be gone, where its owner asked for that.
    pub deletion_due_at: Option<Millis>,
    /// Since when it exists.
    pub created_at: Millis,
    /// Whether whoever asks stands above them.
    pub may_be_changed: bool,
    /// Their logins, last used first.
    pub sessions: Vec<Session>,
    /// Their latest log-ins and the attempts at them.
    pub log_ins: Vec<LogInRecord>,
}

/// One's own account, for programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MyAccount {
    /// Who.
    #[serde(flatten)]
    pub me: Me,
    /// The address, where one was given.
    pub email: Option<String>,
    /// Since when it exists.
    pub created_at: Millis,
}
