//! `MacRoman` text as the games send it: raw bytes kept, conversion at the border.

use std::fmt;

/// `MacRoman` 0x80–0xFF in Unicode (spec section 5).
const HIGH: [char; 128] = [
    '\u{C4}', '\u{C5}', '\u{C7}', '\u{C9}', '\u{D1}', '\u{D6}', '\u{DC}', '\u{E1}', '\u{E0}', '\u{E2}', '\u{E4}',
    '\u{E3}', '\u{E5}', '\u{E7}', '\u{E9}', '\u{E8}', '\u{EA}', '\u{EB}', '\u{ED}', '\u{EC}', '\u{EE}', '\u{EF}',
    '\u{F1}', '\u{F3}', '\u{F2}', '\u{F4}', '\u{F6}', '\u{F5}', '\u{FA}', '\u{F9}', '\u{FB}', '\u{FC}', '\u{2020}',
    '\u{B0}', '\u{A2}', '\u{A3}', '\u{A7}', '\u{2022}', '\u{B6}', '\u{DF}', '\u{AE}', '\u{A9}', '\u{2122}', '\u{B4}',
    '\u{A8}', '\u{2260}', '\u{C6}', '\u{D8}', '\u{221E}', '\u{B1}', '\u{2264}', '\u{2265}', '\u{A5}', '\u{B5}',
    '\u{2202}', '\u{2211}', '\u{220F}', '\u{3C0}', '\u{222B}', '\u{AA}', '\u{BA}', '\u{3A9}', '\u{E6}', '\u{F8}',
    '\u{BF}', '\u{A1}', '\u{AC}', '\u{221A}', '\u{192}', '\u{2248}', '\u{2206}', '\u{AB}', '\u{BB}', '\u{2026}',
    '\u{A0}', '\u{C0}', '\u{C3}', '\u{D5}', '\u{152}', '\u{153}', '\u{2013}', '\u{2014}', '\u{201C}', '\u{201D}',
    '\u{2018}', '\u{2019}', '\u{F7}', '\u{25CA}', '\u{FF}', '\u{178}', '\u{2044}', '\u{20AC}', '\u{2039}', '\u{203A}',
    '\u{FB01}', '\u{FB02}', '\u{2021}', '\u{B7}', '\u{201A}', '\u{201E}', '\u{2030}', '\u{C2}', '\u{CA}', '\u{C1}',
    '\u{CB}', '\u{C8}', '\u{CD}', '\u{CE}', '\u{CF}', '\u{CC}', '\u{D3}', '\u{D4}', '\u{F8FF}', '\u{D2}', '\u{DA}',
    '\u{DB}', '\u{D9}', '\u{131}', '\u{2C6}', '\u{2DC}', '\u{AF}', '\u{2D8}', '\u{2D9}', '\u{2DA}', '\u{B8}',
    '\u{2DD}', '\u{2DB}', '\u{2C7}',
];

/// The character a `MacRoman` byte stands for.
pub const fn decode_byte(byte: u8) -> char {
    if byte < 0x80 { byte as char } else { HIGH[(byte - 0x80) as usize] }
}

/// The `MacRoman` byte of a character, if it has one.
pub fn encode_char(character: char) -> Option<u8> {
    if character.is_ascii() {
        return u8::try_from(character).ok();
    }
    let position = HIGH.iter().position(|&high| high == character)?;
    u8::try_from(position + 0x80).ok()
}

/// A text in `MacRoman` bytes, without its NUL.
///
/// The bytes are kept as they came, so a name goes out exactly as it came in; `Display` shows
/// them in Unicode (every byte has a character).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Text(Vec<u8>);

impl Text {
    /// From Unicode; what `MacRoman` lacks becomes `?`, and the text ends at a NUL.
    pub fn new(text: &str) -> Self {
        Self(
            text.chars()
                .take_while(|&character| character != '\0')
                .map(|character| encode_char(character).unwrap_or(b'?'))
                .collect(),
        )
    }

    /// From `MacRoman` bytes, up to the first NUL.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
        Self(bytes[..end].to_vec())
    }

    /// The `MacRoman` bytes; never a NUL among them.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Length in bytes, which is also the length in characters.
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no character.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether there is nothing but blanks.
    pub fn is_blank(&self) -> bool {
        self.0.iter().all(u8::is_ascii_whitespace)
    }

    /// The same text cut to `longest` bytes.
    #[must_use]
    pub fn cut(mut self, longest: usize) -> Self {
        self.0.truncate(longest);
        self
    }

    /// The text without style codes, trimmed of blanks: what user names are compared by
    /// (spec section 5).
    #[must_use]
    pub fn plain(&self) -> Self {
        Self(strip_styles(&self.0).trim_ascii().to_vec())
    }
}

/// Removes the style codes: `|` and one of `p b i l r c s u`, in either case (spec section 5).
fn strip_styles(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&first, tail)) = rest.split_first() {
        match tail.first() {
            Some(code) if first == b'|' && b"pbilrcsu".contains(&code.to_ascii_lowercase()) => {
                rest = &tail[1..];
            }
            _ => {
                plain.push(first);
                rest = tail;
            }
        }
    }
    plain
}

impl fmt::Display for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for &byte in &self.0 {
            fmt::Write::write_char(formatter, decode_byte(byte))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}", self.to_string())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_survives_the_way_there_and_back() {
        for byte in 1..=u8::MAX {
            let text = Text::from_bytes(&[byte]);
            assert_eq!(Text::new(&text.to_string()), text, "{byte:#04x}");
        }
    }

    #[test]
    fn what_is_lacking_becomes_a_question_mark() {
        for (unicode, bytes) in [
            ("café!", b"caf\x8e!".as_slice()),
            ("“Ω”", b"\xd2\xbd\xd3"),
            ("日a", b"?a"),
            ("cut\0off", b"cut"),
            ("", b""),
        ] {
            assert_eq!(Text::new(unicode).as_bytes(), bytes, "{unicode}");
        }
    }

    #[test]
    fn style_codes_and_blanks_do_not_count() {
        for (styled, plain) in [
            ("|bSoulblighter", "Soulblighter"),
            (" |iA|P b |x|", "A b |x|"),
            ("||bb", "|b"),
            ("|p|i |S", ""),
            ("|", "|"),
        ] {
            assert_eq!(Text::new(styled).plain(), Text::new(plain), "{styled}");
        }
    }
}
