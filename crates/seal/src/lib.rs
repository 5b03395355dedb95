#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

use std::fmt;

use base::{Chance, ChanceExt as _};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;

/// A key. It does not print itself.
#[derive(Clone)]
pub struct Key([u8; KEY_BYTES]);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("•••")
    }
}

impl Key {
    /// The key of these bytes.
    pub const fn new(bytes: [u8; KEY_BYTES]) -> Self {
        Self(bytes)
    }

    fn cipher(&self) -> LessSafeKey {
        LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, &self.0).expect("a key has as many bytes as the cipher's"))
    }

    /// Seals it for one place. The same sealed twice is not the same.
    ///
    /// # Panics
    /// From 256 GiB on, which nothing here comes near.
    pub fn seal(&self, place: &[u8], plain: &[u8], chance: &dyn Chance) -> Vec<u8> {
        let nonce = chance.bytes::<NONCE_LEN>();
        let mut sealed = plain.to_vec();
        self.cipher()
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(place), &mut sealed)
            .expect("what is kept in a table is far shorter than the cipher's limit");
        [nonce.as_slice(), &sealed].concat()
    }

    /// What was sealed for that place; `None` where the key or the place is another one, or it was tampered with.
    pub fn open(&self, place: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let mut opened = sealed.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let length = self.cipher().open_in_place(nonce, Aad::from(place), &mut opened).ok()?.len();
        opened.truncate(length);
        Some(opened)
    }
}

#[cfg(test)]
mod tests {
    use base::testing::SeededChance;

    use super::*;

    const PLACE: &[u8] = b"a lantern's";

    #[test]
    fn only_its_key_opens_it_and_only_in_its_place() {
        let (key, chance) = (Key::new([1; KEY_BYTES]), SeededChance::new(5));
        let sealed = key.seal(PLACE, b"twenty bytes of hush", &chance);
        assert_eq!(sealed.len(), 12 + 20 + 16);
        assert!(!sealed.windows(4).any(|four| four == b"hush"));
        assert_eq!(key.open(PLACE, &sealed).unwrap(), b"twenty bytes of hush");
        assert_ne!(key.seal(PLACE, b"twenty bytes of hush", &chance), sealed, "another nonce");
        assert_eq!(key.open(b"a ship's", &sealed), None);
        assert_eq!(Key::new([2; KEY_BYTES]).open(PLACE, &sealed), None);
        assert_eq!(key.open(PLACE, &key.seal(PLACE, b"", &chance)).unwrap(), b"");
    }

    #[test]
    fn what_was_tampered_with_or_cut_off_does_not_open() {
        let (key, chance) = (Key::new([1; KEY_BYTES]), SeededChance::new(5));
        let sealed = key.seal(PLACE, b"hush", &chance);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(key.open(PLACE, &changed), None, "byte {at}");
        }
        for length in 0..sealed.len() {
            assert_eq!(key.open(PLACE, &sealed[..length]), None, "{length} bytes");
        }
    }

    /// What hubs have on disk has to go on opening. Sealed by the version that kept second factors, tokens and settings each in a way of their
    /// own, with this key and this nonce.
    #[test]
    fn what_was_sealed_before_opens() {
        let sealed = hex::decode(SEALED_BEFORE).unwrap();
        assert_eq!(Key::new([7; KEY_BYTES]).open(b"guildhall discord token", &sealed).unwrap(), b"MTEw.t0ken");
    }

    const SEALED_BEFORE: &str = "000102030405060708090a0b6121b45442ef9f477218c9b0151353348bacc44e110b3279d95e";

    #[test]
    fn a_key_does_not_print_itself() {
        assert_eq!(format!("{:?}", Key::new([7; KEY_BYTES])), "•••");
    }
}
