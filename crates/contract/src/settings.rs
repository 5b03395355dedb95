//! What those who run the hub may decide, as data: each setting with what it means and what may be chosen.

use serde::{Deserialize, Serialize};

use crate::setup::Theme;

/// What may be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Yes or no.
    Flag,
    /// A whole number.
    Whole {
        /// The least.
        least: i64,
        /// The most.
        most: i64,
    },
    /// A line of text.
    Text {
        /// So many characters at most.
        longest: usize,
        /// Whether it may be empty.
        optional: bool,
    },
    /// Lines of text; or nothing.
    Lines {
        /// So many characters at most, all in all.
        longest: usize,
        /// So many lines at most.
        most: usize,
    },
    /// The address of a site: scheme, host and port; or nothing.
    Origin,
    /// The address of a page; or nothing.
    Page,
    /// One of these words.
    Word(&'static [&'static str]),
}

/// What a setting is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// The hub's name and face.
    Site,
    /// Accounts: who gets one, and what it takes to log in.
    Accounts,
    /// The lobby.
    Lobby,
    /// Organizations.
    Organizations,
    /// What is kept, and for how long.
    Keeping,
    /// Backups.
    Backups,
}

impl Group {
    /// Every group, in the order people meet them.
    pub const ALL: [Self; 6] =
        [Self::Site, Self::Accounts, Self::Lobby, Self::Organizations, Self::Backups, Self::Keeping];
}

/// What there is to know of a setting.
#[derive(Debug, Clone, Copy)]
pub struct About {
    /// Its name in the database, the API and the command line.
    pub key: &'static str,
    /// What it does, in English.
    pub about: &'static str,
    /// What it is about.
    pub group: Group,
    /// What may be chosen.
    pub shape: Shape,
    /// What holds where nobody chose: as it would be typed.
    pub default: &'static str,
    /// Whether it only holds after a restart.
    pub restart: bool,
}

macro_rules! settings {
    ($($(#[doc = $doc:literal])+ $name:ident = $key:literal, $group:ident, $shape:expr, $default:expr;)+) => {
        /// A setting of the hub.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Setting {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Setting {
            /// Every setting, group by group.
            pub const ALL: [Self; [$(Self::$name),+].len()] = [$(Self::$name),+];

            /// What there is to know of it.
            pub const fn about(self) -> About {
                match self {
                    $(Self::$name => About {
                        key: $key,
                        about: concat!($($doc),+).trim_ascii(),
                        group: Group::$group,
                        shape: $shape,
                        default: $default,
                        restart: false,
                    },)+
                }
            }
        }
    };
}

const THEMES: &[&str] = &[Theme::System.word(), Theme::Dark.word(), Theme::Light.word(), Theme::Contrast.word()];

settings! {
    /// What the hub is called: in its pages' titles, its mails and its lobby.
    SiteName = "site.name", Site, Shape::Text { longest: 60, optional: false }, "Guildhall";
    /// The theme pages start in, until a reader chooses.
    SiteTheme = "site.theme", Site, Shape::Word(THEMES), Theme::System.word();
    /// The address people type, where the configuration names none: links in mails begin with it.
    PublicUrl = "site.public_url", Site, Shape::Origin, "";

    /// Strangers may make accounts.
    Registration = "site.registration", Accounts, Shape::Flag, "true";
    /// A new account has to name an e-mail address.
    EmailRequired = "accounts.email_required", Accounts, Shape::Flag, "false";
    /// An account whose address is not proved can't be logged in to: the code is mailed first.
    VerifiedAddressRequired = "accounts.verified_address_required", Accounts, Shape::Flag, "false";
    /// So many days pass between asking for one's account to be deleted and its end. Until then it can be called off.
    DeletionDays = "accounts.deletion_days", Accounts, Shape::Whole { least: 1, most: 90 }, "14";

    /// Guests may enter the lobby, without an account.
    LobbyGuests = "site.lobby_guests", Lobby, Shape::Flag, "true";
    /// What whoever enters a room of the lobby is told, before the room's own greeting: five lines at most.
    LobbyMotd = "lobby.motd", Lobby, Shape::Lines { longest: 500, most: 5 }, "";
    /// The same for guests alone, after it.
    LobbyMotdGuests = "lobby.motd_guests", Lobby, Shape::Lines { longest: 500, most: 5 }, "";
    /// A page that clients of Myth II are told to open, once each time somebody logs on. Older copies of the game take no notice.
    LobbyPage = "lobby.page", Lobby, Shape::Page, "";
    /// What players read before that page opens.
    LobbyPageText = "lobby.page_text", Lobby, Shape::Text { longest: 120, optional: true }, "";
    /// How much that page matters: it is `requested` or `required`, or opens `at_exit`.
    LobbyPageWhen = "lobby.page_when", Lobby, Shape::Word(&["requested", "required", "at_exit"]), "requested";

    /// Who may begin an organization: `anyone` with an account at once, `on_request` when an admin grants it, or `admins` alone.
    OrganizationCreation = "organizations.creation", Organizations, Shape::Word(&["anyone", "on_request", "admins"]), "on_request";
    /// So many organizations one person may own or have asked for. Who has more keeps them.
    OrganizationsPerPerson = "organizations.per_person", Organizations, Shape::Whole { least: 0, most: 1_000 }, "3";
    /// To so many organizations one person may belong. Who belongs to more stays in them.
    OrganizationMemberships = "organizations.memberships", Organizations, Shape::Whole { least: 1, most: 1_000 }, "100";
    /// So many people may belong to a new organization. What others have is changed on their own page.
    OrganizationSeats = "organizations.seats", Organizations, Shape::Whole { least: 1, most: 100_000 }, "1000";

    /// So many of its own backups the hub keeps; older ones go.
    BackupKeep = "backups.keep", Backups, Shape::Whole { least: 1, most: 365 }, "14";

    /// So many days an entry of the audit log is kept.
    AuditDays = "audit.days", Keeping, Shape::Whole { least: 30, most: 3650 }, "730";
}

impl Setting {
    /// The setting of that key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|setting| setting.about().key == key)
    }
}

impl Serialize for Setting {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.about().key)
    }
}

impl<'de> Deserialize<'de> for Setting {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let key = String::deserialize(deserializer)?;
        Self::from_key(&key).ok_or_else(|| serde::de::Error::custom("no such setting"))
    }
}

/// What was chosen. In JSON as what it is: `true`, `14`, `"daily"`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Of a flag.
    Flag(bool),
    /// Of a number.
    Whole(i64),
    /// Of everything else.
    Text(String),
}

impl Value {
    /// As it would be typed.
    pub fn typed(&self) -> String {
        match self {
            Self::Flag(flag) => flag.to_string(),
            Self::Whole(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

/// How a [`Value`] looks in the API's document. utoipa takes any type of that name for JSON of any kind, so fields name this.
#[cfg(feature = "openapi")]
pub fn value_schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
    use utoipa::openapi::{ObjectBuilder, OneOfBuilder, Schema, schema::Type};
    const LARGEST: i64 = (1 << 53) - 1;
    let whole = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(-LARGEST)).maximum(Some(LARGEST));
    let schema = OneOfBuilder::new()
        .item(ObjectBuilder::new().schema_type(Type::Boolean))
        .item(whole)
        .item(ObjectBuilder::new().schema_type(Type::String))
        .description(Some("A flag, a number or a text, as the setting is."));
    Schema::OneOf(schema.build()).into()
}

/// A setting as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Held {
    /// Which.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "site.name"))]
    pub key: Setting,
    /// What it is about.
    pub group: Group,
    /// What it does, in English.
    pub about: String,
    /// What holds.
    #[cfg_attr(feature = "openapi", schema(schema_with = value_schema))]
    pub value: Value,
    /// What would hold if nobody had chosen.
    #[cfg_attr(feature = "openapi", schema(schema_with = value_schema))]
    pub default: Value,
    /// Whether the two differ.
    pub changed: bool,
    /// Whether a change only holds after a restart.
    pub restart: bool,
    /// The words it may be; empty where it is no word.
    pub words: Vec<String>,
    /// The least it may be, of a number.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub least: Option<i64>,
    /// The most it may be, of a number.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub most: Option<i64>,
}

/// What a setting shall be.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "value": "The Hall" })))]
pub struct Choice {
    /// A flag, a number or a text, as the setting is.
    #[cfg_attr(feature = "openapi", schema(schema_with = value_schema))]
    pub value: Value,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_has_a_key_of_its_own() {
        for setting in Setting::ALL {
            assert_eq!(Setting::from_key(setting.about().key), Some(setting));
            assert!(setting.about().about.ends_with('.'), "{}", setting.about().key);
        }
        assert_eq!(Setting::from_key("setup"), None);
    }
}
