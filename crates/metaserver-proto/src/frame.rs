//! Whole packets out of a stream of bytes, and packets encoded once for many readers.

use std::sync::Arc;

/// Bytes of a packet's header: signature, packet number, length of the whole (spec section 3).
pub const HEADER_BYTES: usize = 8;
/// The first two bytes of every packet.
pub const SIGNATURE: u16 = 0xDEAD;
/// A buffer that grew beyond this is given back when it is empty.
const KEPT_BYTES: usize = 512;

/// Why a stream is not one of packets. There is no way to find the next packet after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// The first two bytes are not [`SIGNATURE`].
    #[error("a packet begins with {0:#06x}")]
    Signature(u16),
    /// The length is below the header's own or above the limit.
    #[error("packet {kind} claims {length} bytes")]
    Length {
        /// The packet number.
        kind: i16,
        /// The length it claims, header included.
        length: i32,
    },
}

/// A packet's first eight bytes, checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The packet number.
    pub kind: i16,
    /// Length of the body, in bytes.
    pub body_bytes: usize,
}

impl Header {
    /// Checks signature and length; `longest` is the longest whole packet taken, in bytes.
    pub fn parse(bytes: [u8; HEADER_BYTES], longest: usize) -> Result<Self, FrameError> {
        let [s0, s1, k0, k1, l0, l1, l2, l3] = bytes;
        let signature = u16::from_be_bytes([s0, s1]);
        if signature != SIGNATURE {
            return Err(FrameError::Signature(signature));
        }
        let kind = i16::from_be_bytes([k0, k1]);
        let length = i32::from_be_bytes([l0, l1, l2, l3]);
        match usize::try_from(length) {
            Ok(whole) if (HEADER_BYTES..=longest).contains(&whole) => {
                Ok(Self { kind, body_bytes: whole - HEADER_BYTES })
            }
            _ => Err(FrameError::Length { kind, length }),
        }
    }

    /// The header of a body of `body_bytes`, which must stay below 2³¹ − 8.
    pub fn bytes(kind: i16, body_bytes: usize) -> [u8; HEADER_BYTES] {
        let length = u32::try_from(body_bytes + HEADER_BYTES).unwrap_or(u32::MAX);
        let [s0, s1] = SIGNATURE.to_be_bytes();
        let [k0, k1] = kind.to_be_bytes();
        let [l0, l1, l2, l3] = length.to_be_bytes();
        [s0, s1, k0, k1, l0, l1, l2, l3]
    }
}

/// One whole packet. The body may be changed in place, for decryption.
#[derive(Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The packet number.
    pub kind: i16,
    /// What follows the header.
    pub body: &'a mut [u8],
}

/// Cuts a stream into packets, holding at most one that is incomplete.
///
/// Memory grows with the bytes that arrived, never with the length a header claims, and a large
/// buffer is given back once its packet is done.
#[derive(Debug, Default)]
pub struct Frames {
    /// The packet being collected, or the one handed out last.
    buffer: Vec<u8>,
    /// Whether `buffer` holds a packet that was handed out.
    done: bool,
}

impl Frames {
    /// Nothing buffered.
    pub const fn new() -> Self {
        Self { buffer: Vec::new(), done: false }
    }

    /// Takes bytes from the front of `input` until one packet is whole.
    ///
    /// `None` means "not yet": `input` has been used up. A header is checked as soon as its eight
    /// bytes are there, before any of the body is kept. `longest` is the limit on the whole packet.
    pub fn next(&mut self, input: &mut &[u8], longest: usize) -> Result<Option<Frame<'_>>, FrameError> {
        if self.done {
            self.buffer.clear();
            self.buffer.shrink_to(KEPT_BYTES);
            self.done = false;
        }
        self.fill(input, HEADER_BYTES);
        let Some(&header) = self.buffer.first_chunk::<HEADER_BYTES>() else {
            return Ok(None);
        };
        let header = Header::parse(header, longest)?;
        let whole = HEADER_BYTES + header.body_bytes;
        self.fill(input, whole);
        if self.buffer.len() < whole {
            return Ok(None);
        }
        self.done = true;
        Ok(Some(Frame { kind: header.kind, body: &mut self.buffer[HEADER_BYTES..] }))
    }

    /// Bytes of an incomplete packet.
    pub const fn buffered_bytes(&self) -> usize {
        if self.done { 0 } else { self.buffer.len() }
    }

    /// Bytes of memory held.
    pub const fn capacity_bytes(&self) -> usize {
        self.buffer.capacity()
    }

    fn fill(&mut self, input: &mut &[u8], target: usize) {
        let wanted = target.saturating_sub(self.buffer.len()).min(input.len());
        let (head, tail) = input.split_at(wanted);
        self.buffer.extend_from_slice(head);
        *input = tail;
    }
}

/// A whole plain packet, header included: encoded once, shared by everybody who gets it.
///
/// An Aleph One connection writes [`Packed::as_bytes`] as they are; a Myth II connection encrypts
/// the body as it writes (see [`crate::Link::seal`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed(Arc<[u8]>);

impl Packed {
    /// Puts a header before `body`.
    pub fn new(kind: i16, body: &[u8]) -> Self {
        let mut bytes = Vec::with_capacity(HEADER_BYTES + body.len());
        bytes.extend_from_slice(&Header::bytes(kind, body.len()));
        bytes.extend_from_slice(body);
        Self(bytes.into())
    }

    /// The whole packet, in clear.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The packet number.
    pub fn kind(&self) -> i16 {
        match *self.0 {
            [_, _, k0, k1, ..] => i16::from_be_bytes([k0, k1]),
            _ => 0,
        }
    }

    /// The plain body.
    pub fn body(&self) -> &[u8] {
        self.0.get(HEADER_BYTES..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collect(stream: &[u8], piece: usize) -> Result<Vec<(i16, Vec<u8>)>, FrameError> {
        let mut frames = Frames::new();
        let mut found = Vec::new();
        for mut input in stream.chunks(piece) {
            while let Some(frame) = frames.next(&mut input, 100)? {
                found.push((frame.kind, frame.body.to_vec()));
            }
            assert!(input.is_empty());
        }
        Ok(found)
    }

    #[test]
    fn packets_are_found_however_the_stream_is_cut() {
        let stream = [
            Packed::new(200, b"hello").as_bytes(),
            Packed::new(202, b"").as_bytes(),
            Packed::new(-1, &[7; 92]).as_bytes(),
            &[0xde, 0xad, 0],
        ]
        .concat();
        for piece in 1..=stream.len() {
            let found = collect(&stream, piece).unwrap();
            assert_eq!(found, [(200, b"hello".to_vec()), (202, vec![]), (-1, vec![7; 92])], "pieces of {piece}");
        }
    }

    #[test]
    fn a_bad_header_is_refused_before_its_body_arrives() {
        let header = |length: i32| {
            let mut bytes = Header::bytes(200, 0);
            bytes[4..].copy_from_slice(&length.to_be_bytes());
            bytes
        };
        for length in [-1, 0, 7, 101, i32::MAX, i32::MIN] {
            assert_eq!(collect(&header(length), 8), Err(FrameError::Length { kind: 200, length }), "{length}");
        }
        assert_eq!(collect(&header(100), 8), Ok(vec![]));
        assert_eq!(collect(&[0xbe, 0xef, 0, 0, 0, 0, 0, 8], 3), Err(FrameError::Signature(0xbeef)));
    }

    #[test]
    fn memory_follows_what_arrived_and_is_given_back() {
        let mut frames = Frames::new();
        let packet = Packed::new(200, &[1; 8000]);
        let (first, mut second) = packet.as_bytes().split_at(20);
        let mut first = first;
        assert_eq!(frames.next(&mut first, 8096), Ok(None));
        assert!(frames.capacity_bytes() < 100);
        assert!(frames.next(&mut second, 8096).unwrap().is_some());
        assert_eq!(frames.next(&mut second, 8096), Ok(None));
        assert!(frames.capacity_bytes() <= KEPT_BYTES);
    }
}
