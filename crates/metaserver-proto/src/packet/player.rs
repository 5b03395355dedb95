//! Players as lists and logins describe them (spec section 8.0).

use crate::text::Text;
use crate::wire::{DecodeError, Reader, Wire, Writer};

/// The longest player or team name, in bytes (spec section 8.0).
pub const LONGEST_NAME: usize = 31;
/// Fixed part of a player data block, in bytes.
const FIXED_BYTES: usize = 38;

/// A colour of three 16-bit parts and a word of flags, eight bytes; kept unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Colour {
    /// 0…65535.
    pub red: u16,
    /// 0…65535.
    pub green: u16,
    /// 0…65535.
    pub blue: u16,
    /// Ignored by Aleph One.
    pub flags: u16,
}

impl Wire for Colour {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { red: from.u16()?, green: from.u16()?, blue: from.u16()?, flags: from.u16()? })
    }

    fn write(&self, to: &mut Writer) {
        to.u16(self.red);
        to.u16(self.green);
        to.u16(self.blue);
        to.u16(self.flags);
    }
}

/// What an entry of a list tells the reader to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Verb {
    /// The entry is new, or replaces one with the same id.
    #[default]
    Add,
    /// The entry is gone. Its data is sent all the same.
    Delete,
    /// The entry changed.
    Change,
}

impl Verb {
    /// 0, 1, 2.
    pub const fn code(self) -> u8 {
        self as u8
    }

    pub(crate) fn from_code(code: i64) -> Result<Self, DecodeError> {
        match code {
            0 => Ok(Self::Add),
            1 => Ok(Self::Delete),
            2 => Ok(Self::Change),
            value => Err(DecodeError::Range { field: "verb", value }),
        }
    }
}

/// The player data block: 38 bytes and two names. Both dialects share the layout; where they
/// read a field differently, it is said.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct PlayerData {
    /// Coat of arms (Myth II), icon (Aleph One).
    pub icon: i8,
    /// Unused; servers name the caste in [`PlayerAux`].
    pub caste: i8,
    /// 0 idle, 1 in a game (Myth II); 0 awake, 1 away or in a game (Aleph One).
    pub state: i16,
    /// Primary colour (Myth II), player colour (Aleph One).
    pub primary: Colour,
    /// Secondary colour (Myth II), team colour (Aleph One).
    pub secondary: Colour,
    /// The player's order, or none.
    pub order: i16,
    /// 2180 for Myth II 1.8.0; 5000 for Aleph One.
    pub version: i16,
    /// Build number (Myth II), 0 (Aleph One).
    pub build: i16,
    /// Twelve bytes nobody reads, kept as they came.
    pub unused: [u8; 12],
    /// The nick, with its style codes.
    pub name: Text,
    /// Team name; Aleph One's server puts the account name here.
    pub team_name: Text,
}

impl PlayerData {
    /// Size of the block, in bytes.
    pub const fn size_bytes(&self) -> usize {
        FIXED_BYTES + self.name.len() + 1 + self.team_name.len() + 1
    }

    /// Reads a block that must fill `bytes`.
    pub fn read_exact(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let data = Self::read(&mut reader)?;
        reader.finish(true)?;
        Ok(data)
    }

    /// The same block with names no longer than [`LONGEST_NAME`], as clients can hold them.
    #[must_use]
    pub fn with_names_cut(mut self) -> Self {
        self.name = self.name.cut(LONGEST_NAME);
        self.team_name = self.team_name.cut(LONGEST_NAME);
        self
    }
}

impl Wire for PlayerData {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            icon: from.i8()?,
            caste: from.i8()?,
            state: from.i16()?,
            primary: Colour::read(from)?,
            secondary: Colour::read(from)?,
            order: from.i16()?,
            version: from.i16()?,
            build: from.i16()?,
            unused: from.array()?,
            name: from.cstr()?,
            team_name: from.cstr()?,
        })
    }

    fn write(&self, to: &mut Writer) {
        to.i8(self.icon);
        to.i8(self.caste);
        to.i16(self.state);
        self.primary.write(to);
        self.secondary.write(to);
        to.i16(self.order);
        to.i16(self.version);
        to.i16(self.build);
        to.bytes(&self.unused);
        to.cstr(&self.name);
        to.cstr(&self.team_name);
    }
}

/// The aux block's flags.
pub mod flag {
    /// Myth II: administrator, a row background of its own.
    pub const MYTH_ADMINISTRATOR: u16 = 1;
    /// Myth II: guest.
    pub const MYTH_GUEST: u16 = 2;
    /// Myth II: show the administrator's caste icon.
    pub const MYTH_ADMINISTRATOR_ICON: u16 = 4;
    /// Aleph One: present, not away.
    pub const ALEPH_PRESENT: u16 = 0x4000;
    /// Aleph One: moderator.
    pub const ALEPH_MODERATOR: u16 = 0x1000;
    /// Aleph One: has an account.
    pub const ALEPH_REGISTERED: u16 = 1;
}

/// What the server says of a player, before the player data block; 24 bytes on the wire, where
/// it also carries the size of that block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct PlayerAux {
    /// What to do with the entry.
    pub verb: Verb,
    /// See [`flag`].
    pub flags: u16,
    /// gateofstorms sends 0.
    pub ranking: i32,
    /// Below 2³¹.
    pub player_id: u32,
    /// 0 in room lists.
    pub room_id: i32,
    /// Caste icon 0…17; −1 none (Myth II), 0 (Aleph One).
    pub caste: i16,
    /// −1 or 0 for none.
    pub order: i16,
    /// Two bytes of padding, kept as they came.
    pub padding: i16,
}

/// One player in a list: aux block, then player data block.
///
/// The data is sent whole with every verb, deletes too: the Aleph One client always reads it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct PlayerEntry {
    /// What the server says of the player.
    pub aux: PlayerAux,
    /// What the player said.
    pub data: PlayerData,
}

impl PlayerEntry {
    fn read_with(from: &mut Reader<'_>, trust_length: bool) -> Result<Self, DecodeError> {
        let verb = Verb::from_code(from.u16()?.into())?;
        let flags = from.u16()?;
        let ranking = from.i32()?;
        let player_id = from.u32()?;
        let room_id = from.i32()?;
        let caste = from.i16()?;
        let length = from.u16()?;
        let aux =
            PlayerAux { verb, flags, ranking, player_id, room_id, caste, order: from.i16()?, padding: from.i16()? };
        let data =
            if trust_length { PlayerData::read_exact(from.bytes(length.into())?)? } else { PlayerData::read(from)? };
        Ok(Self { aux, data })
    }

    /// Reads as a Myth II client does, by the length in the aux block.
    pub fn read_myth(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Self::read_with(from, true)
    }

    /// Reads as the Aleph One client does, which ignores that length.
    pub fn read_aleph(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Self::read_with(from, false)
    }
}

impl Wire for PlayerEntry {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Self::read_myth(from)
    }

    fn write(&self, to: &mut Writer) {
        let aux = &self.aux;
        to.u16(aux.verb.code().into());
        to.u16(aux.flags);
        to.i32(aux.ranking);
        to.u32(aux.player_id);
        to.i32(aux.room_id);
        to.i16(aux.caste);
        to.u16(u16::try_from(self.data.size_bytes()).unwrap_or(u16::MAX));
        to.i16(aux.order);
        to.i16(aux.padding);
        self.data.write(to);
    }
}
