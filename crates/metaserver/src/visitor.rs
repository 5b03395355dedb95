//! Somebody who has logged in: what rooms and lists say of them.

mod papers;

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicI16, Ordering},
    },
};

use base::{Role, UserId};
use contract::{
    lobby::{Origin, Player, PlayerNumber},
    people::GameTexts,
};
use metaserver_proto::{
    Dialect, Text,
    packet::player::{Colour, LONGEST_NAME, PlayerAux, PlayerData, PlayerEntry, Verb, flag},
};

pub(crate) use self::papers::Papers;
use crate::{
    circle::order_number,
    logon::{Account, Known},
    names::{color, kind_of, readable},
    versions::Software,
};

/// Fixed for as long as a login lasts, but for the order and a guest's own words: nobody changes their name or number in a room.
#[derive(Debug)]
pub(crate) struct Visitor {
    pub(crate) number: PlayerNumber,
    pub(crate) user: Option<UserId>,
    pub(crate) role: Role,
    /// Which client they came by; `None`: by pages of the site, and no game of theirs is ever listed or joined.
    pub(crate) dialect: Option<Dialect>,
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
    /// Which game they play, and which version; none of those who are here by pages.
    pub(crate) software: Software,
    /// The address of ours at which they logged in.
    pub(crate) here: Option<IpAddr>,
    /// What rooms ask about them.
    pub(crate) known: Known,
    /// The number of their order, 0 for none.
    order: AtomicI16,
    /// What a guest writes of themselves: nobody keeps it for longer than they are here. An account's is kept with the account.
    texts: Mutex<GameTexts>,
    /// Whether they were told to open the page that everybody is.
    pub(crate) told_page: AtomicBool,
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
    pub(crate) software: Software,
    pub(crate) here: Option<IpAddr>,
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
            dialect: Some(arrival.dialect),
            name: readable(&shown_name),
            shown_name,
            login_name: arrival.user_name,
            look,
            address: arrival.address,
            network: arrival.network,
            software: arrival.software,
            here: arrival.here,
            order: told_by(&arrival.known),
            texts: Mutex::default(),
            told_page: AtomicBool::new(false),
            known: arrival.known,
        }
    }

    /// They belong to that order now, or to none; `true` where that is news.
    pub(crate) fn belongs_to(&self, order: Option<i16>) -> bool {
        let number = order.unwrap_or_default();
        self.order.swap(number, Ordering::Relaxed) != number
    }

    /// What a guest writes of themselves from now on.
    pub(crate) fn writes(&self, texts: GameTexts) {
        *self.texts.lock().unwrap_or_else(PoisonError::into_inner) = texts;
    }

    /// What a guest has written of themselves.
    pub(crate) fn written(&self) -> GameTexts {
        self.texts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The number of their order, as clients of that kind are told; 0 for none, which is what most servers say (spec section 21, U5).
    pub(crate) fn order_as_told(&self, reader: Dialect) -> i16 {
        match reader {
            Dialect::Myth2 => self.order.load(Ordering::Relaxed),
            Dialect::AlephOne => 0,
        }
    }

    pub(crate) const fn is_guest(&self) -> bool {
        self.user.is_none()
    }

    /// Somebody who is here by pages of the site.
    pub(crate) fn by_page(number: PlayerNumber, account: &Account, network: IpAddr, known: Known) -> Self {
        let shown_name = Text::new(&account.name).cut(LONGEST_NAME);
        let look = PlayerData {
            name: shown_name.clone(),
            team_name: shown_name.clone(),
            primary: page_colour(account.user),
            ..PlayerData::default()
        };
        Self {
            number,
            user: Some(account.user),
            role: account.role,
            dialect: None,
            name: account.name.clone(),
            login_name: shown_name.clone(),
            shown_name,
            look,
            address: None,
            network,
            software: Software::default(),
            here: None,
            order: told_by(&known),
            texts: Mutex::default(),
            told_page: AtomicBool::new(false),
            known,
        }
    }

    /// As pages show them. The caste is shown where it is played for: in rooms that are `ranked`.
    pub(crate) fn player(&self, away: bool, ranked: bool) -> Player {
        Player {
            number: self.number,
            user: self.user,
            name: self.name.clone(),
            origin: self.origin(),
            away,
            color: color(self.look.primary),
            caste: self.known.caste.filter(|_| ranked),
        }
    }

    /// As a list for clients of `reader` shows them. The caste is shown where it is played for: in rooms that are `ranked`.
    pub(crate) fn entry(&self, reader: Dialect, verb: Verb, away: bool, ranked: bool) -> PlayerEntry {
        let moderates = self.role >= Role::Moderator;
        let order = self.order_as_told(reader);
        let (flags, caste) = match reader {
            Dialect::Myth2 => {
                let administrator = if self.role >= Role::Admin { flag::MYTH_ADMINISTRATOR } else { 0 };
                let caste = if ranked && !self.is_guest() { self.known.caste.unwrap_or(0).into() } else { -1 };
                (administrator | if self.is_guest() { flag::MYTH_GUEST } else { 0 }, caste)
            }
            Dialect::AlephOne => {
                let present = if away { 0 } else { flag::ALEPH_PRESENT };
                let moderator = if moderates { flag::ALEPH_MODERATOR } else { 0 };
                (present | moderator | if self.is_guest() { 0 } else { flag::ALEPH_REGISTERED }, 0)
            }
        };
        let aux = PlayerAux { verb, flags, player_id: self.number.0, caste, order, ..PlayerAux::default() };
        PlayerEntry { aux, data: PlayerData { state: away.into(), order, ..self.look.clone() } }
    }

    /// What they came by, in the words of the site.
    pub(crate) fn origin(&self) -> Origin {
        self.dialect.map_or(Origin::Browser, |dialect| kind_of(dialect).into())
    }
}

fn told_by(known: &Known) -> AtomicI16 {
    AtomicI16::new(known.order.and_then(order_number).unwrap_or_default())
}

/// Pages have no colours to choose: everybody has one of these, and always the same one.
fn page_colour(user: UserId) -> Colour {
    const COLOURS: [(u8, u8, u8); 8] = [
        (0xc0, 0x39, 0x2b),
        (0xd6, 0x8a, 0x10),
        (0x8a, 0x8d, 0x0f),
        (0x2e, 0x8b, 0x57),
        (0x1f, 0x8a, 0x9e),
        (0x2f, 0x6f, 0xc4),
        (0x7d, 0x4f, 0xc0),
        (0xb8, 0x3f, 0x8e),
    ];
    let place = usize::try_from(user.get().unsigned_abs() % 8).unwrap_or_default();
    let [red, green, blue] = <[u8; 3]>::from(COLOURS[place]).map(|part| u16::from(part) * 0x101);
    Colour { red, green, blue, flags: 0 }
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
            software: Software::default(),
            here: None,
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
