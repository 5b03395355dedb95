//! Packets 205 and 206: a host streams its film (spec sections 8.3 and 16; Myth II).

use crate::wire::{DecodeError, Reader, Wire, Writer};

/// Bytes of a command before its details.
const HEAD_BYTES: usize = 8;
/// The longest command, in bytes with its head.
pub const LONGEST_COMMAND: usize = 2048;

/// Packet 205: one command of a film. Its size field must name the size of the body.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct FilmCommand {
    /// 0 only moves the clock and is not stored.
    pub verb: i8,
    /// Whose command it is.
    pub player_index: i8,
    /// When, in ticks of 1/30 s.
    pub time_ticks: i32,
    /// The rest, opaque.
    pub details: Vec<u8>,
}

impl Wire for FilmCommand {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let whole = from.rest().len();
        let size = from.u16()?;
        if usize::from(size) != whole || !(HEAD_BYTES..=LONGEST_COMMAND).contains(&whole) {
            return Err(DecodeError::Range { field: "film command size", value: size.into() });
        }
        Ok(Self {
            verb: from.i8()?,
            player_index: from.i8()?,
            time_ticks: from.i32()?,
            details: from.take_rest().to_vec(),
        })
    }

    fn write(&self, to: &mut Writer) {
        to.u16(u16::try_from(HEAD_BYTES + self.details.len()).unwrap_or(u16::MAX));
        to.i8(self.verb);
        to.i8(self.player_index);
        to.i32(self.time_ticks);
        to.bytes(&self.details);
    }
}
