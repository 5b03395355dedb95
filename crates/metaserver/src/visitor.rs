//! Somebody who has logged in: what rooms and lists say of them.

use std::net::{IpAddr, Ipv4Addr};

use base::{Role, UserId};
use contract::lobby::{Dialect as Kind, Player, PlayerNumber};
use metaserver_proto::{
    Dialect, Text,
    packet::player::{LONGEST_NAME, PlayerAux, PlayerData, PlayerEntry, Verb, flag},
};

use crate::{
    logon::Known,
    names::{color, kind_of, readable},
};

/// Fixed for as long as a login lasts: nobody changes their name or number in a room.
#[derive(Debug)]
pub(crate) struct Visitor {
    pub(crate) number: PlayerNumber,
    pub(crate) user: Option<UserId>,
    pub(crate) role: Role,
    pub(crate) dialect: Dialect,
    /// The name as classic clients show it, style codes and all.
    pub(crate) shown_name: Text,
    /// The name as everybody else reads it.
    pub(crate) name: String,
    /// As it was typed at login: Aleph One repeats it when it enters a room.
    pub(crate) login_name: Text,
    /// How the player looks; its names are the ones above.
    pub(crate) look: PlayerData,
    /// Where players reach what this one hosts; `None` for a client that came over IPv6, which the lists cannot express.
    pub(crate) address: Option<Ipv4Addr>,
    /// Where they come from, as far as it tells guests apart.
    pub(crate) network: IpAddr,
    /// What rooms ask about them.
    pub(crate) known: Known,
}

/// What is known of somebody when their login has been checked.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub(crate) number: PlayerNumber,
    pub(crate) dialect: Dialect,
    pub(crate) user_name: Text,
    pub(crate) look: PlayerData,
    pub(crate) address: Option<Ipv4Addr>,
    pub(crate) network: IpAddr,
    pub(crate) known: Known,
}

impl Visitor {
    /// Somebody with an account. They keep their nick's style codes where the nick is their name; any other nick gives way to the name.
    pub(crate) fn member(arrival: Arrival, user: UserId, role: Role, name: &str) -> Self {
        let nick = &arrival.look.name;
        let is_own = readable(nick).to_lowercase() == name.to_lowercase();
        let shown_name = if is_own { nick.clone() } else { Text::new(name).cut(LONGEST_NAME) };
        let account_name = Text::new(name).cut(LONGEST_NAME);
        // Pages write it as the site does: MacRoman may lack some of its letters.
        Self { name: name.to_owned(), ..Self::new(arrival, Some(user), role, shown_name, account_name) }
    }

    /// A guest. In Myth II a list marks guests by itself; Aleph One's shows names only, so the name says it (spec section 9.6).
    pub(crate) fn guest(arrival: Arrival) -> Self {
        let nick = Self::guest_nick(&arrival.look.name, &arrival.user_name);
        let shown_name = match arrival.dialect {
            Dialect::Myth2 => nick,
            Dialect::AlephOne => Text::from_bytes(&[b"|iGuest|p ", nick.as_bytes()].concat()).cut(LONGEST_NAME),
        };
        Self::new(arrival, None, Role::Member, shown_name, Text::default())
    }

    /// What a guest wants to be called: the nick, or failing that what was typed as user name.
    pub(crate) fn guest_nick(nick: &Text, user_name: &Text) -> Text {
        [nick, user_name]
            .into_iter()
            .find(|name| !name.plain().is_empty())
            .cloned()
            .unwrap_or_else(|| Text::new("Stranger"))
    }

    fn new(arrival: Arrival, user: Option<UserId>, role: Role, shown_name: Text, account_name: Text) -> Self {
        let mut look = arrival.look;
        look.name = shown_name.clone();
        if arrival.dialect == Dialect::AlephOne {
            // As Aleph One's own server does (spec section 8.0).
            look.team_name = account_name;
        }
        Self {
            number: arrival.number,
            user,
            role,
            dialect: arrival.dialect,
            name: readable(&shown_name),
            shown_name,
            login_name: arrival.user_name,
            look,
            address: arrival.address,
            network: arrival.network,
            known: arrival.known,
        }
    }

    pub(crate) const fn is_guest(&self) -> bool {
        self.user.is_none()
    }

    /// As the live page shows them.
    pub(crate) fn player(&self, away: bool) -> Player {
        Player {
            number: self.number,
            user: self.user,
            name: self.name.clone(),
            dialect: kind_of(self.dialect),
            away,
            color: color(self.look.primary),
        }
    }

    /// As a list for clients of `reader` shows them. The caste is shown where it is played for: in rooms that are `ranked`.
    pub(crate) fn entry(&self, reader: Dialect, verb: Verb, away: bool, ranked: bool) -> PlayerEntry {
        let moderates = self.role >= Role::Moderator;
        let (flags, caste, order) = match reader {
            Dialect::Myth2 => {
                let administrator = if self.role >= Role::Admin { flag::MYTH_ADMINISTRATOR } else { 0 };
                let caste = if ranked && !self.is_guest() { self.known.caste.unwrap_or(0).into() } else { -1 };
                (administrator | if self.is_guest() { flag::MYTH_GUEST } else { 0 }, caste, -1)
            }
            Dialect::AlephOne => {
                let present = if away { 0 } else { flag::ALEPH_PRESENT };
                let moderator = if moderates { flag::ALEPH_MODERATOR } else { 0 };
                (present | moderator | if self.is_guest() { 0 } else { flag::ALEPH_REGISTERED }, 0, 0)
            }
        };
        let aux = PlayerAux { verb, flags, player_id: self.number.0, caste, order, ..PlayerAux::default() };
        PlayerEntry { aux, data: PlayerData { state: away.into(), ..self.look.clone() } }
    }

    /// Which kind of client they came by, in the words of the site.
    pub(crate) const fn kind(&self) -> Kind {
        kind_of(self.dialect)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrival(dialect: Dialect, nick: &str) -> Arrival {
        Arrival {
            number: PlayerNumber(7),
            dialect,
            user_name: Text::new("olga"),
            look: PlayerData { name: Text::new(nick), ..PlayerData::default() },
            address: None,
            network: IpAddr::V4(Ipv4Addr::LOCALHOST),
            known: Known::default(),
        }
    }

    #[test]
    fn a_member_is_called_by_the_accounts_name() {
        for (nick, shown) in
            [("|bOLGA|p", "|bOLGA|p"), ("Olga", "Olga"), ("Soulblighter", "Olga"), ("", "Olga"), ("|iOlga ", "|iOlga ")]
        {
            let visitor = Visitor::member(arrival(Dialect::Myth2, nick), UserId::from(1), Role::Member, "Olga");
            assert_eq!(visitor.shown_name, Text::new(shown), "{nick}");
            assert_eq!(visitor.name, "Olga");
        }
    }

    #[test]
    fn a_guest_is_marked_where_the_list_does_not() {
        for (dialect, nick, shown, name) in [
            (Dialect::Myth2, "Balin", "Balin", "Balin"),
            (Dialect::AlephOne, "Balin", "|iGuest|p Balin", "Guest Balin"),
            (Dialect::AlephOne, "|i", "|iGuest|p olga", "Guest olga"),
        ] {
            let visitor = Visitor::guest(arrival(dialect, nick));
            assert_eq!((visitor.shown_name, visitor.name.as_str()), (Text::new(shown), name));
        }
        let long = Visitor::guest(arrival(Dialect::AlephOne, &"x".repeat(31)));
        assert_eq!(long.look.name.len(), LONGEST_NAME);
    }
}
