//! Packet 0: the rooms a player may choose from (spec sections 8.0 and 8.1).

use std::net::Ipv4Addr;

use crate::wire::{DecodeError, Reader, Wire, Writer};

/// The room the Aleph One client picks by its name, *Arrival* (spec section 8.1).
pub const ARRIVAL: i16 = 26;

/// The names clients show for the room ids 0…29 (spec section 5).
pub const ROOM_NAMES: [&str; 30] = [
    "Crows Bridge",
    "Otter Ferry",
    "White Falls",
    "Silvermines",
    "Shoal",
    "Madrigal",
    "Tyr",
    "Ash",
    "Scales",
    "Covenant",
    "Muirthemne",
    "Seven Gates",
    "Bagrada",
    "The Barrier",
    "Forest Heart",
    "The Ermine",
    "The Dire Marsh",
    "The Highlands",
    "The Drowned Kingdom",
    "The Great Devoid",
    "Shiver",
    "The Caterthuns",
    "Soulblighter",
    "Balor",
    "Sons of Myrgard",
    "Heart of the Stone",
    "Arrival",
    "Ingue Ferroque",
    "Vimy Ridge",
    "Stilwell Road",
];

/// Room entry flags.
pub mod flag {
    /// The server takes films.
    pub const FILMS_SUPPORTED: i16 = 1;
    /// The server wants films.
    pub const FILMS_REQUIRED: i16 = 2;
    /// This user may not enter.
    pub const CLOSED_TO_USER: i16 = 4;
}

/// One room, 24 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoomEntry {
    /// Picks name and banner, 0…29; see [`ROOM_NAMES`].
    pub room_id: i16,
    /// Players in it.
    pub players: i16,
    /// Address of the room's server. 0.0.0.0 means "where you logged in", to Myth II only.
    pub address: Ipv4Addr,
    /// Its port.
    pub port: u16,
    /// Games in it.
    pub games: i16,
    /// 0 unranked, 1 ranked, 2 tournament.
    pub room_type: i16,
    /// See [`flag`].
    pub flags: i16,
    /// Eight bytes nobody reads, kept as they came.
    pub unused: [u8; 8],
}

impl Default for RoomEntry {
    fn default() -> Self {
        Self {
            room_id: 0,
            players: 0,
            address: Ipv4Addr::UNSPECIFIED,
            port: 0,
            games: 0,
            room_type: 0,
            flags: 0,
            unused: [0; 8],
        }
    }
}

impl Wire for RoomEntry {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            room_id: from.i16()?,
            players: from.i16()?,
            address: from.ipv4()?,
            port: from.u16()?,
            games: from.i16()?,
            room_type: from.i16()?,
            flags: from.i16()?,
            unused: from.array()?,
        })
    }

    fn write(&self, to: &mut Writer) {
        to.i16(self.room_id);
        to.i16(self.players);
        to.ipv4(self.address);
        to.u16(self.port);
        to.i16(self.games);
        to.i16(self.room_type);
        to.i16(self.flags);
        to.bytes(&self.unused);
    }
}
