//! The rooms there are, and how full each is: what the room list shows.

use std::{
    net::{Ipv4Addr, SocketAddr, SocketAddrV4},
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU16, Ordering},
    },
};

use base::RoomId;
use contract::{
    film::RoomFilms,
    lobby::Line,
    room::{LobbyRoom, RoomKind},
};
use metaserver_proto::{
    Dialect,
    packet::room_list::{ARRIVAL, RoomEntry, flag},
};
use tokio::sync::watch;

use crate::{hub::ipv4, order::RoomOrder, visitor::Visitor};

/// The most rooms a classic client's list takes (spec section 19).
const MOST_LISTED: usize = 24;

/// A room as it is set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RoomFacts {
    pub(crate) id: RoomId,
    /// The number clients know it by; picks the name and the picture they show.
    pub(crate) banner: i16,
    pub(crate) name: String,
    pub(crate) kind: RoomKind,
    pub(crate) capacity: u16,
    pub(crate) guests_allowed: bool,
    pub(crate) caste_least: Option<u8>,
    pub(crate) caste_most: Option<u8>,
    pub(crate) country: Option<String>,
    pub(crate) greeting: String,
    pub(crate) slow_secs: u16,
    pub(crate) films: RoomFilms,
    pub(crate) order: RoomOrder,
}

impl From<LobbyRoom> for RoomFacts {
    fn from(room: LobbyRoom) -> Self {
        Self {
            id: room.id,
            banner: i16::from(room.banner),
            name: room.name,
            kind: room.kind,
            capacity: room.capacity,
            guests_allowed: room.guests,
            caste_least: room.caste_least,
            caste_most: room.caste_most,
            country: room.country,
            greeting: room.greeting,
            slow_secs: room.slow_secs,
            films: room.films,
            order: RoomOrder::default(),
        }
    }
}

impl RoomFacts {
    /// As pages see it: nobody in it yet, and what was said before.
    pub(crate) fn shown(&self, lines: Vec<Line>) -> contract::lobby::Room {
        contract::lobby::Room {
            id: self.id,
            name: self.name.clone(),
            capacity: self.capacity,
            players: Vec::new(),
            games: Vec::new(),
            lines,
        }
    }

    /// Whether somebody may enter. Guests enter unranked rooms only, and of those only where they are let, and where nothing is asked of a
    /// player that is not known of a guest. Whoever keeps order there
    /// enters every room.
    pub(crate) fn admits(&self, visitor: &Visitor) -> bool {
        if self.order.is_kept_by(visitor) {
            return true;
        }
        if self.order.bars(visitor) {
            return false;
        }
        if visitor.is_guest() {
            let asks = self.caste_least.is_some() || self.caste_most.is_some() || self.country.is_some();
            return self.guests_allowed && self.kind == RoomKind::Unranked && !asks;
        }
        // Who has played no ranked game yet has the lowest caste.
        let caste = visitor.known.caste.unwrap_or(0);
        self.caste_least.is_none_or(|least| caste >= least)
            && self.caste_most.is_none_or(|most| caste <= most)
            && (self.country.is_none() || self.country == visitor.known.country)
    }
}

#[cfg(any(test, feature = "fuzz"))]
impl RoomFacts {
    /// As a room is that nobody has set up, for stories and the fuzzer.
    pub(crate) fn usual(id: i64) -> Self {
        let saved = contract::room::SaveRoom::new(u8::try_from(id).expect("few rooms"));
        Self {
            id: RoomId::from(id),
            banner: i16::from(saved.banner),
            name: "Tyr".to_owned(),
            kind: saved.kind,
            capacity: saved.capacity,
            guests_allowed: saved.guests,
            caste_least: None,
            caste_most: None,
            country: None,
            greeting: String::new(),
            slow_secs: 0,
            films: RoomFilms::None,
            order: RoomOrder::default(),
        }
    }
}

/// A room with where it listens and how full it is.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) id: RoomId,
    pub(crate) address: SocketAddr,
    whose: Whose,
    facts: RwLock<Arc<RoomFacts>>,
    players: AtomicU16,
    games: AtomicU16,
}

/// Which node runs a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// This one, and there is no other: players reach it where they logged in.
    Ours,
    /// This one, and players who logged in at another reach it there.
    OursAt(Ipv4Addr),
    /// Another one.
    Theirs(Ipv4Addr),
}

impl Listed {
    pub(crate) fn new(facts: RoomFacts, address: SocketAddr) -> Self {
        Self::whose(facts, address, Whose::Ours)
    }

    /// One that players of all nodes reach there.
    pub(crate) fn at(facts: RoomFacts, address: SocketAddr, told: Ipv4Addr) -> Self {
        Self::whose(facts, address, Whose::OursAt(told))
    }

    /// One that another node runs.
    pub(crate) fn elsewhere(facts: RoomFacts, address: SocketAddrV4) -> Self {
        Self::whose(facts, address.into(), Whose::Theirs(*address.ip()))
    }

    fn whose(facts: RoomFacts, address: SocketAddr, whose: Whose) -> Self {
        Self {
            id: facts.id,
            address,
            whose,
            facts: RwLock::new(Arc::new(facts)),
            players: AtomicU16::new(0),
            games: AtomicU16::new(0),
        }
    }

    /// As it is set up now.
    pub(crate) fn facts(&self) -> Arc<RoomFacts> {
        Arc::clone(&self.facts.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether this node runs it.
    pub(crate) fn is_here(&self) -> bool {
        !matches!(self.whose, Whose::Theirs(_))
    }

    /// Where players reach it who logged in at another node.
    pub(crate) fn address_at(&self, node: Ipv4Addr) -> SocketAddrV4 {
        SocketAddrV4::new(node, self.address.port())
    }

    /// Players and games in it.
    pub(crate) fn counts(&self) -> (u16, u16) {
        (self.players.load(Ordering::Relaxed), self.games.load(Ordering::Relaxed))
    }

    /// It is set up anew.
    pub(crate) fn set(&self, facts: RoomFacts) {
        *self.facts.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(facts);
    }

    fn entry(&self, visitor: &Visitor, address: Ipv4Addr) -> RoomEntry {
        let address = match self.whose {
            Whose::Ours => address,
            Whose::OursAt(told) | Whose::Theirs(told) => told,
        };
        let count = |count: &AtomicU16| i16::try_from(count.load(Ordering::Relaxed)).unwrap_or(i16::MAX);
        let facts = self.facts();
        RoomEntry {
            room_id: facts.banner,
            players: count(&self.players),
            address,
            port: self.address.port(),
            games: count(&self.games),
            room_type: number_of(facts.kind),
            flags: if facts.admits(visitor) { 0 } else { flag::CLOSED_TO_USER } | films_flags(facts.films, visitor),
            unused: [0; 8],
        }
    }
}

/// Spec section 8.0; the two references that disagree are weighed in its U6.
const fn number_of(kind: RoomKind) -> i16 {
    match kind {
        RoomKind::Unranked => 0,
        RoomKind::Ranked => 1,
        RoomKind::Tournament => 2,
    }
}

/// Aleph One has no films.
fn films_flags(films: RoomFilms, visitor: &Visitor) -> i16 {
    match films {
        RoomFilms::Welcome if visitor.dialect == Some(Dialect::Myth2) => flag::FILMS_SUPPORTED,
        RoomFilms::Demanded if visitor.dialect == Some(Dialect::Myth2) => flag::FILMS_SUPPORTED | flag::FILMS_REQUIRED,
        _ => 0,
    }
}

/// Every room, in the order of those who run the hub.
#[derive(Debug)]
pub(crate) struct Directory {
    rooms: RwLock<Vec<Arc<Listed>>>,
    public_ip: Option<Ipv4Addr>,
    changed: watch::Sender<()>,
}

impl Directory {
    pub(crate) fn new(public_ip: Option<Ipv4Addr>) -> Self {
        Self { rooms: RwLock::default(), public_ip, changed: watch::Sender::new(()) }
    }

    pub(crate) fn rooms(&self) -> Vec<Arc<Listed>> {
        self.rooms.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// These are the rooms from now on.
    pub(crate) fn set(&self, rooms: Vec<Arc<Listed>>) {
        *self.rooms.write().unwrap_or_else(PoisonError::into_inner) = rooms;
        self.changed.send_replace(());
    }

    /// Notes how full a room is now.
    pub(crate) fn count(&self, room: &Listed, players: usize, games: usize) {
        let [players, games] = [players, games].map(|count| u16::try_from(count).unwrap_or(u16::MAX));
        self.note(room, players, games);
    }

    /// The same as another node has told it.
    pub(crate) fn note(&self, room: &Listed, players: u16, games: u16) {
        let new = [players, games];
        let old = [&room.players, &room.games].map(|count| count.load(Ordering::Relaxed));
        if old != new {
            room.players.store(new[0], Ordering::Relaxed);
            room.games.store(new[1], Ordering::Relaxed);
            self.changed.send_replace(());
        }
    }

    /// Wakes whenever a count or a room changes.
    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// The room list for a login that came in at `here`: real addresses, which Aleph One needs. It enters the room named Arrival if it
    /// finds one and else the first, so Arrival comes first, and none it may not enter comes at all.
    pub(crate) fn at_login(&self, visitor: &Visitor, here: Option<Ipv4Addr>) -> Vec<RoomEntry> {
        let mut rooms = self.entries(visitor, self.public_ip.or(here).unwrap_or(Ipv4Addr::UNSPECIFIED));
        if visitor.dialect == Some(Dialect::AlephOne) {
            rooms.retain(|room| room.flags & flag::CLOSED_TO_USER == 0);
            rooms.sort_by_key(|room| room.room_id != ARRIVAL);
        }
        rooms
    }

    /// The room list as Myth II clients in rooms are told of news. Without a public address it says 0.0.0.0, "where you logged in", so
    /// that one packet serves everybody to whom the same rooms are open. Clients older than 1.8 would take that for an address.
    pub(crate) fn in_rooms(&self, visitor: &Visitor) -> Vec<RoomEntry> {
        let here = || if visitor.software.knows_where_it_is() { None } else { visitor.here.and_then(ipv4) };
        self.entries(visitor, self.public_ip.or_else(here).unwrap_or(Ipv4Addr::UNSPECIFIED))
    }

    /// As many as a client's list takes: those the player may enter before any other.
    fn entries(&self, visitor: &Visitor, address: Ipv4Addr) -> Vec<RoomEntry> {
        let rooms = self.rooms.read().unwrap_or_else(PoisonError::into_inner);
        let mut entries: Vec<_> = rooms.iter().map(|room| room.entry(visitor, address)).collect();
        drop(rooms);
        if entries.len() > MOST_LISTED {
            entries.retain(|room| room.flags & flag::CLOSED_TO_USER == 0);
            entries.truncate(MOST_LISTED);
        }
        entries
    }
}

#[cfg(test)]
mod tests {
    use base::Role;
    use metaserver_proto::{Text, packet::player::PlayerData};

    use super::*;
    use crate::{Known, visitor::Arrival};

    fn facts(id: i64) -> RoomFacts {
        RoomFacts::usual(id)
    }

    fn arrival(dialect: Dialect, known: Known) -> Arrival {
        Arrival {
            number: contract::lobby::PlayerNumber(7),
            dialect,
            user_name: Text::new("olga"),
            look: PlayerData::default(),
            address: None,
            network: std::net::IpAddr::V4(Ipv4Addr::LOCALHOST),
            software: crate::versions::Software::default(),
            here: None,
            known,
        }
    }

    fn member(caste: Option<u8>, country: &str, role: Role) -> Visitor {
        let country = (!country.is_empty()).then(|| country.to_owned());
        let known = Known { caste, country, ..Known::default() };
        Visitor::member(arrival(Dialect::Myth2, known), base::UserId::from(7), role, "Olga")
    }

    fn guest(dialect: Dialect) -> Visitor {
        Visitor::guest(arrival(dialect, Known::default()))
    }

    #[test]
    fn a_room_takes_whom_it_is_for() {
        let plain = facts(1);
        let closed = RoomFacts { guests_allowed: false, ..facts(1) };
        let ranked = RoomFacts { kind: RoomKind::Ranked, ..facts(1) };
        let high = RoomFacts { caste_least: Some(3), caste_most: Some(9), ..facts(1) };
        let low = RoomFacts { caste_most: Some(2), ..facts(1) };
        let brazil = RoomFacts { country: Some("BR".into()), ..facts(1) };
        let (new, knight) = (member(None, "", Role::Member), member(Some(6), "BR", Role::Member));
        let comet = member(Some(16), "SE", Role::Member);
        let (keeper, stranger) = (member(None, "", Role::Moderator), guest(Dialect::Myth2));
        for (room, admitted) in [
            (&plain, [true, true, true, true, true]),
            (&closed, [true, true, true, true, false]),
            (&ranked, [true, true, true, true, false]),
            (&high, [false, true, false, true, false]),
            (&low, [true, false, false, true, false]),
            (&brazil, [false, true, false, true, false]),
        ] {
            assert_eq!([&new, &knight, &comet, &keeper, &stranger].map(|who| room.admits(who)), admitted, "{room:?}");
        }
    }

    #[test]
    fn hosts_of_myth_are_told_whether_films_are_taken() {
        let address = SocketAddr::from(([127, 0, 0, 1], 6323));
        for (films, flags) in [(RoomFilms::None, 0), (RoomFilms::Welcome, 1), (RoomFilms::Demanded, 3)] {
            let directory = Directory::new(None);
            let closed = RoomFacts { guests_allowed: false, films, ..facts(2) };
            let rooms = [RoomFacts { films, ..facts(1) }, closed];
            directory.set(rooms.into_iter().map(|facts| Arc::new(Listed::new(facts, address))).collect());
            let told = |guest: &Visitor| directory.in_rooms(guest).iter().map(|room| room.flags).collect::<Vec<_>>();
            assert_eq!(told(&guest(Dialect::Myth2)), [flags, flags | flag::CLOSED_TO_USER]);
            assert_eq!(told(&guest(Dialect::AlephOne)), [0, flag::CLOSED_TO_USER]);
        }
    }

    #[test]
    fn a_list_holds_what_a_client_takes() {
        let directory = Directory::new(None);
        let address = SocketAddr::from(([127, 0, 0, 1], 6323));
        let rooms = (0..30).map(|id| RoomFacts { guests_allowed: id % 10 != 0, ..facts(id) });
        directory.set(rooms.map(|facts| Arc::new(Listed::new(facts, address))).collect());
        let listed = directory.at_login(&guest(Dialect::Myth2), None);
        assert_eq!(listed.len(), MOST_LISTED);
        assert!(listed.iter().all(|room| room.flags == 0 && room.room_id % 10 != 0));
        let aleph = directory.at_login(&guest(Dialect::AlephOne), Some(Ipv4Addr::LOCALHOST));
        assert_eq!((aleph[0].room_id, aleph[1].room_id, aleph[0].address), (ARRIVAL, 1, Ipv4Addr::LOCALHOST));
        directory.set(directory.rooms().into_iter().skip(20).collect());
        let aleph = directory.at_login(&guest(Dialect::AlephOne), None);
        assert_eq!((aleph[0].room_id, aleph.len()), (ARRIVAL, 9));
        assert_eq!(directory.in_rooms(&guest(Dialect::Myth2))[0].flags, flag::CLOSED_TO_USER);
    }
}
