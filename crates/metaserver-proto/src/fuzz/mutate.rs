//! Changes to an input.

use super::random::Random;

/// Lengths and counts that trip parsers.
const INTERESTING: [u32; 12] = [0, 1, 7, 8, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF];
/// Inputs do not grow beyond this by being changed.
const LONGEST: usize = 12_000;

/// One of the seeds, changed in up to four places; now and then unchanged, or nothing but noise.
pub fn changed(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut input = match random.pick(seeds) {
        Some(seed) if !random.once_in(16) => seed.clone(),
        _ => noise(random),
    };
    for _ in 0..random.below(5) {
        change(&mut input, seeds, random);
    }
    input
}

fn noise(random: &mut Random) -> Vec<u8> {
    let length = random.below(80);
    (0..length).map(|_| random.byte()).collect()
}

/// One change.
pub fn change(input: &mut Vec<u8>, seeds: &[Vec<u8>], random: &mut Random) {
    let at = random.below(input.len());
    match random.below(8) {
        0 | 1 => {
            if let Some(byte) = input.get_mut(at) {
                *byte ^= 1 << random.below(8);
            }
        }
        2 => {
            if let Some(byte) = input.get_mut(at) {
                *byte = random.byte();
            }
        }
        3 => overwrite(input, at, random),
        4 => input.truncate(at),
        5 => {
            let end = (at + random.below(16)).min(input.len());
            input.drain(at..end);
        }
        6 => {
            let more = noise(random);
            input.splice(at..at, more);
        }
        _ => {
            if let Some(other) = random.pick(seeds) {
                let from = random.below(other.len());
                input.truncate(at);
                input.extend_from_slice(&other[from..]);
            }
        }
    }
    input.truncate(LONGEST);
}

/// A value that trips parsers, in one, two or four bytes.
fn overwrite(input: &mut [u8], at: usize, random: &mut Random) {
    let value = random.pick(&INTERESTING).copied().unwrap_or_default();
    let bytes = value.to_be_bytes();
    let bytes = match random.below(3) {
        0 => &bytes[3..],
        1 => &bytes[2..],
        _ => &bytes[..],
    };
    for (to, &from) in input.iter_mut().skip(at).zip(bytes) {
        *to = from;
    }
}
