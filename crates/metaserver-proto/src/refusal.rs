//! Why a player is not let in, and how each dialect is told (spec sections 9.6, 10 and 18).

use crate::dialect::Dialect;
use crate::packet::server_message::{ServerMessage, code};
use crate::text::Text;

/// The first Myth II build that knows codes 16 and 17.
const BUILD_WITH_GUEST_CODES: i32 = 428;

/// A reason to turn a player away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// Wrong user name or password, or too many attempts.
    BadLogin,
    /// The account is on already.
    AlreadyOn,
    /// The account is banned or locked.
    Locked,
    /// Guests are switched off.
    NoGuests,
    /// The guest's name belongs to somebody.
    GuestNameTaken,
    /// The token is unknown.
    NotLoggedIn,
    /// The room is not for this player.
    NotForYou,
    /// The room, or the server, is full.
    Full,
    /// The server cannot serve anybody now.
    Unavailable,
    /// The client came by IPv6 and needs an IPv4 address of ours, of which none is known (spec section 21, U1).
    NoIpv4,
}

impl Refusal {
    /// The code of packet 3. `build` is what a Myth II client said in packet 115.
    pub const fn code(self, dialect: Dialect, build: i32) -> i32 {
        let knows_guest_codes = matches!(dialect, Dialect::Myth2) && build >= BUILD_WITH_GUEST_CODES;
        match self {
            Self::NoGuests if knows_guest_codes => code::NO_GUESTS,
            Self::GuestNameTaken if knows_guest_codes => code::GUEST_NAME_TAKEN,
            Self::BadLogin | Self::NoGuests | Self::GuestNameTaken => code::BAD_LOGIN,
            Self::AlreadyOn => code::ALREADY_ON,
            Self::Locked => code::LOCKED,
            Self::NotLoggedIn | Self::NotForYou => code::NOT_LOGGED_IN,
            Self::Full => code::ROOM_FULL,
            Self::Unavailable | Self::NoIpv4 => code::NOT_ALLOWED,
        }
    }

    /// The sentence sent where the caller gives none.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::BadLogin => "Incorrect user name or password.",
            Self::AlreadyOn => "This account is already logged in.",
            Self::Locked => "This account has been locked.",
            Self::NoGuests => "Guests are not allowed here.",
            Self::GuestNameTaken => "That name belongs to somebody. Choose another.",
            Self::NotLoggedIn => "You are not logged in. Log in again.",
            Self::NotForYou => "This room is not open to you. Choose another.",
            Self::Full => "There is no more room.",
            Self::Unavailable => "The server cannot take you now. Try again later.",
            Self::NoIpv4 => "Your game finds no room by IPv6. Come by IPv4.",
        }
    }

    /// The message for a client; `text` replaces the usual sentence.
    pub fn message(self, dialect: Dialect, build: i32, text: Option<Text>) -> ServerMessage {
        let text = text.unwrap_or_else(|| Text::new(self.sentence()));
        ServerMessage::new(self.code(dialect, build), text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guests_codes_go_to_clients_that_know_them() {
        for (refusal, dialect, build, code) in [
            (Refusal::NoGuests, Dialect::Myth2, 428, 16),
            (Refusal::NoGuests, Dialect::Myth2, 427, 3),
            (Refusal::NoGuests, Dialect::AlephOne, 5000, 3),
            (Refusal::GuestNameTaken, Dialect::Myth2, 429, 17),
            (Refusal::GuestNameTaken, Dialect::Myth2, 0, 3),
            (Refusal::Locked, Dialect::AlephOne, 0, 14),
            (Refusal::AlreadyOn, Dialect::Myth2, 428, 6),
        ] {
            assert_eq!(refusal.code(dialect, build), code, "{refusal:?} {dialect:?} {build}");
        }
    }
}
