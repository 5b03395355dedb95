//! Who may do what, as one table.

use std::fmt::Write as _;

use crate::{
    Role, Roles,
    permission::Area as In,
    permission::Effect::{Reads, Writes},
};

/// Where a role has to be held for an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// In the hub.
    Hub,
    /// In the organization it is about. Whoever runs the hub may too.
    Organization,
}

/// What an action is about: an API token is given whole areas, to read or to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    /// One's own account.
    Account,
    /// Other people: profiles, friends, reports.
    People,
    /// Organizations.
    Organizations,
    /// The lobby and what is live.
    Lobby,
    /// Keeping order.
    Moderation,
    /// Running the hub.
    Administration,
}

impl Area {
    /// Every area, in the order people are offered them.
    pub const ALL: [Self; 6] =
        [Self::Account, Self::People, Self::Organizations, Self::Lobby, Self::Moderation, Self::Administration];

    /// The word in a token's grants: `account:read`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::People => "people",
            Self::Organizations => "organizations",
            Self::Lobby => "lobby",
            Self::Moderation => "moderation",
            Self::Administration => "administration",
        }
    }
}

/// Whether an action leaves things as they are. Who looks at the hub through another's eyes only reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Leaves everything as it is.
    Reads,
    /// Changes something.
    Writes,
}

/// The row of the table for one action.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The word in settings, the book's matrix and the audit trail.
    pub word: &'static str,
    /// Where the role has to be held.
    pub scope: Scope,
    /// Which grant lets a token do it.
    pub area: Area,
    /// Whether it changes something.
    pub effect: Effect,
    /// Who may, by default.
    pub roles: Roles,
    /// Whether even a stranger may.
    pub strangers: bool,
    /// Whether the login must have been proved within the last quarter of an hour.
    pub fresh: bool,
    /// Whether an organization may hand it to other roles than by default.
    pub adjustable: bool,
}

impl Rule {
    const fn new(scope: Scope, word: &'static str, area: Area, effect: Effect, roles: Roles) -> Self {
        Self { word, scope, area, effect, roles, strangers: false, fresh: false, adjustable: false }
    }

    /// Anybody at all.
    const fn open(word: &'static str, area: Area, effect: Effect) -> Self {
        Self { strangers: true, ..Self::new(Scope::Hub, word, area, effect, Roles::EVERYBODY) }
    }

    /// By one's role in the hub.
    const fn hub(word: &'static str, area: Area, effect: Effect, roles: Roles) -> Self {
        Self::new(Scope::Hub, word, area, effect, roles)
    }

    /// By one's role in the organization it is about.
    const fn org(word: &'static str, effect: Effect, roles: Roles) -> Self {
        Self::new(Scope::Organization, word, In::Organizations, effect, roles)
    }

    const fn fresh(self) -> Self {
        Self { fresh: true, ..self }
    }

    const fn adjustable(self) -> Self {
        Self { adjustable: true, ..self }
    }

    const fn strangers_too(self) -> Self {
        Self { strangers: true, ..self }
    }
}

macro_rules! actions {
    ($($(#[doc = $says:literal])+ $name:ident = $rule:expr,)*) => {
        /// Something one may be allowed to do. A service asks for exactly one before it acts.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action {
            $($(#[doc = $says])+ $name,)*
        }

        impl Action {
            /// Every action, in the order of the book's matrix.
            pub const ALL: [Self; [$(Self::$name),*].len()] = [$(Self::$name),*];

            /// Its row of the table.
            pub const fn rule(self) -> Rule {
                match self {
                    $(Self::$name => $rule,)*
                }
            }

            /// What it is, in a sentence: for the book.
            pub const fn says(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($($says),+),)*
                }
            }
        }
    };
}

actions! {
    /// Make an account.
    Register = Rule::open("register", In::Account, Writes),
    /// Log in, with a password or a token that proves who it is.
    LogIn = Rule::open("log_in", In::Account, Writes),
    /// Prove by a mailed link that an account is one's own.
    RecoverAccount = Rule::open("recover_account", In::Account, Writes),
    /// Get no more letters of a kind; the letter's own link says which mailbox.
    DeclineMail = Rule::open("decline_mail", In::Account, Writes),
    /// Take the first owner's seat; the printed token decides who.
    SetUp = Rule::open("set_up", In::Account, Writes),
    /// See one's own account: logins, history, what is linked.
    ViewOwnAccount = Rule::hub("view_own_account", In::Account, Reads, Roles::MEMBERS),
    /// Change one's own password, logins, game password, privacy and preferences.
    ManageOwnAccount = Rule::hub("manage_own_account", In::Account, Writes, Roles::MEMBERS),
    /// Change what proves who one is: address, second factors, passkeys, linked identities, API tokens; or leave for good.
    SecureOwnAccount = Rule::hub("secure_own_account", In::Account, Writes, Roles::MEMBERS).fresh(),

    /// See what is live.
    ViewLive = Rule::open("view_live", In::Lobby, Reads),
    /// Hand on what somebody does in Discord; its signature says that it is so, and the command decides whether they may.
    SpeakForDiscord = Rule::open("speak_for_discord", In::Lobby, Writes),
    /// See how the lobby's rooms are set up.
    ViewRooms = Rule::hub("view_rooms", In::Lobby, Reads, Roles::MODERATORS),
    /// Open, set up, arrange and close the lobby's rooms.
    ManageRooms = Rule::hub("manage_rooms", In::Lobby, Writes, Roles::ADMINS).fresh(),
    /// Begin and end seasons of ranked play.
    ManageSeasons = Rule::hub("manage_seasons", In::Lobby, Writes, Roles::ADMINS).fresh(),
    /// Keep order in lobby rooms: in all of them, or in those one was named for.
    ModerateRooms = Rule::hub("moderate_rooms", In::Moderation, Writes, Roles::MEMBERS),
    /// Found an order of players, belong to one, and do in it what one's rank there allows.
    KeepOrders = Rule::hub("keep_orders", In::Lobby, Writes, Roles::MEMBERS),
    /// Talk in a lobby room.
    Chat = Rule::hub("chat", In::Lobby, Writes, Roles::MEMBERS),
    /// Have something said in the lobby's rooms that are open to plugins: through a plugin that was granted it.
    TellInRooms = Rule::hub("tell_in_rooms", In::Lobby, Writes, Roles::MEMBERS),

    /// See people's profiles, as far as each lets one.
    ViewPeople = Rule::open("view_people", In::People, Reads),
    /// Have friends; block and mute others.
    KeepCompany = Rule::hub("keep_company", In::People, Writes, Roles::MEMBERS),
    /// Report somebody to those who keep order, and appeal against what they did.
    Report = Rule::hub("report", In::People, Writes, Roles::MEMBERS),

    /// See the organizations there are.
    ListOrganizations = Rule::open("list_organizations", In::Organizations, Reads),
    /// Ask for an organization of one's own, and accept or ask for a place in one.
    JoinOrganizations = Rule::hub("join_organizations", In::Organizations, Writes, Roles::MEMBERS),
    /// Grant, suspend and close organizations.
    GovernOrganizations = Rule::hub("govern_organizations", In::Administration, Writes, Roles::ADMINS).fresh(),
    /// See every organization, hidden and closed ones as well.
    SurveyOrganizations = Rule::hub("survey_organizations", In::Administration, Reads, Roles::ADMINS),
    /// See an organization's public page.
    ViewOrganization = Rule::org("view_organization", Reads, Roles::EVERYBODY).strangers_too(),
    /// See who belongs to it.
    ViewMembers = Rule::org("view_members", Reads, Roles::MEMBERS).adjustable(),
    /// See who asks to join, and who is invited.
    ViewAdmissions = Rule::org("view_admissions", Reads, Roles::MODERATORS).adjustable(),
    /// Invite people by name or by link.
    InviteMembers = Rule::org("invite_members", Writes, Roles::MODERATORS).adjustable(),
    /// Let in or turn away who asks to join.
    AnswerRequests = Rule::org("answer_requests", Writes, Roles::MODERATORS).adjustable(),
    /// Give members other roles, and remove them.
    ManageMembers = Rule::org("manage_members", Writes, Roles::ADMINS),
    /// Change its name, page and settings.
    ManageOrganization = Rule::org("manage_organization", Writes, Roles::ADMINS),
    /// See what plugins show, where they are on.
    UsePlugins = Rule::org("use_plugins", Reads, Roles::EVERYBODY).strangers_too(),
    /// Do what plugins offer, as far as each lets one.
    ActThroughPlugins = Rule::org("act_through_plugins", Writes, Roles::EVERYBODY).strangers_too(),
    /// See which plugins there are for it, and their settings in it.
    ViewOrganizationPlugins = Rule::org("view_organization_plugins", Reads, Roles::ADMINS).adjustable(),
    /// Switch plugins on and off in it, and set them.
    ManageOrganizationPlugins = Rule::org("manage_organization_plugins", Writes, Roles::ADMINS).adjustable(),
    /// See which servers of Discord it is linked to, and what is told there.
    ViewConnections = Rule::org("view_connections", Reads, Roles::ADMINS),
    /// Have something told in the channels that it has chosen for that: through a plugin that was granted it.
    TellInChannels = Rule::org("tell_in_channels", Writes, Roles::MEMBERS),
    /// Read what was changed in it, and by whom.
    ViewOrganizationAudit = Rule::org("view_organization_audit", Reads, Roles::ADMINS),
    /// Decide which roles may do what in it.
    ManagePolicies = Rule::org("manage_policies", Writes, Roles::OWNERS),
    /// Close it, or hand it on.
    CloseOrganization = Rule::org("close_organization", Writes, Roles::OWNERS).fresh(),

    /// See the moderation queue, sanctions and notes.
    ViewModeration = Rule::hub("view_moderation", In::Moderation, Reads, Roles::MODERATORS),
    /// Answer reports; mute, suspend and ban; write notes.
    Moderate = Rule::hub("moderate", In::Moderation, Writes, Roles::MODERATORS),
    /// Confirm, overturn and void disputed results.
    JudgeResults = Rule::hub("judge_results", In::Moderation, Writes, Roles::MODERATORS),
    /// Ban addresses and names, for everybody and everywhere.
    BanPlaces = Rule::hub("ban_places", In::Moderation, Writes, Roles::ADMINS).fresh(),

    /// Read other people's accounts.
    ViewUsers = Rule::hub("view_users", In::Administration, Reads, Roles::ADMINS),
    /// Make, change and lock other people's accounts, and give roles.
    ManageUsers = Rule::hub("manage_users", In::Administration, Writes, Roles::ADMINS).fresh(),
    /// Look at the hub through another's eyes.
    Impersonate = Rule::hub("impersonate", In::Administration, Writes, Roles::ADMINS).fresh(),
    /// Read the hub's settings.
    ViewSettings = Rule::hub("view_settings", In::Administration, Reads, Roles::ADMINS),
    /// Change the hub's settings.
    ManageSettings = Rule::hub("manage_settings", In::Administration, Writes, Roles::ADMINS).fresh(),
    /// Read the audit trail.
    ViewAudit = Rule::hub("view_audit", In::Administration, Reads, Roles::ADMINS),
    /// See how the hub is doing: dashboard, jobs, mail, backups, findings.
    ViewSystem = Rule::hub("view_system", In::Administration, Reads, Roles::ADMINS),
    /// Run, retry and remove jobs and mails; make backups.
    ManageSystem = Rule::hub("manage_system", In::Administration, Writes, Roles::ADMINS).fresh(),
    /// See which plugins there are, what they may do, and how they fare.
    ViewPlugins = Rule::hub("view_plugins", In::Administration, Reads, Roles::ADMINS),
    /// Let plugins into the hub and out of it, grant them what they ask for, and set them.
    ManagePlugins = Rule::hub("manage_plugins", In::Administration, Writes, Roles::ADMINS).fresh(),
    /// Have the hub call other programs.
    ManageWebhooks = Rule::hub("manage_webhooks", In::Administration, Writes, Roles::ADMINS).fresh(),
}

impl Action {
    /// The action of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.rule().word == word)
    }
}

/// What one is to an organization, and what it has decided about its roles.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// One's role in it; `None`: no member.
    pub role: Option<Role>,
    /// The actions it hands to other roles than by default.
    pub policies: Vec<(Action, Roles)>,
}

impl Standing {
    /// Who may do it in this organization.
    pub fn roles(&self, action: Action) -> Roles {
        let rule = action.rule();
        let own = self.policies.iter().find(|(about, _)| *about == action && rule.adjustable);
        own.map_or(rule.roles, |(_, roles)| *roles)
    }
}

/// The table as the book prints it, in Markdown.
pub fn matrix() -> String {
    let mut page = String::from(MATRIX_HEAD);
    for (scope, title, says) in [
        (Scope::Hub, "In the hub", "By one's role in the hub."),
        (
            Scope::Organization,
            "In an organization",
            "By one's role in the organization it is about. Admins and owners of the hub may there what its owner may.",
        ),
    ] {
        let _ = write!(page, "\n## {title}\n\n{says}\n\n| Action | Stranger |");
        let roles = if scope == Scope::Hub { Role::OF_THE_HUB.as_slice() } else { Role::ALL.as_slice() };
        for role in roles {
            let _ = write!(page, " {} |", capital(role.word()));
        }
        page.push_str(" Grant | Notes |\n|---|---|");
        page.push_str(&"---|".repeat(roles.len() + 2));
        page.push('\n');
        for action in Action::ALL.into_iter().filter(|action| action.rule().scope == scope) {
            let rule = action.rule();
            let yes = |may: bool| if may { " ✓ |" } else { " |" };
            let _ = write!(page, "|{} `{}` |{}", action.says(), rule.word, yes(rule.strangers));
            for role in roles {
                page.push_str(yes(rule.strangers || rule.roles.has(*role)));
            }
            let effect = if rule.effect == Effect::Reads { "read" } else { "write" };
            let notes = [(rule.fresh, "fresh"), (rule.adjustable, "adjustable")];
            let notes: Vec<&str> = notes.into_iter().filter(|(is, _)| *is).map(|(_, word)| word).collect();
            let _ = writeln!(page, " `{}:{effect}` | {} |", rule.area.word(), notes.join(", "));
        }
    }
    page
}

const MATRIX_HEAD: &str = "\
# Who may do what

Everything that can be done in the hub is one of these actions. Whatever the door (a page, the API, a game client, the command line), the same
table decides.

*Grant* is what a token of the API needs; writing includes reading. *Fresh* means that the login must have been proved within the last
quarter of an hour. *Adjustable* means that an organization may hand it to other roles. At the command line of the hub's own machine
everything is allowed.

This page is printed from the program's own table, and a test compares the two.
";

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    /// `REWRITE=1 cargo test -p base` prints it anew.
    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test has no configuration to read it from")]
    fn the_book_prints_the_table_as_it_is() {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src/admin/permissions.md");
        if std::env::var_os("REWRITE").is_some() {
            fs::create_dir_all(page.parent().unwrap()).unwrap();
            fs::write(&page, matrix()).unwrap();
        }
        let printed = fs::read_to_string(&page).unwrap_or_default();
        assert!(printed == matrix(), "docs/src/admin/permissions.md is out of date: REWRITE=1 cargo test -p base");
    }

    #[test]
    fn every_action_has_a_word_of_its_own() {
        for action in Action::ALL {
            assert_eq!(Action::from_word(action.rule().word), Some(action));
        }
    }

    #[test]
    fn only_organizations_adjust_and_only_what_is_theirs() {
        for action in Action::ALL {
            let rule = action.rule();
            assert!(!rule.adjustable || rule.scope == Scope::Organization, "{action:?}");
            assert!(!rule.fresh || rule.effect == Effect::Writes, "{action:?}");
            assert!(!rule.strangers || !rule.fresh, "{action:?}");
            assert!(rule.roles.has(Role::Owner), "an owner may do everything: {action:?}");
        }
        let generous = Standing {
            role: Some(Role::Member),
            policies: vec![(Action::InviteMembers, Roles::MEMBERS), (Action::ManagePolicies, Roles::MEMBERS)],
        };
        assert!(generous.roles(Action::InviteMembers).has(Role::Member));
        assert!(!generous.roles(Action::ManagePolicies).has(Role::Member));
    }
}
