//! A client that listens: it looks at the heads of packets, answers pings, and leaves the rest alone.

use std::{cell::RefCell, io};

use metaserver_proto::packet::kind;
use tokio::net::TcpStream;

use crate::{Failure, chat::whole_frame};

/// What is read at once.
const READ_BYTES: usize = 64 * 1024;
/// A keepalive of Aleph One's. Myth II is not pinged for as long as anything is measured here.
const PONG: [u8; 8] = [0xde, 0xad, 0, 202, 0, 0, 0, 8];

thread_local! {
    /// One for all clients of the thread, which read one after the other.
    static READ: RefCell<Vec<u8>> = RefCell::new(vec![0; READ_BYTES]);
}

/// A client's place in what it hears: the piece of a packet whose end has not come yet.
#[derive(Default)]
pub(super) struct Ear {
    held: Vec<u8>,
}

impl Ear {
    /// Hears until the connection ends; `hear` is given each packet, its number first. True where the server ended it in order.
    pub(super) async fn listen(
        mut self,
        stream: &TcpStream,
        mut hear: impl FnMut(i16, &[u8]),
    ) -> Result<bool, Failure> {
        loop {
            stream.readable().await?;
            match self.read(stream, &mut hear) {
                Ok(0) => return Ok(true),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return Ok(false),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Reads what is there, once; so many bytes.
    pub(super) fn read(&mut self, stream: &TcpStream, mut hear: impl FnMut(i16, &[u8])) -> io::Result<usize> {
        READ.with_borrow_mut(|buffer| {
            let count = stream.try_read(buffer)?;
            let mut told = |frame: &[u8]| {
                let number = i16::from_be_bytes([frame[2], frame[3]]);
                if number == kind::KEEPALIVE {
                    // A client that could not say it now will be asked again.
                    drop(stream.try_write(&PONG));
                }
                hear(number, frame);
            };
            let mut rest = &buffer[..count];
            if !self.held.is_empty() {
                self.held.extend_from_slice(rest);
                rest = &[];
                let used = frames(&self.held, &mut told);
                self.held.drain(..used);
            }
            let used = frames(rest, &mut told);
            self.held.extend_from_slice(&rest[used..]);
            Ok(count)
        })
    }
}

/// Hands on each whole packet; so many bytes were in them.
fn frames(bytes: &[u8], mut told: impl FnMut(&[u8])) -> usize {
    let mut used = 0;
    while let Some(frame) = whole_frame(&bytes[used..]) {
        told(frame);
        used += frame.len();
    }
    used
}
