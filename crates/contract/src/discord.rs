//! Discord: the hub's application there, servers linked to organizations, and what is told where.

use base::{Millis, Role};
use serde::{Deserialize, Serialize};

use crate::words::words;

/// The hub's application at Discord, as those who run the hub see it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DiscordHub {
    /// The application's number; absent: Discord is not set up.
    pub application_id: Option<String>,
    /// The key Discord signs with, in hexadecimal.
    pub public_key: Option<String>,
    /// Whether the bot's token is kept. It is never shown.
    pub has_token: bool,
    /// Whether the hub keeps a connection to Discord open.
    pub gateway: bool,
    /// The address to enter at Discord as the interactions endpoint.
    pub interactions_url: String,
    /// Where somebody adds the bot to a server of theirs.
    pub invite_url: Option<String>,
    /// Whether people can link their Discord account here: the configuration has to name Discord as a service to log in with.
    pub linkable: bool,
    /// What is wrong, where something is.
    pub trouble: Option<DiscordTrouble>,
    /// Since when.
    pub trouble_at: Option<Millis>,
}

/// Set up the hub's application at Discord.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "application_id": "1101234567890123456",
    "public_key": "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "token": "MTEw.example.token", "gateway": false
})))]
pub struct ChooseDiscord {
    /// The application's number; empty: Discord is not used any more, and its token is forgotten.
    #[cfg_attr(feature = "openapi", schema(max_length = 20))]
    pub application_id: String,
    /// The key Discord signs with: 64 hexadecimal digits.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 64))]
    pub public_key: String,
    /// The bot's token; absent or empty: the one that is kept stays.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub token: String,
    /// Whether to keep a connection to Discord open: for hubs that Discord cannot call, and to hear of who enters a server.
    #[serde(default)]
    pub gateway: bool,
}

words! {
    /// What is wrong between the hub and Discord.
    DiscordTrouble {
        /// Discord does not take the bot's token.
        Token = "token",
        /// The public key is not the application's.
        Key = "key",
        /// The bot may not do it there: it lacks a permission, or its own role stands too low.
        Forbidden = "forbidden",
        /// It is not there any more: the channel, the role, or the bot in that server.
        Gone = "gone",
        /// Discord can't be reached, or does not answer as it should.
        Away = "away",
        /// Discord does not let the bot hear of members.
        Intents = "intents",
    }
}

words! {
    /// What an organization may have told in a channel.
    Topic {
        /// Who joined and who left.
        Members = "members",
        /// Games that its members list in the lobby.
        Games = "games",
        /// How matches and races ended.
        Results = "results",
        /// What begins soon.
        Reminders = "reminders",
    }
}

impl Topic {
    /// A message that could not be sent for so long is worth nothing any more.
    pub const fn good_for_secs(self) -> u64 {
        match self {
            Self::Games | Self::Reminders => 60 * 60,
            Self::Members | Self::Results => 24 * 60 * 60,
        }
    }
}

/// An organization's servers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrganizationDiscord {
    /// Where somebody adds the bot to a server of theirs; absent: the hub has no bot.
    pub invite_url: Option<String>,
    /// The servers it is linked to.
    pub guilds: Vec<LinkedGuild>,
}

/// A server that an organization is linked to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkedGuild {
    /// Its number at Discord.
    pub id: String,
    /// Its name there, as it was last heard.
    pub name: String,
    /// Since when it is linked.
    pub linked_at: Millis,
    /// What is wrong with all of it, where something is.
    pub trouble: Option<DiscordTrouble>,
    /// What is told in which channel.
    pub channels: Vec<TopicChannel>,
    /// Which role of the organization is which role there.
    pub roles: Vec<RoleLink>,
    /// What can be chosen there; absent where Discord does not say just now.
    pub offered: Option<OfferedThere>,
}

/// A channel in which something is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TopicChannel {
    /// What.
    pub topic: Topic,
    /// The channel's number.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 20, pattern = "^[0-9]+$"))]
    pub channel: String,
    /// What is wrong with it; ignored where it is chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<DiscordTrouble>,
}

/// A role of the organization, and the role of the server its holders are given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoleLink {
    /// The organization's.
    pub role: Role,
    /// The number of the server's.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 20, pattern = "^[0-9]+$"))]
    pub guild_role: String,
    /// What is wrong with it; ignored where it is chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<DiscordTrouble>,
}

/// What a server has that can be chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfferedThere {
    /// Its text channels, in its order.
    pub channels: Vec<NamedThere>,
    /// Its roles, the highest first; without those that nobody can be given.
    pub roles: Vec<NamedThere>,
}

/// A channel or role of a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NamedThere {
    /// Its number.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// What is told where in a server, and which role is which: all of it at once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "channels": [{ "topic": "members", "channel": "1101234567890123457" }],
    "roles": [{ "role": "organiser", "guild_role": "1101234567890123458" }]
})))]
pub struct GuildChoice {
    /// What is told in which channel; a topic that is left out is not told there.
    #[cfg_attr(feature = "openapi", schema(max_items = 4))]
    pub channels: Vec<TopicChannel>,
    /// Which role is which; one that is left out is none there.
    #[cfg_attr(feature = "openapi", schema(max_items = 7))]
    pub roles: Vec<RoleLink>,
}

/// A code that links a server to an organization: typed there, once, by somebody who manages it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConnectCode {
    /// What is typed after `/connect`. It is shown this once.
    pub code: String,
    /// Until when it is good.
    pub ends_at: Millis,
}

/// Which test to send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "topic": "members" })))]
pub struct TestTopic {
    /// To the channel where that is told.
    pub topic: Topic,
}
