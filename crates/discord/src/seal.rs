//! The bot's token, sealed: it has to be read again, so it can be no hash.

use std::fmt;

use base::{Chance, ChanceExt as _, Secret};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

/// The hub's key for what it keeps of Discord, beside the database and not in it: a copy of the database alone opens nothing.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("•••")
    }
}

const FOR: &[u8] = b"guildhall discord token";

impl Key {
    /// The key of these bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    fn cipher(&self) -> LessSafeKey {
        LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, &self.0).expect("the cipher's keys have 32 bytes"))
    }

    /// The nonce, then what is sealed and its tag.
    pub(crate) fn seal(&self, secret: &Secret, chance: &dyn Chance) -> Vec<u8> {
        let nonce = chance.bytes::<NONCE_LEN>();
        let mut text = secret.expose().as_bytes().to_vec();
        self.cipher()
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(FOR), &mut text)
            .expect("a token is far shorter than the cipher's limit");
        [nonce.as_slice(), &text].concat()
    }

    /// `None`: sealed with another key, or damaged.
    pub(crate) fn open(&self, sealed: &[u8]) -> Option<Secret> {
        let (nonce, text) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let mut text = text.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let opened = self.cipher().open_in_place(nonce, Aad::from(FOR), &mut text).ok()?;
        Some(Secret::new(std::str::from_utf8(opened).ok()?))
    }
}

#[cfg(test)]
mod tests {
    use base::testing::SeededChance;

    use super::*;

    #[test]
    fn only_its_own_key_opens_it() {
        let (key, chance) = (Key::new([7; 32]), SeededChance::new(1));
        let sealed = key.seal(&Secret::new("MTEw.t0ken"), &chance);
        assert_eq!(key.open(&sealed).unwrap().expose(), "MTEw.t0ken");
        assert!(!String::from_utf8_lossy(&sealed).contains("t0ken"));
        assert!(
            Key::new([8; 32]).open(&sealed).is_none() && key.open(&sealed[..20]).is_none() && key.open(b"").is_none()
        );
        let mut damaged = sealed.clone();
        damaged[20] ^= 1;
        assert!(key.open(&damaged).is_none());
        assert_ne!(key.seal(&Secret::new("MTEw.t0ken"), &chance), sealed);
    }
}
