//! What can happen in the hub: a closed list. Plugins' own events travel in one of them, under their own names.

use base::{GameId, Millis, OrderId, OrgId, ReportId, Role, RoomId, UserId};
use serde::{Deserialize, Serialize};

use crate::{
    lobby::{Dialect, PlayerNumber},
    ranking::Verdict,
};

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
    /// Somebody asked for their account to be deleted, or called that off.
    DeletionPlanned {
        /// Who.
        user: UserId,
        /// When it will be gone; `None`: called off.
        due: Option<Millis>,
    },
    /// The e-mail address of an account is another one, or none.
    AddressChanged {
        /// Whose.
        user: UserId,
    },
    /// Somebody linked an account of another service, or took one away.
    IdentitiesChanged {
        /// Whose.
        user: UserId,
    },
    /// An account is gone. What others keep of it goes with it.
    UserDeleted {
        /// Whose it was.
        user: UserId,
    },
    /// Tokens of the API ended: their open sockets close.
    TokensEnded {
        /// Whose.
        user: UserId,
        /// Which.
        tokens: Vec<base::TokenId>,
    },
    /// The hub has its owner and a name.
    SetupFinished {
        /// The owner.
        owner: UserId,
    },
    /// The site's settings changed: pages drawn from now on show them.
    SiteChanged,
    /// The key that signs access tokens is another one: those signed before are no good.
    SigningKeyRotated,
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
    /// Rooms of the lobby were opened, set up anew, moved or closed.
    RoomsChanged,
    /// Somebody is sent out of a room of the lobby.
    PlayerKicked {
        /// Out of which.
        room: RoomId,
        /// Who.
        number: PlayerNumber,
        /// Why; empty: nobody said.
        reason: String,
    },
    /// A plugin says something in a room of the lobby.
    RoomTold {
        /// In which.
        room: RoomId,
        /// The plugin's name.
        from: String,
        /// What.
        text: String,
    },
    /// Somebody asks somebody to be friends.
    FriendAsked {
        /// Who is asked.
        user: UserId,
        /// Who asks.
        by: UserId,
    },
    /// Two people are friends.
    FriendsMade {
        /// Who had asked.
        user: UserId,
        /// Who said yes.
        by: UserId,
    },
    /// Two people are no friends any more, or who had asked has not been answered with yes. Nobody is told: those who keep lists of
    /// friends read them anew.
    FriendsParted {
        /// Who.
        user: UserId,
        /// Who wanted it so.
        by: UserId,
    },
    /// Whom somebody blocks or mutes has changed, or who may see that they are here.
    CompanyChanged {
        /// Who keeps away from somebody.
        user: UserId,
    },
    /// An order of players was founded, changed or dissolved, or somebody came to it or left.
    OrderChanged {
        /// Which.
        order: OrderId,
        /// Who came, left or has another rank; absent: it concerns all of it.
        user: Option<UserId>,
    },
    /// Something was reported to those who keep order, or a report was decided.
    ReportChanged {
        /// Which.
        report: ReportId,
    },
    /// Somebody was warned, muted, suspended or banned, or it was lifted: what they may do now has to be looked at again.
    SanctionsChanged {
        /// Who; absent: an address range or a pattern of names, which may be anybody.
        user: Option<UserId>,
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
    /// The result of a game stands: what those who played have reported is one. Nothing said later changes it.
    GameSettled {
        /// Which.
        game: GameId,
        /// Where it was listed.
        room: RoomId,
        /// By which clients it was played.
        dialect: Dialect,
        /// Whether the reports differ.
        disputed: bool,
    },
    /// Those who keep order have judged a disputed result. What it was before may have been counted: ladders are worked out anew.
    ResultJudged {
        /// Of which game.
        game: GameId,
        /// By which clients it was played.
        dialect: Dialect,
        /// What they said.
        verdict: Verdict,
    },
    /// Results have come from elsewhere: ladders of these clients are worked out anew.
    LaddersStale {
        /// Of which clients.
        dialect: Dialect,
    },
    /// An organization began, or was granted to whoever asked for it.
    OrganizationCreated {
        /// Which.
        organization: OrgId,
        /// Its name.
        name: String,
    },
    /// An organization's name, address, settings or policies changed, or it was suspended, resumed or reopened.
    OrganizationChanged {
        /// Which.
        organization: OrgId,
    },
    /// An organization is closed.
    OrganizationClosed {
        /// Which.
        organization: OrgId,
    },
    /// Somebody joined an organization.
    MemberJoined {
        /// Which.
        organization: OrgId,
        /// Who.
        user: UserId,
        /// As what.
        role: Role,
    },
    /// Somebody left an organization, or was removed.
    MemberLeft {
        /// Which.
        organization: OrgId,
        /// Who.
        user: UserId,
    },
    /// Somebody has another role in an organization.
    MemberRoleChanged {
        /// Which.
        organization: OrgId,
        /// Who.
        user: UserId,
        /// Which role.
        role: Role,
    },
    /// A plugin was approved, or another version of it runs.
    PluginInstalled {
        /// Which.
        plugin: String,
        /// Which version.
        version: String,
    },
    /// A plugin is gone.
    PluginRemoved {
        /// Which.
        plugin: String,
    },
    /// A plugin was switched on, or may be called again.
    PluginEnabled {
        /// Which.
        plugin: String,
        /// Where; absent: for the hub.
        organization: Option<OrgId>,
    },
    /// A plugin was switched off, or can't be on any more.
    PluginDisabled {
        /// Which.
        plugin: String,
        /// Where; absent: for the hub.
        organization: Option<OrgId>,
    },
    /// A plugin's settings changed, or what it may do.
    PluginConfigChanged {
        /// Which.
        plugin: String,
        /// Where; absent: for the hub.
        organization: Option<OrgId>,
    },
    /// Something about a plugin in the whole hub changed: it was staged, switched off because of what it did, or let on again.
    PluginChanged {
        /// Which.
        plugin: String,
    },
    /// A plugin tells something of its own.
    PluginTold {
        /// Which.
        plugin: String,
        /// Where; absent: in the hub.
        organization: Option<OrgId>,
        /// What, by its own name: `seed_vault.seed_rolled`.
        name: String,
        /// The version of the payload.
        version: u32,
        /// How many plugins stand between this and somebody's own act.
        depth: u32,
        /// Who is behind it, where somebody is.
        user: Option<UserId>,
        /// JSON.
        payload: String,
    },
}

impl Event {
    /// Events of one subject are delivered in the order they happened.
    pub fn subject(&self) -> String {
        match self {
            Self::DeletionPlanned { user, .. }
            | Self::UserDeleted { user }
            | Self::AddressChanged { user }
            | Self::IdentitiesChanged { user }
            | Self::TokensEnded { user, .. }
            | Self::UserRegistered { user, .. }
            | Self::PasswordChanged { user }
            | Self::SessionsEnded { user, .. } => {
                format!("user/{user}")
            }
            Self::SetupFinished { .. } | Self::SiteChanged | Self::SigningKeyRotated => "site".to_owned(),
            Self::OrganizationCreated { organization, .. }
            | Self::OrganizationChanged { organization }
            | Self::OrganizationClosed { organization }
            | Self::MemberJoined { organization, .. }
            | Self::MemberLeft { organization, .. }
            | Self::MemberRoleChanged { organization, .. } => format!("organization/{organization}"),
            Self::FriendAsked { user, .. }
            | Self::FriendsMade { user, .. }
            | Self::FriendsParted { user, .. }
            | Self::CompanyChanged { user }
            | Self::SanctionsChanged { user: Some(user) } => format!("user/{user}"),
            Self::OrderChanged { order, .. } => format!("player_order/{order}"),
            Self::ReportChanged { report } => format!("report/{report}"),
            Self::PluginInstalled { plugin, .. }
            | Self::PluginRemoved { plugin }
            | Self::PluginEnabled { plugin, .. }
            | Self::PluginDisabled { plugin, .. }
            | Self::PluginConfigChanged { plugin, .. }
            | Self::PluginChanged { plugin }
            | Self::PluginTold { plugin, .. } => format!("plugin/{plugin}"),
            Self::SanctionsChanged { user: None } => "order".to_owned(),
            Self::RoomsChanged | Self::PlayerKicked { .. } | Self::RoomTold { .. } => "lobby".to_owned(),
            Self::GameListed { game, .. }
            | Self::GameStarted { game, .. }
            | Self::GameEnded { game, .. }
            | Self::GameSettled { game, .. }
            | Self::ResultJudged { game, .. } => format!("game/{game}"),
            Self::LaddersStale { dialect } => format!("ladders/{}", dialect.word()),
        }
    }

    /// The event's name on the wire: the tag of its JSON.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::UserRegistered { .. } => "user_registered",
            Self::PasswordChanged { .. } => "password_changed",
            Self::SessionsEnded { .. } => "sessions_ended",
            Self::TokensEnded { .. } => "tokens_ended",
            Self::DeletionPlanned { .. } => "deletion_planned",
            Self::UserDeleted { .. } => "user_deleted",
            Self::AddressChanged { .. } => "address_changed",
            Self::IdentitiesChanged { .. } => "identities_changed",
            Self::SetupFinished { .. } => "setup_finished",
            Self::SiteChanged => "site_changed",
            Self::SigningKeyRotated => "signing_key_rotated",
            Self::OrganizationCreated { .. } => "organization_created",
            Self::OrganizationChanged { .. } => "organization_changed",
            Self::OrganizationClosed { .. } => "organization_closed",
            Self::MemberJoined { .. } => "member_joined",
            Self::MemberLeft { .. } => "member_left",
            Self::MemberRoleChanged { .. } => "member_role_changed",
            Self::RoomsChanged => "rooms_changed",
            Self::PlayerKicked { .. } => "player_kicked",
            Self::RoomTold { .. } => "room_told",
            Self::FriendAsked { .. } => "friend_asked",
            Self::FriendsMade { .. } => "friends_made",
            Self::FriendsParted { .. } => "friends_parted",
            Self::CompanyChanged { .. } => "company_changed",
            Self::OrderChanged { .. } => "order_changed",
            Self::PluginInstalled { .. } => "plugin_installed",
            Self::PluginRemoved { .. } => "plugin_removed",
            Self::PluginEnabled { .. } => "plugin_enabled",
            Self::PluginDisabled { .. } => "plugin_disabled",
            Self::PluginConfigChanged { .. } => "plugin_config_changed",
            Self::PluginChanged { .. } => "plugin_changed",
            Self::PluginTold { .. } => "plugin_told",
            Self::ReportChanged { .. } => "report_changed",
            Self::SanctionsChanged { .. } => "sanctions_changed",
            Self::GameListed { .. } => "game_listed",
            Self::GameStarted { .. } => "game_started",
            Self::GameEnded { .. } => "game_ended",
            Self::GameSettled { .. } => "game_settled",
            Self::ResultJudged { .. } => "result_judged",
            Self::LaddersStale { .. } => "ladders_stale",
        }
    }
}
