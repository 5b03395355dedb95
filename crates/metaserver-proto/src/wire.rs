//! Big-endian fields read from a body, and written to one.
//!
//! Every read is checked; nothing here can panic on what a stranger sent.

use crate::text::Text;

/// Why a body is not the packet it claims to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The body ends inside a field.
    #[error("the body ends {missing} bytes too early")]
    Short {
        /// Bytes that are missing for the field that was read.
        missing: usize,
    },
    /// A text has no terminating NUL.
    #[error("a text is not terminated")]
    Unterminated,
    /// Bytes follow the last field, in a dialect that refuses them.
    #[error("{0} bytes follow the last field")]
    Excess(usize),
    /// A field holds a value outside its range.
    #[error("{field} is out of range: {value}")]
    Range {
        /// The field's name.
        field: &'static str,
        /// What was found.
        value: i64,
    },
    /// The packet number is not one of this dialect and direction.
    #[error("packet number {0} is unknown")]
    UnknownKind(i16),
}

/// Reads fields from the front of a body.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// A reader over `body`.
    pub const fn new(body: &'a [u8]) -> Self {
        Self { rest: body }
    }

    /// The bytes not read yet.
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Whether everything has been read.
    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next `count` bytes.
    pub fn bytes(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let Some((head, tail)) = self.rest.split_at_checked(count) else {
            return Err(DecodeError::Short { missing: count - self.rest.len() });
        };
        self.rest = tail;
        Ok(head)
    }

    /// Everything that is left.
    pub fn take_rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.rest)
    }

    /// The next `N` bytes as an array.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let Some((head, tail)) = self.rest.split_first_chunk::<N>() else {
            return Err(DecodeError::Short { missing: N - self.rest.len() });
        };
        self.rest = tail;
        Ok(*head)
    }

    /// One unsigned byte.
    pub fn u8(&mut self) -> Result<u8, DecodeError> {
        Ok(u8::from_be_bytes(self.array()?))
    }

    /// One signed byte.
    pub fn i8(&mut self) -> Result<i8, DecodeError> {
        Ok(i8::from_be_bytes(self.array()?))
    }

    /// Two bytes, unsigned.
    pub fn u16(&mut self) -> Result<u16, DecodeError> {
        Ok(u16::from_be_bytes(self.array()?))
    }

    /// Two bytes, signed.
    pub fn i16(&mut self) -> Result<i16, DecodeError> {
        Ok(i16::from_be_bytes(self.array()?))
    }

    /// Four bytes, unsigned.
    pub fn u32(&mut self) -> Result<u32, DecodeError> {
        Ok(u32::from_be_bytes(self.array()?))
    }

    /// Four bytes, signed.
    pub fn i32(&mut self) -> Result<i32, DecodeError> {
        Ok(i32::from_be_bytes(self.array()?))
    }

    /// A *text\[n\]* field: `size` bytes, the text ending at the first NUL or with the field
    /// (spec section 5).
    pub fn text(&mut self, size: usize) -> Result<Text, DecodeError> {
        Ok(Text::from_bytes(self.bytes(size)?))
    }

    /// A *cstr*: bytes up to a NUL that must be there (spec section 5).
    pub fn cstr(&mut self) -> Result<Text, DecodeError> {
        let end = self.rest.iter().position(|&byte| byte == 0).ok_or(DecodeError::Unterminated)?;
        let text = Text::from_bytes(self.bytes(end)?);
        self.bytes(1)?;
        Ok(text)
    }

    /// An IPv4 address in the usual order.
    pub fn ipv4(&mut self) -> Result<std::net::Ipv4Addr, DecodeError> {
        Ok(self.array::<4>()?.into())
    }

    /// Ends the reading: an error where bytes are left and `strict` is set.
    pub const fn finish(&self, strict: bool) -> Result<(), DecodeError> {
        if strict && !self.rest.is_empty() {
            return Err(DecodeError::Excess(self.rest.len()));
        }
        Ok(())
    }
}

/// Collects fields at the end of a body.
#[derive(Clone, Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// An empty writer.
    pub const fn new() -> Self {
        Self { bytes: Vec::new() }
    }

    /// What has been written.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Bytes written so far.
    pub const fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether nothing has been written.
    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Raw bytes.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// `count` zero bytes.
    pub fn zeros(&mut self, count: usize) {
        self.bytes.resize(self.bytes.len() + count, 0);
    }

    /// One unsigned byte.
    pub fn u8(&mut self, value: u8) {
        self.bytes.push(value);
    }

    /// One signed byte.
    pub fn i8(&mut self, value: i8) {
        self.bytes(&value.to_be_bytes());
    }

    /// Two bytes, unsigned.
    pub fn u16(&mut self, value: u16) {
        self.bytes(&value.to_be_bytes());
    }

    /// Two bytes, signed.
    pub fn i16(&mut self, value: i16) {
        self.bytes(&value.to_be_bytes());
    }

    /// Four bytes, unsigned.
    pub fn u32(&mut self, value: u32) {
        self.bytes(&value.to_be_bytes());
    }

    /// Four bytes, signed.
    pub fn i32(&mut self, value: i32) {
        self.bytes(&value.to_be_bytes());
    }

    /// A *text\[n\]* field of `size` bytes: cut to fit, then padded with NULs. A text of exactly
    /// `size` bytes gets no NUL (spec section 8.0).
    pub fn text(&mut self, text: &Text, size: usize) {
        let bytes = text.as_bytes();
        let used = bytes.len().min(size);
        self.bytes(&bytes[..used]);
        self.zeros(size - used);
    }

    /// A *cstr*.
    pub fn cstr(&mut self, text: &Text) {
        self.bytes(text.as_bytes());
        self.u8(0);
    }

    /// An IPv4 address.
    pub fn ipv4(&mut self, address: std::net::Ipv4Addr) {
        self.bytes(&address.octets());
    }
}

/// A block of fields with one layout in both dialects.
pub trait Wire: Sized {
    /// Reads the block from the front of a body.
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError>;

    /// Writes the block.
    fn write(&self, to: &mut Writer);

    /// Reads blocks back to back until the body ends.
    fn read_all(from: &mut Reader<'_>) -> Result<Vec<Self>, DecodeError> {
        let mut all = Vec::new();
        while !from.is_empty() {
            all.push(Self::read(from)?);
        }
        Ok(all)
    }

    /// The block as bytes.
    fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        self.write(&mut writer);
        writer.into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_field_says_how_much_is_missing() {
        let mut reader = Reader::new(&[1, 2, 3]);
        assert_eq!(reader.u16(), Ok(0x0102));
        assert_eq!(reader.u32(), Err(DecodeError::Short { missing: 3 }));
        assert_eq!(reader.u8(), Ok(3), "a failed read takes nothing");
    }

    #[test]
    fn texts_end_at_their_nul() {
        let mut reader = Reader::new(b"ab\0junkcd\0tail");
        assert_eq!(reader.text(7).unwrap().as_bytes(), b"ab");
        assert_eq!(reader.cstr().unwrap().as_bytes(), b"cd");
        assert_eq!(reader.cstr(), Err(DecodeError::Unterminated));
    }

    #[test]
    fn a_text_field_is_cut_and_padded() {
        let mut writer = Writer::new();
        writer.text(&Text::new("abcdef"), 4);
        writer.text(&Text::new("x"), 3);
        assert_eq!(writer.into_bytes(), b"abcdx\0\0");
    }
}
