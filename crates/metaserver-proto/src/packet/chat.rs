//! Room chat and private chat (spec sections 8.0, 8.3 and 12.3).

use super::player::Colour;
use crate::text::Text;
use crate::wire::{DecodeError, Reader, Wire, Writer};

/// Flag of a chat block: said in private.
pub const PRIVATE: u16 = 1;

/// A line of chat, packet 200: a block of 24 bytes, the sender's name, the message. The layout
/// is the same in both dialects and both directions, so one packed line serves everybody.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Chat {
    /// 0 for chat; Aleph One drops other types.
    pub chat_type: i16,
    /// Clients send 0; Aleph One's server 26 and both texts; nobody reads it.
    pub length: i16,
    /// Colour of the text.
    pub colour: Colour,
    /// [`PRIVATE`] or 0.
    pub flags: u16,
    /// Two bytes of padding, kept as they came.
    pub padding: u16,
    /// Player id of the sender. A client's claim; the server puts the true one.
    pub sender_id: u32,
    /// The player selected in the sender's list, 0 for none.
    pub selected_id: u32,
    /// The sender's name. A client's claim; the server puts the true one.
    pub name: Text,
    /// What is said.
    pub message: Text,
}

impl Chat {
    /// What `length` holds in a packet of Aleph One's server.
    pub fn server_length(&self) -> i16 {
        i16::try_from(26 + self.name.len() + self.message.len()).unwrap_or(i16::MAX)
    }
}

impl Wire for Chat {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            chat_type: from.i16()?,
            length: from.i16()?,
            colour: Colour::read(from)?,
            flags: from.u16()?,
            padding: from.u16()?,
            sender_id: from.u32()?,
            selected_id: from.u32()?,
            name: from.cstr()?,
            message: from.cstr()?,
        })
    }

    fn write(&self, to: &mut Writer) {
        to.i16(self.chat_type);
        to.i16(self.length);
        self.colour.write(to);
        to.u16(self.flags);
        to.u16(self.padding);
        to.u32(self.sender_id);
        to.u32(self.selected_id);
        to.cstr(&self.name);
        to.cstr(&self.message);
    }
}

/// A line for one player, packet 201.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Whisper {
    /// Who is to get it.
    pub target_id: u32,
    /// Not 0: the sender wants a copy.
    pub echo: i32,
    /// The line itself.
    pub chat: Chat,
}

impl Wire for Whisper {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { target_id: from.u32()?, echo: from.i32()?, chat: Chat::read(from)? })
    }

    fn write(&self, to: &mut Writer) {
        to.u32(self.target_id);
        to.i32(self.echo);
        self.chat.write(to);
    }
}
