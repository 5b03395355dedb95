//! Who is asking. Every service method takes an `Actor` first.

use std::net::IpAddr;

use crate::{Action, Kind, Role, SessionId, UserId};

/// Whoever a door has identified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Nobody known, and the address they came from where there is one.
    Stranger {
        /// The peer's address, after trusted proxies.
        address: Option<IpAddr>,
    },
    /// A person with an account.
    Person {
        /// Whose account.
        user: UserId,
        /// What they are to the hub.
        role: Role,
        /// The login they act under; `None` for a game client.
        session: Option<SessionId>,
        /// The peer's address, after trusted proxies.
        address: Option<IpAddr>,
    },
    /// The hub itself, doing what was asked earlier.
    Job,
    /// Somebody at the command line of the machine the hub runs on.
    Operator,
}

impl Actor {
    /// The one permission check: `Unauthenticated` for a stranger who would have to log in, `Forbidden` for a person who may not.
    pub fn may(&self, action: Action) -> Result<(), Kind> {
        match (action.needs(), self) {
            (None, _) | (_, Self::Job | Self::Operator) => Ok(()),
            (Some(_), Self::Stranger { .. }) => Err(Kind::Unauthenticated),
            (Some(needed), Self::Person { role, .. }) if *role >= needed => Ok(()),
            (Some(_), Self::Person { .. }) => Err(Kind::Forbidden),
        }
    }

    /// The person behind it, if there is one.
    pub const fn user(&self) -> Option<UserId> {
        match self {
            Self::Person { user, .. } => Some(*user),
            _ => None,
        }
    }

    /// The address they came from, if there is one.
    pub const fn address(&self) -> Option<IpAddr> {
        match self {
            Self::Stranger { address } | Self::Person { address, .. } => *address,
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(role: Role) -> Actor {
        Actor::Person { user: UserId::from(1), role, session: None, address: None }
    }

    #[test]
    fn a_stranger_meets_a_locked_door() {
        let stranger = Actor::Stranger { address: None };
        for action in Action::ALL {
            assert_eq!(stranger.may(action).is_ok(), action.needs().is_none(), "{action:?}");
        }
    }

    #[test]
    fn roles_only_ever_add_permissions() {
        for pair in Role::ALL.windows(2) {
            for action in Action::ALL {
                assert!(person(pair[0]).may(action).is_err() || person(pair[1]).may(action).is_ok(), "{action:?}");
            }
        }
        assert_eq!(person(Role::Member).may(Action::ManageUsers), Err(Kind::Forbidden));
    }
}
