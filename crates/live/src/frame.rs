//! A message to pages, encoded once and shared by everybody who is sent it.

use bytes::Bytes;
use contract::live::Tell;

/// A text frame of the live socket. Cloning it copies a pointer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame(Bytes);

impl Frame {
    /// Encodes a message.
    pub fn of(tell: &Tell) -> Self {
        Self(serde_json::to_vec(tell).expect("messages have text keys only and always encode").into())
    }

    /// The frame's text, as UTF-8.
    pub fn into_bytes(self) -> Bytes {
        self.0
    }

    /// Its length in bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Never true: a message is at least a pair of braces.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The message again, as a page reads it.
    pub fn tell(&self) -> Result<Tell, serde_json::Error> {
        serde_json::from_slice(&self.0)
    }
}

impl AsRef<[u8]> for Frame {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}
