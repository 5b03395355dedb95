//! The few words of Aleph One's own game port that a connectivity test needs (spec section 13.4).
//!
//! Not the metaserver's protocol, though the framing is the same; nothing is encrypted.

use crate::frame::Packed;
use crate::text::Text;
use crate::wire::{DecodeError, Reader, Writer};

/// Greeting of a gathering client.
const HELLO: i16 = 700;
/// The tester introduces itself.
const JOINER_INFO: i16 = 701;
/// Capability names and versions.
const CAPABILITIES: i16 = 703;

/// A packet on the game port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GamePortPacket {
    /// 700, from the host: its network version.
    Hello(Text),
    /// 701, from the tester.
    JoinerInfo(JoinerInfo),
    /// 703, from the host.
    Capabilities(Vec<Capability>),
}

/// Who joins.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct JoinerInfo {
    /// 0.
    pub stream_id: u16,
    /// The joiner's name.
    pub name: Text,
    /// The version the host named.
    pub version: Text,
    /// Colour index.
    pub colour: u16,
    /// Team index.
    pub team: u16,
}

/// Something a host can do.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Capability {
    /// `Gameworld`, `Lua`, `Star`, …
    pub name: Text,
    /// Its version.
    pub version: u32,
}

impl GamePortPacket {
    /// Reads the body of packet number `number`; bytes behind the last field are ignored.
    pub fn decode(number: i16, body: &[u8]) -> Result<Self, DecodeError> {
        let mut from = Reader::new(body);
        match number {
            HELLO => Ok(Self::Hello(from.cstr()?)),
            JOINER_INFO => Ok(Self::JoinerInfo(JoinerInfo {
                stream_id: from.u16()?,
                name: from.cstr()?,
                version: from.cstr()?,
                colour: from.u16()?,
                team: from.u16()?,
            })),
            CAPABILITIES => {
                let mut all = Vec::new();
                while !from.is_empty() {
                    all.push(Capability { name: from.cstr()?, version: from.u32()? });
                }
                Ok(Self::Capabilities(all))
            }
            other => Err(DecodeError::UnknownKind(other)),
        }
    }

    /// The whole packet.
    pub fn pack(&self) -> Packed {
        let mut to = Writer::new();
        let number = match self {
            Self::Hello(version) => {
                to.cstr(version);
                HELLO
            }
            Self::JoinerInfo(info) => {
                to.u16(info.stream_id);
                to.cstr(&info.name);
                to.cstr(&info.version);
                to.u16(info.colour);
                to.u16(info.team);
                JOINER_INFO
            }
            Self::Capabilities(all) => {
                for capability in all {
                    to.cstr(&capability.name);
                    to.u32(capability.version);
                }
                CAPABILITIES
            }
        };
        Packed::new(number, &to.into_bytes())
    }
}

/// A UDP datagram that measures whether the game port answers, 6 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ping {
    /// The question, with its id.
    Ask(u16),
    /// The answer, with the same id.
    Answer(u16),
}

impl Ping {
    /// The datagram.
    pub fn to_bytes(self) -> [u8; 6] {
        let (letter, id) = match self {
            Self::Ask(id) => (b'Q', id),
            Self::Answer(id) => (b'R', id),
        };
        let [i0, i1] = id.to_be_bytes();
        let [c0, c1] = crc16(&[b'P', letter, 0, 0, i0, i1]).to_be_bytes();
        [b'P', letter, c0, c1, i0, i1]
    }

    /// Reads a datagram; `None` for one that is no ping.
    pub fn parse(datagram: &[u8]) -> Option<Self> {
        let &[b'P', letter, _, _, i0, i1] = datagram else {
            return None;
        };
        let id = u16::from_be_bytes([i0, i1]);
        let ping = match letter {
            b'Q' => Self::Ask(id),
            b'R' => Self::Answer(id),
            _ => return None,
        };
        (ping.to_bytes() == datagram).then_some(ping)
    }
}

/// CRC-16/CCITT-FALSE: polynomial 0x1021, start 0xFFFF.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |crc, &byte| {
        (0..8).fold(crc ^ u16::from(byte) << 8, |crc, _| {
            let shifted = crc << 1;
            if crc & 0x8000 == 0 { shifted } else { shifted ^ 0x1021 }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_usual_one() {
        assert_eq!(crc16(b"123456789"), 0x29B1);
    }

    #[test]
    fn a_ping_with_a_wrong_checksum_is_none() {
        let mut bytes = Ping::Ask(0x1234).to_bytes();
        assert_eq!(Ping::parse(&bytes), Some(Ping::Ask(0x1234)));
        bytes[5] ^= 1;
        assert_eq!(Ping::parse(&bytes), None);
        assert_eq!(Ping::parse(&bytes[..5]), None);
    }
}
