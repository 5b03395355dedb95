//! What the hub writes to people: a closed list of texts, each with the facts it needs.

use std::time::Duration;

use base::{Millis, Secret, UserId};
use serde::{Deserialize, Serialize};

use crate::{Address, Locale};

/// A letter on its way into the queue.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Whose account it is about, where it is about one; their mails go with the account.
    pub user: Option<UserId>,
    /// Where it goes.
    pub to: Address,
    /// In which language.
    pub locale: Locale,
    /// What it says.
    pub text: Text,
}

/// What a letter says. Every `path` is one of ours, with its slash; the hub's own address is put before it when the letter is written
/// out, so that no link can lead anywhere else.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Text {
    /// Prove that the mailbox is one's own: a code to type, or a link.
    VerifyAddress {
        /// The account's name.
        name: String,
        /// To be typed.
        #[serde(with = "exposed")]
        code: Secret,
        /// To be followed.
        #[serde(with = "exposed")]
        path: Secret,
        /// How long both are good.
        minutes: u32,
    },
    /// Somebody has forgotten the password.
    RecoverPassword {
        /// The account's name.
        name: String,
        /// To be followed.
        #[serde(with = "exposed")]
        path: Secret,
        /// How long it is good.
        minutes: u32,
    },
    /// An account was made elsewhere: in a game, or on the server that one comes from.
    ClaimAccount {
        /// The account's name.
        name: String,
        /// To be followed.
        #[serde(with = "exposed")]
        path: Secret,
        /// How long it is good.
        days: u32,
    },
    /// To the address that was the account's until now.
    AddressChanged {
        /// The account's name.
        name: String,
        /// The way back.
        #[serde(with = "exposed")]
        path: Secret,
        /// How long it is open.
        days: u32,
    },
    /// To the owner of an address that somebody gave for another account.
    AddressTaken {
        /// The owner's account's name.
        name: String,
    },
    /// A login from where there was none before.
    NewDevice {
        /// The account's name.
        name: String,
        /// "Firefox on Linux".
        device: String,
        /// When.
        at: Millis,
    },
    /// The password is another one.
    PasswordChanged {
        /// The account's name.
        name: String,
        /// Since when.
        at: Millis,
    },
    /// What else proves who one is has changed.
    SecondFactorChanged {
        /// The account's name.
        name: String,
        /// How.
        change: FactorChange,
        /// When.
        at: Millis,
    },
    /// A place in an organization is offered.
    OrganizationInvitation {
        /// The account's name.
        name: String,
        /// Of which organization.
        organization: String,
        /// Who invites.
        by: String,
        /// To be followed.
        #[serde(with = "exposed")]
        path: Secret,
    },
    /// Those who keep order have decided something.
    ModerationDecision {
        /// The account's name.
        name: String,
        /// What was decided: a sentence in the reader's language.
        decision: String,
        /// Where it stands, and can be appealed against.
        path: String,
    },
    /// To those who run the hub: it has switched a plugin off.
    PluginQuarantined {
        /// The reader's account's name.
        name: String,
        /// Its id.
        plugin: String,
        /// Why, as the hub noted it.
        why: String,
        /// When.
        at: Millis,
    },
    /// A plugin has something to tell.
    PluginNotice {
        /// The account's name.
        name: String,
        /// The plugin's id.
        plugin: String,
        /// What it calls itself.
        called: String,
        /// The organization that has switched it on; `None`: those who run the hub have.
        organization: Option<String>,
        /// What it calls this notification.
        label: String,
        /// Its own words, a line each.
        lines: Vec<String>,
        /// Where more is to be seen.
        path: String,
    },
    /// The account will be deleted.
    DeletionScheduled {
        /// The account's name.
        name: String,
        /// To call it off.
        #[serde(with = "exposed")]
        path: Secret,
        /// On which day.
        on: Millis,
    },
    /// Whether mail arrives.
    Test {},
}

/// How the means of proving who one is have changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactorChange {
    /// Codes of an app are asked for.
    TotpOn,
    /// They no longer are.
    TotpOff,
    /// New recovery codes were made.
    CodesMade,
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey was removed.
    PasskeyRemoved,
    /// Another service's account was linked.
    IdentityLinked,
    /// It was unlinked.
    IdentityUnlinked,
}

impl Text {
    /// The word in the table, in metrics and in filters.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::VerifyAddress { .. } => "verify_address",
            Self::RecoverPassword { .. } => "recover_password",
            Self::ClaimAccount { .. } => "claim_account",
            Self::AddressChanged { .. } => "address_changed",
            Self::AddressTaken { .. } => "address_taken",
            Self::NewDevice { .. } => "new_device",
            Self::PasswordChanged { .. } => "password_changed",
            Self::SecondFactorChanged { .. } => "second_factor_changed",
            Self::OrganizationInvitation { .. } => "organization_invitation",
            Self::ModerationDecision { .. } => "moderation_decision",
            Self::PluginQuarantined { .. } => "plugin_quarantined",
            Self::PluginNotice { .. } => "plugin_notice",
            Self::DeletionScheduled { .. } => "deletion_scheduled",
            Self::Test {} => "test",
        }
    }

    /// How long it is worth sending; afterwards it would only confuse.
    pub const fn good_for(&self) -> Duration {
        match self {
            Self::VerifyAddress { minutes, .. } | Self::RecoverPassword { minutes, .. } => {
                Duration::from_secs(*minutes as u64 * 60)
            }
            Self::AddressChanged { days, .. } | Self::ClaimAccount { days, .. } => {
                Duration::from_secs(*days as u64 * 24 * 60 * 60)
            }
            Self::Test {} => Duration::from_hours(1),
            _ => Duration::from_hours(3 * 24),
        }
    }

    /// Of what one may ask to get no more: of all letters of the kind, or of all that one plugin writes. `None`: what concerns an account's
    /// safety or its standing is always sent.
    pub fn declinable(&self) -> Option<String> {
        match self {
            Self::OrganizationInvitation { .. } => Some(self.kind().to_owned()),
            Self::PluginNotice { plugin, .. } => Some(format!("{}/{plugin}", self.kind())),
            _ => None,
        }
    }

    /// The codes and links by themselves, for whoever hands them over.
    pub(crate) fn hand_over(&self, address: &str) -> Vec<String> {
        match self {
            Self::VerifyAddress { code, path, .. } => {
                vec![code.expose().to_owned(), format!("{address}{}", path.expose())]
            }
            Self::RecoverPassword { path, .. }
            | Self::ClaimAccount { path, .. }
            | Self::AddressChanged { path, .. }
            | Self::OrganizationInvitation { path, .. }
            | Self::DeletionScheduled { path, .. } => vec![format!("{address}{}", path.expose())],
            Self::AddressTaken { .. }
            | Self::NewDevice { .. }
            | Self::PasswordChanged { .. }
            | Self::SecondFactorChanged { .. }
            | Self::ModerationDecision { .. }
            | Self::PluginQuarantined { .. }
            | Self::PluginNotice { .. }
            | Self::Test {} => Vec::new(),
        }
    }

    /// The same without what would let its reader act as somebody else: for whoever only looks at the outbox.
    #[must_use]
    pub fn masked(&self) -> Self {
        fn dots() -> Secret {
            Secret::new("…")
        }
        fn path() -> Secret {
            Secret::new("/…")
        }
        let mut text = self.clone();
        match &mut text {
            Self::VerifyAddress { code, path: link, .. } => (*code, *link) = (dots(), path()),
            Self::RecoverPassword { path: link, .. }
            | Self::ClaimAccount { path: link, .. }
            | Self::AddressChanged { path: link, .. }
            | Self::OrganizationInvitation { path: link, .. }
            | Self::DeletionScheduled { path: link, .. } => *link = path(),
            Self::AddressTaken { .. }
            | Self::NewDevice { .. }
            | Self::PasswordChanged { .. }
            | Self::SecondFactorChanged { .. }
            | Self::ModerationDecision { .. }
            | Self::PluginQuarantined { .. }
            | Self::PluginNotice { .. }
            | Self::Test {} => {}
        }
        text
    }
}

/// A queue has to keep what is to be sent. Nothing else writes a secret out.
mod exposed {
    use base::Secret;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(secret: &Secret, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(secret.expose())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Secret, D::Error> {
        String::deserialize(from).map(Secret::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::every_text;

    #[test]
    fn a_text_survives_the_queue_and_says_its_kind() {
        for text in every_text() {
            let kept = serde_json::to_value(&text).unwrap();
            assert_eq!(kept["kind"], text.kind());
            let back: Text = serde_json::from_value(kept.clone()).unwrap();
            assert_eq!(serde_json::to_value(back).unwrap(), kept);
        }
    }

    #[test]
    fn neither_debug_nor_a_masked_text_tells_a_secret() {
        for text in every_text() {
            assert!(!format!("{text:?}").contains("s3cret"), "{text:?}");
            let masked = serde_json::to_string(&text.masked()).unwrap();
            assert!(!masked.contains("s3cret"), "{masked}");
        }
    }
}
