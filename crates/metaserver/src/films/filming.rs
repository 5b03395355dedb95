//! A film under way, as the host's connection has it: packets in, pieces of the file out.

use metaserver_proto::{
    RoomMessage, Text,
    film::{FilmStream, ShortHeader},
};
use tokio::{
    sync::mpsc::{self, error::TrySendError},
    time::Instant,
};

use super::writer::Piece;
use crate::pace::Bucket;

/// Pieces that may wait for the disk; a host with more waits with them.
const PIECES: usize = 64;
/// Packets of a film at once, and a second after that: far more than sixteen players give orders, and apart from what else a client sends.
const BURST: u32 = 2_048;
const PER_SECOND: u32 = 512;

/// A film under way.
pub(crate) struct Filming {
    /// `None` once its end has come.
    stream: Option<FilmStream>,
    in_header: bool,
    to: mpsc::Sender<Piece>,
    /// What the writer could not take yet. Nothing is read from the host meanwhile.
    waiting: Option<Piece>,
    bytes: u64,
    largest_bytes: u64,
    pub(crate) pace: Bucket,
}

/// Why a film that had begun is thrown away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Lost {
    /// It is longer than films may be.
    #[error("the film is too long")]
    TooLong,
    /// It has no header to speak of.
    #[error(transparent)]
    Short(#[from] ShortHeader),
    /// It can't be written.
    #[error("the film can't be written")]
    Unwritten,
}

impl Filming {
    /// A film, and where its pieces come out.
    pub(super) fn begin(name: &Text, random: u32, largest_bytes: u64) -> (Self, mpsc::Receiver<Piece>) {
        let (stream, tag) = FilmStream::begin(name, random);
        let (to, pieces) = mpsc::channel(PIECES);
        let filming = Self {
            stream: Some(stream),
            in_header: true,
            to,
            bytes: tag.len() as u64,
            waiting: Some(Piece::Bytes(tag)),
            largest_bytes,
            pace: Bucket::new(BURST, PER_SECOND, Instant::now()),
        };
        (filming, pieces)
    }

    /// Whether a further piece of the header belongs to it, and does not begin another film.
    pub(crate) const fn takes_header(&self) -> bool {
        self.in_header
    }

    /// Whether its end has come and is handed on.
    pub(crate) const fn is_over(&self) -> bool {
        self.stream.is_none() && self.waiting.is_none()
    }

    /// Takes a packet of it. What comes of it waits to be [handed on](Self::hand_on), so that has to be done before the next.
    pub(crate) fn take(&mut self, message: RoomMessage) -> Result<(), Lost> {
        let Some(stream) = &mut self.stream else { return Ok(()) };
        match message {
            RoomMessage::FilmHeader(piece) => {
                stream.header(&piece);
                self.add(piece)
            }
            RoomMessage::FilmCommand(command) => {
                self.in_header = false;
                stream.command(&command).map_or(Ok(()), |block| self.add(block))
            }
            RoomMessage::FilmEnd(ticks) => {
                let last = self.stream.take().map(FilmStream::end).transpose()?.unwrap_or_default();
                self.count(last.len())?;
                self.queue(Piece::End { last, ticks });
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Hands on what waits; `false`: the writer has no time yet.
    pub(crate) fn hand_on(&mut self) -> Result<bool, Lost> {
        let Some(piece) = self.waiting.take() else { return Ok(true) };
        match self.to.try_send(piece) {
            Ok(()) => Ok(true),
            Err(TrySendError::Full(piece)) => {
                self.waiting = Some(piece);
                Ok(false)
            }
            Err(TrySendError::Closed(_)) => Err(Lost::Unwritten),
        }
    }

    fn add(&mut self, bytes: Vec<u8>) -> Result<(), Lost> {
        self.count(bytes.len())?;
        self.queue(Piece::Bytes(bytes));
        Ok(())
    }

    fn count(&mut self, more: usize) -> Result<(), Lost> {
        self.bytes = self.bytes.saturating_add(more as u64);
        if self.bytes > self.largest_bytes { Err(Lost::TooLong) } else { Ok(()) }
    }

    /// Behind the tag, where that still waits: it comes with the first piece of the header.
    fn queue(&mut self, piece: Piece) {
        self.waiting = Some(match (self.waiting.take(), piece) {
            (Some(Piece::Bytes(mut first)), Piece::Bytes(more)) => {
                first.extend(more);
                Piece::Bytes(first)
            }
            (Some(Piece::Bytes(mut first)), Piece::End { last, ticks }) => {
                first.extend(last);
                Piece::End { last: first, ticks }
            }
            (_, piece) => piece,
        });
    }
}

#[cfg(test)]
mod tests {
    use metaserver_proto::packet::film::FilmCommand;

    use super::*;

    fn command(details: usize) -> RoomMessage {
        RoomMessage::FilmCommand(FilmCommand { verb: 1, details: vec![0; details], ..FilmCommand::default() })
    }

    #[test]
    fn a_film_is_as_long_as_it_may_be_and_no_longer() {
        // The tag, a header, and a last block of one command.
        let just = 64 + 12 + 8 + 8;
        for (largest, kept) in [(just, Ok(())), (just - 1, Err(Lost::TooLong))] {
            let (mut film, _pieces) = Filming::begin(&Text::new("t"), 1, largest);
            film.take(RoomMessage::FilmHeader(vec![9; 12])).expect("short enough");
            film.take(command(0)).expect("in a block that is not full");
            assert_eq!(film.take(RoomMessage::FilmEnd(7)), kept, "{largest}");
        }
        let (mut film, _pieces) = Filming::begin(&Text::new("t"), 1, 1_000);
        assert_eq!(film.take(RoomMessage::FilmHeader(vec![0; 1_000])), Err(Lost::TooLong));
    }

    #[test]
    fn a_film_without_header_and_one_nobody_writes_are_lost() {
        let (mut film, pieces) = Filming::begin(&Text::new("t"), 1, 1_000);
        film.take(RoomMessage::FilmHeader(vec![9; 11])).expect("a piece of it");
        assert!(film.takes_header());
        assert_eq!(film.take(RoomMessage::FilmEnd(7)), Err(Lost::Short(ShortHeader(11))));
        drop(pieces);
        assert_eq!(film.hand_on(), Err(Lost::Unwritten));
    }

    #[test]
    fn what_the_writer_has_no_time_for_waits() {
        let (mut film, mut pieces) = Filming::begin(&Text::new("t"), 1, 1 << 20);
        let mut sent = 0;
        loop {
            film.take(RoomMessage::FilmHeader(vec![9; 12])).expect("short enough");
            if !film.hand_on().expect("somebody writes") {
                break;
            }
            sent += 1;
        }
        assert_eq!((sent, film.is_over()), (PIECES, false));
        pieces.try_recv().expect("the first piece");
        assert_eq!(film.hand_on(), Ok(true));
    }
}
