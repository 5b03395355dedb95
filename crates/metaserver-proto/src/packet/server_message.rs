//! Packet 3: a code and a text, refusals mostly (spec sections 8.1 and 18).

use crate::text::Text;
use crate::wire::{DecodeError, Reader, Wire, Writer};

/// The text field's size in the fixed form.
const FIXED_BYTES: usize = 128;
/// The longest text, in bytes: the Aleph One client copies it without looking.
pub const LONGEST_TEXT: usize = 127;

/// Message codes (spec section 18).
pub mod code {
    /// Packet out of turn.
    pub const SYNTAX: i32 = 0;
    /// This game is not served here.
    pub const NOT_ALLOWED: i32 = 1;
    /// The client's version is too old.
    pub const VERSION: i32 = 2;
    /// Wrong user or password.
    pub const BAD_LOGIN: i32 = 3;
    /// The token is unknown.
    pub const NOT_LOGGED_IN: i32 = 4;
    /// The account is on already, or was taken over by a newer login.
    pub const ALREADY_ON: i32 = 6;
    /// A game that nobody here knows.
    pub const UNKNOWN_GAME: i32 = 7;
    /// Logged in: good news.
    pub const LOGGED_IN: i32 = 8;
    /// Logged out.
    pub const LOGGED_OUT: i32 = 9;
    /// The player is not in the room.
    pub const NOT_IN_ROOM: i32 = 10;
    /// The room is full.
    pub const ROOM_FULL: i32 = 13;
    /// The account is locked.
    pub const LOCKED: i32 = 14;
    /// No guests; Myth II builds from 428 only.
    pub const NO_GUESTS: i32 = 16;
    /// The guest's name is taken; Myth II builds from 428 only.
    pub const GUEST_NAME_TAKEN: i32 = 17;
}

/// A code and a text of at most [`LONGEST_TEXT`] bytes.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ServerMessage {
    /// See [`code`].
    pub code: i32,
    /// For the player to read.
    pub text: Text,
    /// Sent as a field of 128 bytes (gateofstorms) instead of a terminated text.
    pub fixed: bool,
}

impl ServerMessage {
    /// A message in the short form, the text cut to [`LONGEST_TEXT`].
    pub fn new(code: i32, text: impl Into<Text>) -> Self {
        Self { code, text: text.into().cut(LONGEST_TEXT), fixed: false }
    }
}

impl Wire for ServerMessage {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let code = from.i32()?;
        let whole_field = from.rest().len() == FIXED_BYTES;
        let text = if whole_field { from.text(FIXED_BYTES)? } else { from.cstr()? };
        // A text of 127 bytes with its NUL fills the field: both forms are then the same bytes.
        let fixed = whole_field || text.len() == LONGEST_TEXT;
        Ok(Self { code, text, fixed })
    }

    fn write(&self, to: &mut Writer) {
        to.i32(self.code);
        if self.fixed {
            to.text(&self.text, FIXED_BYTES);
        } else {
            to.cstr(&self.text);
        }
    }
}
