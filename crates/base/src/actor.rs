//! Who is asking. Every service method takes an `Actor` first.

use std::{net::IpAddr, sync::Arc};

use crate::{
    Action, Grants, Kind, OrgId, Role, Roles, SessionId, Standing, TokenId, UserId,
    permission::{Area, Effect, Scope},
};

/// Whoever a door has identified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Nobody known, and the address they came from where there is one.
    Stranger {
        /// The peer's address, after trusted proxies.
        address: Option<IpAddr>,
    },
    /// A person with an account.
    Person(Person),
    /// A plugin, through what its host lends it.
    Plugin(Plugin),
    /// The hub itself, doing what was asked earlier.
    Job,
    /// Somebody at the command line of the machine the hub runs on.
    Operator,
}

/// A person with an account, as a door has identified them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Whose account.
    pub user: UserId,
    /// What they are to the hub.
    pub role: Role,
    /// By what they are known.
    pub by: Credential,
    /// Whether they proved who they are within the last quarter of an hour.
    pub fresh: bool,
    /// The peer's address, after trusted proxies.
    pub address: Option<IpAddr>,
}

/// By what somebody is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// A login of the browser.
    Login(SessionId),
    /// A login of the browser that shows the hub as somebody else sees it: it only reads.
    Guise {
        /// The login of whoever looks.
        session: SessionId,
        /// Who looks.
        by: UserId,
    },
    /// A token of the API, and what it may be used for.
    Token {
        /// Which.
        token: TokenId,
        /// What it may be used for.
        grants: Grants,
        /// Whether it was made by hand, for months: making it took a fresh login, which is good for all it was granted but the
        /// account itself.
        lasting: bool,
    },
    /// A classic client's log-on.
    Game,
    /// An account at a chat service, such as Discord, that they have linked to theirs.
    Chat,
}

/// A plugin at work: for itself, or for whoever has called it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plugin {
    /// Its id.
    pub id: Arc<str>,
    /// What people call it.
    pub name: Arc<str>,
    /// The organization it was called in, and the only one there is for it; `None`: the hub.
    pub organization: Option<OrgId>,
    /// What its grants let it ask for: nothing else, whoever is behind it.
    pub may: Arc<[Action]>,
    /// For whom it acts: what they may not, it may not. `None`: for itself, as at a task's time.
    pub behind: Option<Box<Actor>>,
}

impl Plugin {
    /// By itself its grants decide, where it was let in; for somebody they have to be allowed it, too. It never stands for a fresh login:
    /// nobody has proved anything to it.
    fn may(&self, action: Action, standing: &Standing) -> Result<(), Kind> {
        let rule = action.rule();
        if !self.may.contains(&action) || rule.fresh {
            return Err(Kind::Forbidden);
        }
        match &self.behind {
            Some(behind) => behind.may_in(action, standing),
            None if rule.strangers || rule.scope == Scope::Hub || standing.role.is_some() => Ok(()),
            None => Err(Kind::Forbidden),
        }
    }
}

impl Person {
    /// Somebody known by a fresh login of the browser, from nowhere in particular.
    pub const fn logged_in(user: UserId, role: Role, session: SessionId) -> Self {
        Self { user, role, by: Credential::Login(session), fresh: true, address: None }
    }

    /// Whether what they are known by is good for the action.
    fn carries(&self, action: Action) -> Result<(), Kind> {
        let rule = action.rule();
        let granted = match self.by {
            Credential::Login(_) | Credential::Game | Credential::Chat => true,
            Credential::Guise { .. } => rule.effect == Effect::Reads,
            Credential::Token { grants, .. } => grants.allow(rule.area, rule.effect),
        };
        let proved =
            self.fresh || (matches!(self.by, Credential::Token { lasting: true, .. }) && rule.area != Area::Account);
        match (granted, rule.fresh && !proved) {
            (false, _) => Err(Kind::Forbidden),
            (true, true) => Err(Kind::Stale),
            (true, false) => Ok(()),
        }
    }
}

impl Actor {
    /// The one permission check, for what is decided by one's role in the hub: `Unauthenticated` for a stranger who would have to log
    /// in, `Forbidden` for a person who may not, `Stale` for one who has to prove once more who they are.
    ///
    /// What is decided in an organization is only allowed here to strangers and those who run the hub: ask [`Self::may_in`].
    pub fn may(&self, action: Action) -> Result<(), Kind> {
        self.may_in(action, &Standing::default())
    }

    /// The same for what is decided by one's role in an organization. Whoever runs the hub may do there what its owner may.
    pub fn may_in(&self, action: Action, standing: &Standing) -> Result<(), Kind> {
        let rule = action.rule();
        match self {
            Self::Job | Self::Operator => Ok(()),
            Self::Stranger { .. } if rule.strangers => Ok(()),
            Self::Stranger { .. } => Err(Kind::Unauthenticated),
            Self::Plugin(plugin) => plugin.may(action, standing),
            Self::Person(person) => {
                let allowed = rule.strangers
                    || match rule.scope {
                        Scope::Hub => rule.roles.has(person.role),
                        Scope::Organization => {
                            Roles::ADMINS.has(person.role)
                                || standing.role.is_some_and(|role| standing.roles(action).has(role))
                        }
                    };
                if allowed { person.carries(action) } else { Err(Kind::Forbidden) }
            }
        }
    }

    /// The person behind it, if there is one.
    pub fn user(&self) -> Option<UserId> {
        match self {
            Self::Person(person) => Some(person.user),
            Self::Plugin(plugin) => plugin.behind.as_ref()?.user(),
            _ => None,
        }
    }

    /// The login they act under, if it is one of a browser.
    pub const fn session(&self) -> Option<SessionId> {
        match self {
            Self::Person(Person { by: Credential::Login(session) | Credential::Guise { session, .. }, .. }) => {
                Some(*session)
            }
            _ => None,
        }
    }

    /// The address they came from, if there is one.
    pub fn address(&self) -> Option<IpAddr> {
        match self {
            Self::Stranger { address } => *address,
            Self::Person(person) => person.address,
            Self::Plugin(plugin) => plugin.behind.as_ref()?.address(),
            _ => None,
        }
    }

    /// Whether they may change the standing of somebody with that role: a person only of those below themselves, an owner of all.
    pub fn outranks(&self, role: Role) -> bool {
        match self {
            Self::Person(person) => person.role == Role::Owner || person.role > role,
            Self::Job | Self::Operator => true,
            Self::Stranger { .. } | Self::Plugin(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(role: Role) -> Person {
        Person::logged_in(UserId::from(1), role, SessionId::from(1))
    }

    fn may(role: Role, action: Action) -> Result<(), Kind> {
        Actor::Person(person(role)).may(action)
    }

    #[test]
    fn a_stranger_meets_a_locked_door() {
        let stranger = Actor::Stranger { address: None };
        for action in Action::ALL {
            assert_eq!(stranger.may(action).is_ok(), action.rule().strangers, "{action:?}");
        }
    }

    #[test]
    fn the_table_decides_in_the_hub() {
        assert_eq!(may(Role::Member, Action::ManageUsers), Err(Kind::Forbidden));
        assert_eq!(may(Role::Moderator, Action::Moderate), Ok(()));
        assert_eq!(may(Role::Moderator, Action::BanPlaces), Err(Kind::Forbidden));
        assert_eq!(may(Role::Admin, Action::ManageUsers), Ok(()));
    }

    #[test]
    fn the_standing_decides_in_an_organization() {
        let in_it = |role| Standing { role, policies: Vec::new() };
        let member = Actor::Person(person(Role::Member));
        assert_eq!(member.may_in(Action::ManageMembers, &in_it(None)), Err(Kind::Forbidden));
        assert_eq!(member.may_in(Action::ManageMembers, &in_it(Some(Role::Moderator))), Err(Kind::Forbidden));
        assert_eq!(member.may_in(Action::ManageMembers, &in_it(Some(Role::Admin))), Ok(()));
        // A moderator of the hub is nobody in somebody's organization, an admin is.
        assert_eq!(may(Role::Moderator, Action::ManageMembers), Err(Kind::Forbidden));
        assert_eq!(may(Role::Admin, Action::ManageMembers), Ok(()));
        // And a role in an organization is none in the hub.
        assert_eq!(member.may_in(Action::ManageUsers, &in_it(Some(Role::Owner))), Err(Kind::Forbidden));
    }

    #[test]
    fn what_is_dangerous_asks_for_a_fresh_login() {
        let stale = Actor::Person(Person { fresh: false, ..person(Role::Owner) });
        assert_eq!(stale.may(Action::ManageUsers), Err(Kind::Stale));
        assert_eq!(stale.may(Action::ViewUsers), Ok(()));
        // Who may not is not told to prove themselves first.
        let nobody = Actor::Person(Person { fresh: false, ..person(Role::Member) });
        assert_eq!(nobody.may(Action::ManageUsers), Err(Kind::Forbidden));
    }

    #[test]
    fn a_guise_only_reads_and_a_token_only_what_it_was_given() {
        let session = SessionId::from(1);
        let guise = Credential::Guise { session, by: UserId::from(2) };
        let grants = Grants::of(&[(Area::Account, Effect::Reads)]);
        let token = Credential::Token { token: TokenId::from(1), grants, lasting: true };
        for by in [guise, token] {
            let actor = Actor::Person(Person { by, ..person(Role::Owner) });
            assert_eq!(actor.may(Action::ViewOwnAccount), Ok(()));
            assert_eq!(actor.may(Action::ManageOwnAccount), Err(Kind::Forbidden));
        }
        let actor = Actor::Person(Person { by: token, ..person(Role::Owner) });
        assert_eq!(actor.may(Action::ViewUsers), Err(Kind::Forbidden));
        // What even a stranger may, a token may only within its grants.
        assert_eq!(actor.may(Action::ViewPeople), Err(Kind::Forbidden));
    }

    #[test]
    fn a_token_made_by_hand_stands_for_a_fresh_login_but_over_the_account() {
        let with = |lasting, fresh| {
            let by = Credential::Token { token: TokenId::from(1), grants: Grants::ALL, lasting };
            Actor::Person(Person { by, fresh, ..person(Role::Owner) })
        };
        assert_eq!(with(true, false).may(Action::ManageUsers), Ok(()));
        assert_eq!(with(true, false).may(Action::SecureOwnAccount), Err(Kind::Stale));
        assert_eq!(with(false, false).may(Action::ManageUsers), Err(Kind::Stale));
        assert_eq!(with(false, true).may(Action::SecureOwnAccount), Ok(()));
    }

    fn plugin(may: &[Action], behind: Option<Actor>) -> Actor {
        Actor::Plugin(Plugin {
            id: "vault".into(),
            name: "Seed vault".into(),
            organization: Some(OrgId::from(4)),
            may: may.into(),
            behind: behind.map(Box::new),
        })
    }

    #[test]
    fn a_plugin_by_itself_may_what_it_was_granted_where_it_was_let_in() {
        let (inside, outside) = (Standing { role: Some(Role::Member), policies: Vec::new() }, Standing::default());
        let granted = plugin(&[Action::ViewMembers], None);
        assert_eq!(granted.may_in(Action::ViewMembers, &inside), Ok(()));
        assert_eq!(granted.may_in(Action::ViewMembers, &outside), Err(Kind::Forbidden));
        for action in Action::ALL {
            let is = granted.may_in(action, &inside);
            assert_eq!(
                is.is_ok(),
                action == Action::ViewMembers,
                "{action:?}: nothing else, not even what strangers may"
            );
        }
        let all = plugin(&Action::ALL, None);
        for action in Action::ALL.into_iter().filter(|action| action.rule().fresh) {
            assert_eq!(all.may_in(action, &inside), Err(Kind::Forbidden), "{action:?}");
        }
        assert!(!all.outranks(Role::Guest));
        assert_eq!((all.user(), all.session(), all.address()), (None, None, None));
    }

    #[test]
    fn a_plugin_for_somebody_may_what_both_may() {
        let inside = Standing { role: Some(Role::Member), policies: Vec::new() };
        let olga = || Some(Actor::Person(person(Role::Member)));
        let granted = plugin(&[Action::ViewMembers, Action::ManageMembers], olga());
        assert_eq!(granted.may_in(Action::ViewMembers, &inside), Ok(()));
        assert_eq!(granted.may_in(Action::ManageMembers, &inside), Err(Kind::Forbidden), "she may not");
        assert_eq!(plugin(&[], olga()).may_in(Action::ViewMembers, &inside), Err(Kind::Forbidden), "it may not");
        let stranger = plugin(&[Action::ViewMembers], Some(Actor::Stranger { address: None }));
        assert_eq!(stranger.may_in(Action::ViewMembers, &inside), Err(Kind::Unauthenticated));
        assert_eq!(granted.user(), Some(UserId::from(1)));
        // Her fresh login is hers alone.
        let owner = plugin(&[Action::ManageUsers], Some(Actor::Person(person(Role::Owner))));
        assert_eq!(owner.may(Action::ManageUsers), Err(Kind::Forbidden));
        assert_eq!(owner.session(), None);
    }

    #[test]
    fn nobody_reaches_above_themselves() {
        let is = |role| Actor::Person(person(role));
        assert!(is(Role::Admin).outranks(Role::Moderator) && !is(Role::Admin).outranks(Role::Admin));
        assert!(is(Role::Owner).outranks(Role::Owner) && Actor::Operator.outranks(Role::Owner));
        assert!(!Actor::Stranger { address: None }.outranks(Role::Guest));
    }
}
