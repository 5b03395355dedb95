//! Packets 6, 7 and 9: the challenge and the two welcomes (spec section 8.1).

use crate::wire::{DecodeError, Reader, Wire, Writer};

/// How a client proves who it is (spec section 9).
pub mod method {
    /// The password itself: under the session key in Myth II, really in clear in Aleph One.
    pub const PLAIN: i16 = 0;
    /// "Braindead simple"; would force us to keep readable passwords, so it is never offered.
    pub const SIMPLE: i16 = 1;
    /// Aleph One: a one-use token from an HTTPS answer.
    pub const HTTPS_TOKEN: i16 = 4;
}

/// Packet 6: method and salt, 18 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Challenge {
    /// See [`method`].
    pub method: i16,
    /// Zero in Myth II.
    pub salt: [u8; 16],
}

impl Wire for Challenge {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { method: from.i16()?, salt: from.array()? })
    }

    fn write(&self, to: &mut Writer) {
        to.i16(self.method);
        to.bytes(&self.salt);
    }
}

/// Packet 7: logged in, 40 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct LoginSuccess {
    /// The player's id.
    pub player_id: u32,
    /// −1 or 0 for none; 0 in Aleph One.
    pub order: i16,
    /// The same again.
    pub order_again: i16,
    /// What the room connection will show.
    pub token: [u8; 32],
}

impl Wire for LoginSuccess {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { player_id: from.u32()?, order: from.i16()?, order_again: from.i16()?, token: from.array()? })
    }

    fn write(&self, to: &mut Writer) {
        to.u32(self.player_id);
        to.i16(self.order);
        to.i16(self.order_again);
        to.bytes(&self.token);
    }
}

/// Packet 9: in the room, 8 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct RoomLoginSuccess {
    /// The player's id.
    pub player_id: u32,
    /// Most players in the room; 0 in Aleph One.
    pub max_players: i16,
    /// 0.
    pub unused: i16,
}

impl Wire for RoomLoginSuccess {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { player_id: from.u32()?, max_players: from.i16()?, unused: from.i16()? })
    }

    fn write(&self, to: &mut Writer) {
        to.u32(self.player_id);
        to.i16(self.max_players);
        to.i16(self.unused);
    }
}
