//! The film file a server writes from a host's stream (spec section 16; Myth II).

use crate::packet::film::FilmCommand;
use crate::text::Text;
use crate::wire::{Wire, Writer};

/// Most bytes of commands in one block of a film.
const BLOCK_BYTES: usize = 2048;
/// The shortest header in which an end time can be put, in bytes.
const SHORTEST_HEADER: usize = 12;
/// 'reco', the kind of the file.
const KIND_TAG: u32 = 0x7265_636F;
/// 'mth2', the game it is of.
const GAME_TAG: u32 = 0x6D74_6832;

/// The header is too short to hold an end time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a film header of {0} bytes is too short")]
pub struct ShortHeader(pub usize);

/// The whole file.
///
/// `name` is its time stamp, `YYYY_MM_DD__HH_MM_SS`; `random` fills the tag that tells files of
/// one second apart; `end_ticks` is what packet 206 said, in ticks of 1/30 s. Commands with verb 0
/// are left out.
pub fn film_file(
    name: &Text,
    random: u32,
    header: &[u8],
    commands: &[FilmCommand],
    end_ticks: i32,
) -> Result<Vec<u8>, ShortHeader> {
    if header.len() < SHORTEST_HEADER {
        return Err(ShortHeader(header.len()));
    }
    let mut file = Writer::new();
    write_tag(&mut file, name, random);
    file.bytes(&header[..8]);
    file.i32(end_ticks);
    file.bytes(&header[SHORTEST_HEADER..]);
    let blocks = blocks(commands);
    for (index, block) in blocks.iter().enumerate() {
        file.u32(u32::from(index + 1 == blocks.len()));
        file.u16(u16::try_from(block.bytes.len()).expect("a block is at most 2048 bytes"));
        file.u16(block.commands);
        file.bytes(&block.bytes);
    }
    Ok(file.into_bytes())
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

#[derive(Default)]
struct Block {
    bytes: Vec<u8>,
    commands: u16,
}

/// At least one block, whole commands in each.
fn blocks(commands: &[FilmCommand]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut block = Block::default();
    for command in commands.iter().filter(|command| command.verb != 0) {
        let bytes = command.to_bytes();
        if block.commands > 0 && block.bytes.len() + bytes.len() > BLOCK_BYTES {
            blocks.push(std::mem::take(&mut block));
        }
        block.bytes.extend_from_slice(&bytes);
        block.commands += 1;
    }
    blocks.push(block);
    blocks
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
}
