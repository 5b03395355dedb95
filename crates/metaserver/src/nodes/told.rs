//! What a node tells the others of its rooms, and what is read of that.

use std::{net::SocketAddrV4, sync::Arc};

use base::{Millis, RoomId};
use contract::lobby::PlayerNumber;
use metaserver_proto::{
    Dialect,
    packet::game::{GameAux, GameDescription, GameEntry},
};
use serde::{Deserialize, Serialize};

use crate::visitor::{Papers, Visitor};

/// All that a node has to tell.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Told {
    pub(super) rooms: Vec<ToldRoom>,
    pub(super) people: Vec<ToldPerson>,
    pub(super) games: Vec<ToldGame>,
}

/// One of its rooms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ToldRoom {
    pub(crate) room: RoomId,
    /// Where players reach it.
    pub(crate) address: SocketAddrV4,
    pub(crate) players: u16,
    pub(crate) games: u16,
}

/// Somebody in one of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ToldPerson {
    /// Which, by its banner; `None`: none at the moment, and on the way to one perhaps.
    pub(super) room: Option<i16>,
    pub(super) by: By,
    pub(super) papers: Papers,
}

/// A game of Myth II in one of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ToldGame {
    pub(super) room: RoomId,
    pub(super) host: PlayerNumber,
    /// Where players reach it.
    place: SocketAddrV4,
    seconds_remaining: i32,
    pub(super) ends_at: Option<Millis>,
    /// As its host described it, in hex.
    description: String,
}

/// What somebody is in a room by, and since when: of two, the later holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum By {
    /// Their game.
    Game(Stamp),
    /// Pages, since then.
    Page(Millis),
}

/// Which pass it is of all, and how often its holder has come into a room: later ones are greater.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Stamp {
    pub(crate) pass: i64,
    pub(crate) moves: i64,
}

/// Another node, as this one knows it.
#[derive(Debug, Default)]
pub(crate) struct Neighbour {
    pub(crate) rooms: Vec<ToldRoom>,
    pub(crate) people: Vec<Somebody>,
    pub(super) games: Vec<(ToldGame, GameEntry)>,
}

/// Somebody in a room of another node.
#[derive(Debug, Clone)]
pub(crate) struct Somebody {
    pub(crate) visitor: Arc<Visitor>,
    pub(crate) room: Option<i16>,
    pub(crate) by: By,
}

impl Somebody {
    /// By which pass they are in a room, where it is not by pages.
    pub(crate) const fn by_game(&self) -> Option<Stamp> {
        match self.by {
            By::Game(stamp) => Some(stamp),
            By::Page(_) => None,
        }
    }
}

impl ToldPerson {
    pub(super) fn new(visitor: &Visitor, room: Option<i16>, by: By) -> Self {
        Self { room, by, papers: Papers::of(visitor) }
    }
}

impl ToldGame {
    pub(super) fn new(room: RoomId, host: PlayerNumber, entry: &GameEntry, ends_at: Option<Millis>) -> Self {
        Self {
            room,
            host,
            place: SocketAddrV4::new(entry.aux.address, entry.aux.port),
            seconds_remaining: entry.aux.seconds_remaining,
            ends_at,
            description: hex::encode(entry.description.as_bytes()),
        }
    }

    /// `None`: another version wrote it.
    fn entry(&self) -> Option<GameEntry> {
        let description = GameDescription::parse(Dialect::Myth2, &hex::decode(&self.description).ok()?).ok()?;
        let aux = GameAux {
            game_id: self.host.0,
            address: *self.place.ip(),
            port: self.place.port(),
            seconds_remaining: self.seconds_remaining,
            host_id: self.host.0,
            ..GameAux::default()
        };
        Some(GameEntry { aux, description })
    }
}

impl Neighbour {
    /// What a node has told, as far as this version understands it.
    pub(super) fn read(told: &str) -> Self {
        let told: Told = serde_json::from_str(told).unwrap_or_else(|error| {
            tracing::error!(%error, "what another node tells of its rooms can't be understood: is it of another version?");
            Told::default()
        });
        let somebody = |told: ToldPerson| {
            let visitor = Arc::new(told.papers.visitor()?);
            Some(Somebody { visitor, room: told.room, by: told.by })
        };
        let game = |told: ToldGame| told.entry().map(|entry| (told, entry));
        Self {
            rooms: told.rooms,
            people: told.people.into_iter().filter_map(somebody).collect(),
            games: told.games.into_iter().filter_map(game).collect(),
        }
    }
}
