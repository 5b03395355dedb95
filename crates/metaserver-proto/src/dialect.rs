//! The two languages spoken on the wire, and what differs before any packet is read.

/// Which game family is at the other end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dialect {
    /// Myth II 1.8: a session key first, then every body encrypted.
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
