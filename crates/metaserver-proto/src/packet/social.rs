//! Buddies, orders and players found (spec sections 8.1, 8.2 and 19; Myth II).

use super::player::PlayerEntry;
use crate::text::Text;
use crate::wire::{DecodeError, Reader, Wire, Writer};

/// Slots of a buddy table (spec section 8.1).
pub const BUDDY_SLOTS: usize = 16;
/// Most members of an order that gateofstorms' client holds (spec section 8.1).
pub const MOST_ORDER_MEMBERS: usize = 50;
/// The longest four texts of packet 122 together, in bytes with their NULs: 431 and a final NUL.
pub const LONGEST_OWN_TEXTS: usize = 432;

/// A player and the room they are in: packets 14, 15 and 16 hold these back to back.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct LocatedPlayer {
    /// The room's id.
    pub room_id: i32,
    /// The player.
    pub player: PlayerEntry,
}

impl Wire for LocatedPlayer {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { room_id: from.i32()?, player: PlayerEntry::read(from)? })
    }

    fn write(&self, to: &mut Writer) {
        to.i32(self.room_id);
        self.player.write(to);
    }
}

/// One slot of the own buddy table, 8 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Buddy {
    /// 0 in a free slot.
    pub player_id: u32,
    /// 0 free, 1 unacknowledged, 2 active, 3 offline.
    pub state: i8,
    /// Padding, kept as it came.
    pub padding: [u8; 3],
}

impl Wire for Buddy {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { player_id: from.u32()?, state: from.i8()?, padding: from.array()? })
    }

    fn write(&self, to: &mut Writer) {
        to.u32(self.player_id);
        to.i8(self.state);
        to.bytes(&self.padding);
    }
}

/// Packet 19: the own buddy table, 128 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct BuddyTable(pub [Buddy; BUDDY_SLOTS]);

impl Wire for BuddyTable {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut table = Self::default();
        for slot in &mut table.0 {
            *slot = Buddy::read(from)?;
        }
        Ok(table)
    }

    fn write(&self, to: &mut Writer) {
        for slot in &self.0 {
            slot.write(to);
        }
    }
}

/// One member of the own order, 8 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct OrderMember {
    /// The member.
    pub player_id: u32,
    /// 0 or 1.
    pub online: i32,
}

/// Packet 20: a count, then the members.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct OrderTable(pub Vec<OrderMember>);

impl Wire for OrderTable {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let count = from.i32()?;
        let members = usize::try_from(count)
            .ok()
            .filter(|&members| members <= MOST_ORDER_MEMBERS)
            .ok_or(DecodeError::Range { field: "member count", value: count.into() })?;
        let mut table = Vec::new();
        for _ in 0..members {
            table.push(OrderMember { player_id: from.u32()?, online: from.i32()? });
        }
        Ok(Self(table))
    }

    fn write(&self, to: &mut Writer) {
        to.i32(i32::try_from(self.0.len()).unwrap_or(i32::MAX));
        for member in &self.0 {
            to.u32(member.player_id);
            to.i32(member.online);
        }
    }
}

/// Packet 120: add or drop a buddy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct UpdateBuddy {
    /// The buddy.
    pub player_id: i32,
    /// 1 add, 0 drop.
    pub add: i32,
}

impl Wire for UpdateBuddy {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { player_id: from.i32()?, add: from.i32()? })
    }

    fn write(&self, to: &mut Writer) {
        to.i32(self.player_id);
        to.i32(self.add);
    }
}

/// Packet 122 of Myth II: the own profile's texts.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct OwnTexts {
    /// City.
    pub city: Text,
    /// State.
    pub state: Text,
    /// Country.
    pub country: Text,
    /// Quote.
    pub quote: Text,
}

impl Wire for OwnTexts {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if from.rest().len() > LONGEST_OWN_TEXTS {
            return Err(DecodeError::Excess(from.rest().len() - LONGEST_OWN_TEXTS));
        }
        Ok(Self { city: from.cstr()?, state: from.cstr()?, country: from.cstr()?, quote: from.cstr()? })
    }

    fn write(&self, to: &mut Writer) {
        for text in [&self.city, &self.state, &self.country, &self.quote] {
            to.cstr(text);
        }
    }
}
