//! A client's connection, with no memory of its own while it is quiet.
//!
//! Reading goes through a buffer on the stack, so only the piece of an unfinished packet is kept, by the codec. Writing seals queued
//! packets into a buffer that the thread's connections share, and keeps only what the kernel would not take.

use std::{cell::RefCell, io, net::SocketAddr, time::Duration};

use metaserver_proto::Packed;
use tokio::{
    io::Interest,
    time::{Instant, timeout_at},
};

use crate::{
    outbox::{End, Outbox},
    stream::Stream,
};

/// What is read at once.
const READ_BYTES: usize = 4 * 1024;
/// What is sealed and written at once, at most, give or take a packet.
const WRITE_BYTES: usize = 16 * 1024;
/// How long the last words may take to be written.
const FAREWELL: Duration = Duration::from_secs(5);
/// How long a closing connection may take to be read to its end.
const LINGER: Duration = Duration::from_secs(2);
/// What a closing connection may still send before it is cut.
const LINGER_BYTES: usize = 64 * 1024;

thread_local! {
    /// What one connection of this thread is about to write; empty between uses.
    static SEALED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    /// The packets it is made from, so that the outbox is not held while they are sealed.
    static TAKEN: RefCell<Vec<Packed>> = const { RefCell::new(Vec::new()) };
}

/// Seals a packet into bytes for one peer; given eight bytes of padding.
pub(crate) trait Seal {
    /// Appends the packet to `out` as this peer reads it.
    fn seal(&self, packet: &Packed, padding: [u8; 8], out: &mut Vec<u8>);
}

impl Seal for metaserver_proto::Login {
    fn seal(&self, packet: &Packed, padding: [u8; 8], out: &mut Vec<u8>) {
        Self::seal(self, packet, padding, out);
    }
}

impl Seal for metaserver_proto::Room {
    fn seal(&self, packet: &Packed, padding: [u8; 8], out: &mut Vec<u8>) {
        Self::seal(self, packet, padding, out);
    }
}

/// The connection.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: Stream,
    /// Sealed, and not yet taken by the kernel.
    unwritten: Vec<u8>,
    /// Since when the kernel has taken nothing.
    stalled_since: Option<Instant>,
    /// Padding for the encryption. That hides passwords from a casual listener and nothing more (spec section 6), so a small
    /// generator that was seeded by chance is enough, and asks the system for nothing while a thousand lines a second go out.
    grain: u64,
}

/// What reading brought.
pub(crate) enum Read {
    /// So many bytes.
    Some(usize),
    /// Nothing now.
    Nothing,
    /// The peer has ended the connection.
    End,
}

/// A buffer for [`Socket::read`], to be kept on the stack.
pub(crate) const fn read_buffer() -> [u8; READ_BYTES] {
    [0; READ_BYTES]
}

impl Socket {
    pub(crate) const fn new(stream: Stream, grain: u64) -> Self {
        Self { stream, unwritten: Vec::new(), stalled_since: None, grain }
    }

    /// The address of ours that the peer reached.
    pub(crate) fn local_address(&self) -> Option<SocketAddr> {
        self.stream.local_addr()
    }

    /// Waits until there is something to read, if `reading`, or room to write what waits.
    pub(crate) async fn ready(&self, reading: bool) -> io::Result<()> {
        let interest = match (reading, self.is_stalled()) {
            (true, true) => Interest::READABLE | Interest::WRITABLE,
            (true, false) => Interest::READABLE,
            (false, true) => Interest::WRITABLE,
            (false, false) => return std::future::pending().await,
        };
        self.stream.ready(interest).await
    }

    /// Reads what is there.
    pub(crate) fn read(&self, buffer: &mut [u8]) -> io::Result<Read> {
        match self.stream.try_read(buffer) {
            Ok(0) => Ok(Read::End),
            Ok(count) => Ok(Read::Some(count)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Read::Nothing),
            Err(error) => Err(error),
        }
    }

    /// Seals a packet to be written by the next [`Socket::flush`].
    pub(crate) fn queue(&mut self, machine: &impl Seal, packet: &Packed) {
        let padding = self.padding();
        machine.seal(packet, padding, &mut self.unwritten);
    }

    /// Writes what waits; true when all of it is written.
    pub(crate) fn flush(&mut self) -> io::Result<bool> {
        if self.unwritten.is_empty() {
            return Ok(true);
        }
        let unwritten = std::mem::take(&mut self.unwritten);
        self.write(&unwritten)?;
        Ok(self.unwritten.is_empty())
    }

    /// Writes what waits and then what is in the outbox, many packets at a time. Gives back the outbox's end once all is written.
    pub(crate) fn pump(&mut self, machine: &impl Seal, outbox: &Outbox) -> io::Result<Option<End>> {
        loop {
            if !self.flush()? {
                // A client that takes a byte now and then is not stalled, but it is not worth waiting for either.
                return Ok(outbox.has_overflowed().then_some(End::TooSlow));
            }
            let done = TAKEN.with_borrow_mut(|taken| {
                let mut bytes = 0;
                let end = outbox.drain(|packet| {
                    let fits = bytes < WRITE_BYTES;
                    if fits {
                        bytes += packet.as_bytes().len();
                        taken.push(packet.clone());
                    }
                    fits
                });
                let written = SEALED.with_borrow_mut(|sealed| {
                    for packet in taken.drain(..) {
                        let padding = self.padding();
                        machine.seal(&packet, padding, sealed);
                    }
                    let written = self.write(sealed);
                    let is_empty = sealed.is_empty();
                    sealed.clear();
                    written.map(|()| is_empty)
                })?;
                Ok::<_, io::Error>((end, written))
            })?;
            if let (end, true) = done {
                return Ok(end);
            }
        }
    }

    /// Whether something waits for the kernel to take it.
    pub(crate) const fn is_stalled(&self) -> bool {
        !self.unwritten.is_empty()
    }

    /// Since when the peer has read nothing of what waits.
    pub(crate) const fn stalled_since(&self) -> Option<Instant> {
        self.stalled_since
    }

    /// Writes what waits and closes. With `linger`, what the peer still sends is read first: closing with something unread would take
    /// the last words back.
    pub(crate) async fn close(mut self, linger: bool) {
        let until = Instant::now() + FAREWELL;
        let flushed = timeout_at(until, async {
            while !self.flush()? {
                self.stream.ready(Interest::WRITABLE).await?;
            }
            self.stream.shutdown().await
        });
        if !matches!(flushed.await, Ok(Ok(()))) || !linger {
            return;
        }
        let drained = timeout_at(Instant::now() + LINGER, self.read_to_end());
        drained.await.ok();
    }

    async fn read_to_end(&self) {
        let mut left = LINGER_BYTES;
        while self.stream.ready(Interest::READABLE).await.is_ok() {
            match self.read(&mut [0; 512]) {
                Ok(Read::Some(count)) if count < left => left -= count,
                Ok(Read::Nothing) => {}
                _ => return,
            }
        }
    }

    /// Hands bytes to the kernel and keeps what it does not take.
    fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            match self.stream.try_write(bytes) {
                Ok(count) => {
                    bytes = &bytes[count..];
                    self.stalled_since = None;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.unwritten.extend_from_slice(bytes);
                    self.stalled_since.get_or_insert_with(Instant::now);
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// `SplitMix64`.
    const fn padding(&mut self) -> [u8; 8] {
        self.grain = self.grain.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.grain;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)).to_le_bytes()
    }
}
