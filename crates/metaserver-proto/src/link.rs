//! One connection's bytes: frames, dialect and cipher, shared by both state machines.

use crate::crypto::{Cipher, CryptoError, PrivateKey};
use crate::dialect::{Dialect, InClear, Title};
use crate::frame::{FrameError, Frames, HEADER_BYTES, Header, Packed};
use crate::packet::{ClientPacket, ServerPacket, kind};
use crate::text::Text;
use crate::wire::{DecodeError, Reader};

/// Why the machine gives up on a connection, for the log and a counter. None of it is ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The stream is not one of packets.
    #[error("the stream is not one of packets")]
    Frame(#[from] FrameError),
    /// A key or an encrypted body was refused.
    #[error("the encryption is wrong")]
    Crypto(#[from] CryptoError),
    /// A body is not what its number says.
    #[error("packet {number} is malformed")]
    Malformed {
        /// The packet's number.
        number: i16,
        /// What is wrong with it.
        source: DecodeError,
    },
    /// A packet came when another was due.
    #[error("packet {0} is out of turn")]
    OutOfTurn(i16),
    /// A game that is not served here.
    #[error("application {0:?} is not served here")]
    Application(Text),
    /// The client's version or build is too old.
    #[error("version {version}, build {build} is too old")]
    Version {
        /// Application version.
        version: i32,
        /// Build number.
        build: i32,
    },
    /// A Myth that knows no encryption, where none of its kind is let in.
    #[error("{0:?} speaks in clear")]
    InClear(Title),
    /// The client knows no method that we may offer.
    #[error("the client knows method {highest_method} at most")]
    Method {
        /// What packet 100 names.
        highest_method: i16,
    },
    /// An answer that no password can be.
    #[error("the answer to the challenge is not one")]
    Answer,
    /// A private line names two different targets.
    #[error("a private line names two targets")]
    Targets,
}

/// What the connection brought.
#[derive(Debug)]
pub(crate) enum Incoming {
    /// The peer's session key: Myth II, ours is due in answer unless it was sent.
    Keyed,
    /// A packet of the connection's dialect.
    Packet(ClientPacket),
    /// A packet with a number that means nothing here.
    Unknown(i16),
}

/// Frames in, packets out; plain packets in, wire bytes out.
#[derive(Debug)]
pub struct Link {
    frames: Frames,
    private_key: PrivateKey,
    dialect: Option<Dialect>,
    cipher: Option<Cipher>,
    key_sent: bool,
    in_clear: InClear,
}

impl Link {
    /// A connection of which nothing is known. `random` becomes the private session key.
    pub fn new(random: &[u8; 32]) -> Self {
        Self {
            frames: Frames::new(),
            private_key: PrivateKey::from_random(random),
            dialect: None,
            cipher: None,
            key_sent: false,
            in_clear: InClear::default(),
        }
    }

    /// Lets these talk in clear.
    pub(crate) const fn admit(&mut self, in_clear: InClear) {
        self.in_clear = in_clear;
    }

    /// Whether a Myth client talks in clear here.
    pub(crate) const fn is_clear_myth(&self) -> bool {
        matches!(self.dialect, Some(Dialect::Myth2)) && self.cipher.is_none()
    }

    /// Whose it turns out to be, where that could not be seen from its first packet.
    pub(crate) const fn belongs_to(&mut self, dialect: Dialect) {
        self.dialect = Some(dialect);
    }

    /// Known from the first packet on.
    pub const fn dialect(&self) -> Option<Dialect> {
        self.dialect
    }

    /// Bytes held of an incomplete packet.
    pub const fn buffered_bytes(&self) -> usize {
        self.frames.buffered_bytes()
    }

    /// Bytes of memory held for packets.
    pub const fn capacity_bytes(&self) -> usize {
        self.frames.capacity_bytes()
    }

    /// Appends a plain packet to `out` as this connection's peer reads it.
    ///
    /// `random` is eight fresh bytes for the encryption of a Myth II body. The session key itself
    /// is never encrypted.
    pub fn seal(&self, packet: &Packed, random: [u8; 8], out: &mut Vec<u8>) {
        match &self.cipher {
            Some(cipher) if packet.kind() != kind::SESSION_KEY => {
                let body = packet.body();
                let sealed_bytes = body.len() + crate::crypto::OVERHEAD;
                out.reserve(HEADER_BYTES + sealed_bytes);
                out.extend_from_slice(&Header::bytes(packet.kind(), sealed_bytes));
                cipher.encrypt(body, random, out);
            }
            _ => out.extend_from_slice(packet.as_bytes()),
        }
    }

    /// Our session key as a packet, the first time it is asked for.
    pub(crate) fn own_key(&mut self) -> Option<Packed> {
        if self.key_sent {
            return None;
        }
        self.key_sent = true;
        Some(ServerPacket::SessionKey(self.private_key.public()).pack())
    }

    /// Whether any packet has arrived.
    pub(crate) const fn is_open(&self) -> bool {
        self.dialect.is_some()
    }

    /// The next packet, or `None` when `input` is used up. `due` says which numbers may come now;
    /// the body of any other is not looked at.
    pub(crate) fn next(&mut self, input: &mut &[u8], due: impl Fn(i16) -> bool) -> Result<Option<Incoming>, Trouble> {
        let longest = self.dialect.unwrap_or(Dialect::AlephOne).longest_in();
        let Some(frame) = self.frames.next(input, longest)? else {
            return Ok(None);
        };
        let number = frame.kind;
        let dialect = match self.dialect {
            Some(dialect) => dialect,
            None if number == kind::SESSION_KEY => {
                self.cipher = Some(self.private_key.agree(frame.body)?);
                self.dialect = Some(Dialect::Myth2);
                return Ok(Some(Incoming::Keyed));
            }
            None => {
                // An Aleph One client has lost its way already when a session key reached it.
                if self.key_sent || !due(number) {
                    return Err(Trouble::OutOfTurn(number));
                }
                match number {
                    kind::LOGIN => *self.dialect.insert(spoken_in_clear(frame.body, self.in_clear)?),
                    // It names no application. The caller knows the token in it, and says whose it is.
                    kind::ROOM_LOGIN if self.in_clear.any() => Dialect::AlephOne,
                    _ => *self.dialect.insert(Dialect::AlephOne),
                }
            }
        };
        if !due(number) {
            return Err(Trouble::OutOfTurn(number));
        }
        let body = match &self.cipher {
            Some(cipher) => cipher.decrypt(frame.body)?,
            None => frame.body,
        };
        match ClientPacket::decode(dialect, number, body) {
            Ok(packet) => Ok(Some(Incoming::Packet(packet))),
            Err(DecodeError::UnknownKind(number)) => Ok(Some(Incoming::Unknown(number))),
            Err(source) => Err(Trouble::Malformed { number, source }),
        }
    }
}

/// Whose packet 100 in clear is: both layouts have the application at offset 16.
fn spoken_in_clear(body: &[u8], in_clear: InClear) -> Result<Dialect, Trouble> {
    let mut reader = Reader::new(body);
    let application = reader
        .bytes(16)
        .and_then(|_| reader.text(32))
        .map_err(|source| Trouble::Malformed { number: kind::LOGIN, source })?;
    match Title::of(&application) {
        Some(Title::AlephOne) => Ok(Dialect::AlephOne),
        Some(title) if in_clear.admits(title) => Ok(Dialect::Myth2),
        // It speaks a language that is served, in a version that is not.
        Some(title @ Title::Myth2) => Err(Trouble::InClear(title)),
        _ => Err(Trouble::Application(application)),
    }
}
