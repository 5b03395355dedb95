//! The two languages spoken on the wire, what differs before any packet is read, and the games that speak them.

use crate::text::Text;

/// Which game family is at the other end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dialect {
    /// The Myths. Myth II 1.8: a session key first, then every body encrypted; older ones in clear.
    Myth2,
    /// Aleph One: everything in clear.
    AlephOne,
}

impl Dialect {
    /// Both, in the order in which per-dialect arrays are kept.
    pub const ALL: [Self; 2] = [Self::Myth2, Self::AlephOne];

    /// The longest packet taken from such a client, in bytes with the header (spec section 3).
    pub const fn longest_in(self) -> usize {
        match self {
            Self::Myth2 => 8096,
            Self::AlephOne => 10_240,
        }
    }

    /// The longest plain packet sent to such a client, in bytes with the header.
    ///
    /// A Myth II client must get less than 8096 bytes after encryption, which adds
    /// [`crate::crypto::OVERHEAD`]; the same figure is kept for Aleph One, whose real limit is
    /// far above it, so that one packet can serve both (spec section 3).
    pub const fn longest_out(self) -> usize {
        8095 - crate::crypto::OVERHEAD
    }

    /// Whether bytes after a packet's last field end the connection (Myth II) or are ignored
    /// (Aleph One; spec section 3).
    pub const fn refuses_excess(self) -> bool {
        matches!(self, Self::Myth2)
    }

    /// Position in [`Dialect::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// Which game a client plays. Only clients of one title can join each other's games.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Title {
    /// Myth II: Soulblighter.
    #[default]
    Myth2,
    /// Myth: The Fallen Lords.
    FallenLords,
    /// Myth III: The Wolf Age.
    Myth3,
    /// Any scenario of Aleph One.
    AlephOne,
}

impl Title {
    /// The title of an application as packet 100 names it (spec section 4). Of Myth II the first five bytes count, which is what
    /// gateofstorms compares; letter case counts in Aleph One's alone.
    pub fn of(application: &Text) -> Option<Self> {
        if application.as_bytes() == b"MARATHON" {
            return Some(Self::AlephOne);
        }
        match application.as_bytes().to_ascii_uppercase().as_slice() {
            b"MYTH" | b"MYTH1" => Some(Self::FallenLords),
            b"MYTH3" => Some(Self::Myth3),
            name if name.starts_with(b"MYTH2") => Some(Self::Myth2),
            _ => None,
        }
    }
}

/// What is let in that knows no encryption: each of them sends passwords readable by anybody on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct InClear {
    /// Myth II before 1.8, as the 1.3 line is.
    pub myth2: bool,
    /// The Fallen Lords.
    pub fallen_lords: bool,
    /// Myth III.
    pub myth3: bool,
}

impl InClear {
    /// Whether a client of that title may talk in clear.
    pub const fn admits(self, title: Title) -> bool {
        match title {
            Title::Myth2 => self.myth2,
            Title::FallenLords => self.fallen_lords,
            Title::Myth3 => self.myth3,
            Title::AlephOne => true,
        }
    }

    /// Whether any Myth may.
    pub const fn any(self) -> bool {
        self.myth2 || self.fallen_lords || self.myth3
    }

    /// Whether a title is served at all: Myth II is, encrypted, whatever else is.
    pub const fn serves(self, title: Title) -> bool {
        matches!(title, Title::Myth2) || self.admits(title)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_known_by_its_application() {
        for (application, title) in [
            ("MYTH2", Some(Title::Myth2)),
            ("MYTH2demo", Some(Title::Myth2)),
            ("myth2", Some(Title::Myth2)),
            ("MYTH", Some(Title::FallenLords)),
            ("Myth1", Some(Title::FallenLords)),
            ("MYTH3", Some(Title::Myth3)),
            ("MARATHON", Some(Title::AlephOne)),
            ("marathon", None),
            ("MYTH4", None),
            ("", None),
        ] {
            assert_eq!(Title::of(&Text::new(application)), title, "{application}");
        }
    }
}
