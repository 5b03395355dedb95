//! The film file a server writes from a host's stream, piece by piece (spec section 16; Myth II).

use crate::packet::film::FilmCommand;
use crate::text::Text;
use crate::wire::{Wire, Writer};

/// Most bytes of commands in one block of a film.
const BLOCK_BYTES: usize = 2048;
/// The shortest header in which an end time can be put, in bytes.
const SHORTEST_HEADER: usize = 12;
/// What a file begins with, in bytes.
const TAG_BYTES: usize = 64;
/// 'reco', the kind of the file.
const KIND_TAG: u32 = 0x7265_636F;
/// 'mth2', the game it is of.
const GAME_TAG: u32 = 0x6D74_6832;

/// Where a film's end time stands in its file, in bytes from the beginning: in the header, which follows the tag.
pub const END_TIME_AT: usize = TAG_BYTES + 8;

/// The header is too short to hold an end time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a film header of {0} bytes is too short")]
pub struct ShortHeader(pub usize);

/// A film as it comes: says what each packet adds to the end of the file. It holds one block and
/// nothing else, so a film may be as long as its keeper allows.
///
/// Only the end time has to be put into what was written before, at [`END_TIME_AT`].
#[derive(Debug, Default)]
pub struct FilmStream {
    header_bytes: usize,
    block: Block,
}

impl FilmStream {
    /// A film, and what its file begins with.
    ///
    /// `name` is its time stamp, `YYYY_MM_DD__HH_MM_SS`; `random` fills the tag that tells files of
    /// one second apart.
    pub fn begin(name: &Text, random: u32) -> (Self, Vec<u8>) {
        let mut file = Writer::new();
        write_tag(&mut file, name, random);
        (Self::default(), file.into_bytes())
    }

    /// A piece of the header is written as it is, before any command.
    pub const fn header(&mut self, piece: &[u8]) {
        self.header_bytes += piece.len();
    }

    /// A command: gives back the block that is full without it. One with verb 0 is left out.
    pub fn command(&mut self, command: &FilmCommand) -> Option<Vec<u8>> {
        if command.verb == 0 {
            return None;
        }
        let bytes = command.to_bytes();
        let is_full = self.block.commands > 0 && self.block.bytes.len() + bytes.len() > BLOCK_BYTES;
        let full = is_full.then(|| std::mem::take(&mut self.block).write(false));
        self.block.bytes.extend_from_slice(&bytes);
        self.block.commands += 1;
        full
    }

    /// The last block, which there always is.
    pub fn end(self) -> Result<Vec<u8>, ShortHeader> {
        if self.header_bytes < SHORTEST_HEADER {
            return Err(ShortHeader(self.header_bytes));
        }
        Ok(self.block.write(true))
    }
}

/// The whole file.
///
/// `end_ticks` is what packet 206 said, in ticks of 1/30 s.
pub fn film_file(
    name: &Text,
    random: u32,
    header: &[u8],
    commands: &[FilmCommand],
    end_ticks: i32,
) -> Result<Vec<u8>, ShortHeader> {
    let (mut film, mut file) = FilmStream::begin(name, random);
    film.header(header);
    file.extend_from_slice(header);
    for command in commands {
        file.extend(film.command(command).into_iter().flatten());
    }
    file.extend(film.end()?);
    file[END_TIME_AT..END_TIME_AT + 4].copy_from_slice(&end_ticks.to_be_bytes());
    Ok(file)
}

fn write_tag(file: &mut Writer, name: &Text, random: u32) {
    file.i16(0);
    file.i8(0);
    file.i8(0);
    file.text(name, 32);
    file.u32(KIND_TAG);
    file.u32(random);
    file.i32(64);
    file.i32(0);
    file.u32(0);
    file.i16(3);
    file.i8(0);
    file.i8(-1);
    file.u32(GAME_TAG);
}

#[derive(Debug, Default)]
struct Block {
    bytes: Vec<u8>,
    commands: u16,
}

impl Block {
    fn write(&self, is_last: bool) -> Vec<u8> {
        let mut to = Writer::new();
        to.u32(is_last.into());
        to.u16(u16::try_from(self.bytes.len()).expect("a block is at most 2048 bytes"));
        to.u16(self.commands);
        to.bytes(&self.bytes);
        to.into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_film_without_commands_has_one_last_block() {
        let file = film_file(&Text::new("t"), 1, &[9; 12], &[], 7).unwrap();
        assert_eq!(file.len(), 64 + 12 + 8);
        assert_eq!(file[64..], [9, 9, 9, 9, 9, 9, 9, 9, 0, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0, 0]);
        assert_eq!(film_file(&Text::new("t"), 1, &[9; 11], &[], 7), Err(ShortHeader(11)));
    }

    #[test]
    fn a_block_is_given_out_when_the_next_command_does_not_fit() {
        let (mut film, _) = FilmStream::begin(&Text::new("t"), 1);
        film.header(&[9; 12]);
        let command = |details: usize| FilmCommand { verb: 1, details: vec![7; details], ..FilmCommand::default() };
        assert_eq!(film.command(&command(1016)), None);
        assert_eq!(film.command(&FilmCommand { verb: 0, ..command(2000) }), None, "only the clock");
        assert_eq!(film.command(&command(1016)), None, "2,048 bytes are just enough");
        let full = film.command(&command(0)).expect("a full block");
        assert_eq!((full.len(), &full[..8]), (8 + 2048, &[0, 0, 0, 0, 8, 0, 0, 2][..]));
        let last = film.end().expect("a header");
        assert_eq!((last.len(), &last[..8]), (8 + 8, &[0, 0, 0, 1, 0, 8, 0, 1][..]));
    }
}
