//! The rooms there are, and how full each is: what the room list shows.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::atomic::{AtomicU16, Ordering},
};

use base::RoomId;
use contract::lobby::Line;
use metaserver_proto::{
    Dialect,
    packet::room_list::{ARRIVAL, RoomEntry, flag},
};
use tokio::sync::watch;

use crate::visitor::Visitor;

/// What kind of play a room is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RoomKind {
    Unranked,
    Ranked,
    Tournament,
}

impl RoomKind {
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        match word {
            "unranked" => Some(Self::Unranked),
            "ranked" => Some(Self::Ranked),
            "tournament" => Some(Self::Tournament),
            _ => None,
        }
    }

    /// Spec section 8.0; the two references that disagree are weighed in its U6.
    const fn number(self) -> i16 {
        match self {
            Self::Unranked => 0,
            Self::Ranked => 1,
            Self::Tournament => 2,
        }
    }
}

/// A room as the operator made it.
#[derive(Debug, Clone)]
pub(crate) struct RoomFacts {
    pub(crate) id: RoomId,
    /// The number clients know it by; picks the name and the picture they show.
    pub(crate) banner: i16,
    pub(crate) name: String,
    pub(crate) kind: RoomKind,
    pub(crate) capacity: u16,
    pub(crate) guests_allowed: bool,
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

    /// Guests enter unranked rooms only, and of those only where the operator lets them.
    pub(crate) fn admits(&self, visitor: &Visitor) -> bool {
        !visitor.is_guest() || (self.guests_allowed && self.kind == RoomKind::Unranked)
    }
}

/// A room with where it listens and how full it is.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) facts: RoomFacts,
    pub(crate) address: SocketAddr,
    players: AtomicU16,
    games: AtomicU16,
}

/// Every room.
#[derive(Debug)]
pub(crate) struct Directory {
    rooms: Vec<Listed>,
    public_ip: Option<Ipv4Addr>,
    changed: watch::Sender<()>,
}

impl Directory {
    pub(crate) fn new(rooms: Vec<(RoomFacts, SocketAddr)>, public_ip: Option<Ipv4Addr>) -> Self {
        let rooms = rooms
            .into_iter()
            .map(|(facts, address)| Listed { facts, address, players: AtomicU16::new(0), games: AtomicU16::new(0) })
            .collect();
        Self { rooms, public_ip, changed: watch::Sender::new(()) }
    }

    pub(crate) fn room(&self, index: usize) -> &Listed {
        &self.rooms[index]
    }

    pub(crate) fn rooms(&self) -> &[Listed] {
        &self.rooms
    }

    /// Notes how full a room is now.
    pub(crate) fn count(&self, index: usize, players: usize, games: usize) {
        let room = &self.rooms[index];
        let new = [players, games].map(|count| u16::try_from(count).unwrap_or(u16::MAX));
        let old = [&room.players, &room.games].map(|count| count.load(Ordering::Relaxed));
        if old != new {
            room.players.store(new[0], Ordering::Relaxed);
            room.games.store(new[1], Ordering::Relaxed);
            self.changed.send_replace(());
        }
    }

    /// Wakes whenever a count changes.
    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// The room list for a login that came in at `here`: real addresses, which Aleph One needs. It enters the room named Arrival if it
    /// finds one and else the first, so Arrival comes first.
    pub(crate) fn at_login(&self, visitor: &Visitor, here: Option<Ipv4Addr>) -> Vec<RoomEntry> {
        let address = self.public_ip.or(here).unwrap_or(Ipv4Addr::UNSPECIFIED);
        let mut rooms: Vec<_> = self.rooms.iter().map(|room| room.entry(visitor.is_guest(), address)).collect();
        if visitor.dialect == Dialect::AlephOne {
            rooms.retain(|room| room.flags & flag::CLOSED_TO_USER == 0);
            rooms.sort_by_key(|room| room.room_id != ARRIVAL);
        }
        rooms
    }

    /// The room list as Myth II clients in rooms are told of new counts. Without a public address it says 0.0.0.0, "where you logged
    /// in", so that one packet serves everybody.
    pub(crate) fn in_rooms(&self, guest: bool) -> Vec<RoomEntry> {
        let address = self.public_ip.unwrap_or(Ipv4Addr::UNSPECIFIED);
        self.rooms.iter().map(|room| room.entry(guest, address)).collect()
    }
}

impl Listed {
    fn entry(&self, guest: bool, address: Ipv4Addr) -> RoomEntry {
        let count = |count: &AtomicU16| i16::try_from(count.load(Ordering::Relaxed)).unwrap_or(i16::MAX);
        let open = !guest || (self.facts.guests_allowed && self.facts.kind == RoomKind::Unranked);
        RoomEntry {
            room_id: self.facts.banner,
            players: count(&self.players),
            address,
            port: self.address.port(),
            games: count(&self.games),
            room_type: self.facts.kind.number(),
            flags: if open { 0 } else { flag::CLOSED_TO_USER },
            unused: [0; 8],
        }
    }
}
