//! What a person is to the hub or to one of its organizations.

use serde::{Deserialize, Serialize};

/// A role, held in the hub or in an organization. In the hub everybody with an account is at least a member.
///
/// The order says who may act on whom: a person changes only the standing of those below. What a role may *do* stands in the table of
/// [`Action`](crate::Action): an organiser is above an editor and still writes no news.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Looked in, and is not a member (yet). Organizations only.
    Guest,
    /// Belongs.
    Member,
    /// Writes what is read: news and pages.
    Editor,
    /// Runs events: tournaments and races.
    Organiser,
    /// Keeps order: may mute, kick and ban.
    Moderator,
    /// Runs it.
    Admin,
    /// Owns it: whoever began it, and whoever it is handed on to.
    Owner,
}

impl Role {
    /// Every role, weakest first.
    pub const ALL: [Self; 7] =
        [Self::Guest, Self::Member, Self::Editor, Self::Organiser, Self::Moderator, Self::Admin, Self::Owner];
    /// Those a person can have in the hub.
    pub const OF_THE_HUB: [Self; 6] =
        [Self::Member, Self::Editor, Self::Organiser, Self::Moderator, Self::Admin, Self::Owner];

    /// The word stored in the database and shown in the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Guest => "guest",
            Self::Member => "member",
            Self::Editor => "editor",
            Self::Organiser => "organiser",
            Self::Moderator => "moderator",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// The role of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}

/// A set of roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Roles(u8);

impl Roles {
    /// Nobody.
    pub const NONE: Self = Self(0);
    /// Whoever looked in.
    pub const EVERYBODY: Self = Self::of(&Role::ALL);
    /// Whoever belongs, whatever else they are.
    pub const MEMBERS: Self = Self::of(&Role::OF_THE_HUB);
    /// Those who keep order, and those who run it.
    pub const MODERATORS: Self = Self::of(&[Role::Moderator, Role::Admin, Role::Owner]);
    /// Those who run it.
    pub const ADMINS: Self = Self::of(&[Role::Admin, Role::Owner]);
    /// Whoever owns it.
    pub const OWNERS: Self = Self::of(&[Role::Owner]);

    /// The set of these.
    pub const fn of(roles: &[Role]) -> Self {
        let (mut bits, mut at) = (0, 0);
        while at < roles.len() {
            bits |= 1 << roles[at] as u8;
            at += 1;
        }
        Self(bits)
    }

    /// Whether the role is in it.
    pub const fn has(self, role: Role) -> bool {
        self.0 & (1 << role as u8) != 0
    }

    /// Those in it, weakest first.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.has(*role))
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        roles.into_iter().fold(Self::NONE, |set, role| Self(set.0 | Self::of(&[role]).0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_found_by_its_word() {
        for role in Role::ALL {
            assert_eq!(Role::from_word(role.word()), Some(role));
        }
        assert_eq!(Role::from_word("wizard"), None);
    }

    #[test]
    fn a_set_holds_what_was_put_in() {
        assert_eq!(Roles::ADMINS.iter().collect::<Vec<_>>(), [Role::Admin, Role::Owner]);
        assert_eq!(Role::ALL.into_iter().collect::<Roles>(), Roles::EVERYBODY);
        assert!(!Roles::MEMBERS.has(Role::Guest) && Roles::NONE.iter().next().is_none());
    }
}
