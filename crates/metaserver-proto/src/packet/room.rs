//! Packets 101 and 107: entering a room, and listening there (spec section 8.2).

use crate::dialect::Dialect;
use crate::text::Text;
use crate::wire::{DecodeError, Reader, Wire, Writer};

/// Packet 101: the token of packet 7, and the user's name.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct RoomLogin {
    /// As packet 7 gave it.
    pub token: [u8; 32],
    /// Compared by Aleph One's server, ignored by Myth II's.
    pub user_name: Text,
}

impl Wire for RoomLogin {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { token: from.array()?, user_name: from.cstr()? })
    }

    fn write(&self, to: &mut Writer) {
        to.bytes(&self.token);
        to.cstr(&self.user_name);
    }
}

/// Packet 107: whether the client listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct PlayerMode {
    /// 0 listening, 1 deaf: in a game, to be sent nothing at all.
    pub mode: i16,
    /// Aleph One: the game session's id.
    pub session_id: Option<[u8; 16]>,
}

impl PlayerMode {
    /// Reads the body. Aleph One's session id may be missing.
    pub fn read(dialect: Dialect, from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mode = from.i16()?;
        let session_id = match dialect {
            Dialect::AlephOne if !from.is_empty() => Some(from.array()?),
            _ => None,
        };
        Ok(Self { mode, session_id })
    }

    /// Writes the body.
    pub fn write(&self, to: &mut Writer) {
        to.i16(self.mode);
        if let Some(session_id) = &self.session_id {
            to.bytes(session_id);
        }
    }
}
