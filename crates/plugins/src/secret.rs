//! How secret settings are kept: sealed with a key that lies beside the database and not in it.

use std::fmt;

use base::{Chance, ChanceExt as _, OrgId, Secret};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

/// The hub's key for plugins' secrets.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("•••")
    }
}

impl Key {
    /// The key of these bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    fn ready(&self) -> LessSafeKey {
        LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, &self.0).expect("the key is of the cipher's length"))
    }

    /// Seals it for one place: moved to another row, it can't be opened.
    pub(crate) fn seal(&self, place: &Place<'_>, secret: &Secret, chance: &dyn Chance) -> Vec<u8> {
        // Chosen by chance: a few secrets under one key stay far from where two of them might be the same.
        let nonce: [u8; NONCE_LEN] = chance.bytes();
        let mut sealed = secret.expose().as_bytes().to_vec();
        self.ready()
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(place.text()), &mut sealed)
            .expect("a setting is far shorter than what the cipher can seal");
        [nonce.as_slice(), &sealed].concat()
    }

    /// What was sealed; `None` where the key is another one, or the row was tampered with.
    pub(crate) fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Option<Secret> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut sealed = sealed.to_vec();
        let opened = self.ready().open_in_place(nonce, Aad::from(place.text()), &mut sealed).ok()?;
        let secret = std::str::from_utf8(opened).ok().map(Secret::new);
        sealed.fill(0);
        secret
    }
}

/// Whose secret it is.
pub(crate) struct Place<'a> {
    pub(crate) plugin: &'a str,
    pub(crate) organization: Option<OrgId>,
    pub(crate) name: &'a str,
}

impl Place<'_> {
    fn text(&self) -> String {
        let organization = self.organization.map_or(0, OrgId::get);
        format!("guildhall plugin secret\0{}\0{organization}\0{}", self.plugin, self.name)
    }
}

#[cfg(test)]
mod tests {
    use base::testing::SeededChance;

    use super::*;

    #[test]
    fn a_secret_opens_with_its_key_in_its_place_alone() {
        let (key, chance) = (Key::new([1; 32]), SeededChance::new(1));
        let here = Place { plugin: "vault", organization: Some(OrgId::from(7)), name: "api_key" };
        let sealed = key.seal(&here, &Secret::new("a lantern"), &chance);
        assert!(!sealed.windows(9).any(|part| part == b"a lantern"));
        assert_eq!(key.open(&here, &sealed).unwrap().expose(), "a lantern");
        assert_ne!(key.seal(&here, &Secret::new("a lantern"), &chance), sealed);
        assert!(Key::new([2; 32]).open(&here, &sealed).is_none());
        for there in [
            Place { organization: None, ..here },
            Place { organization: Some(OrgId::from(8)), ..here },
            Place { plugin: "vaults", ..here },
            Place { name: "other", ..here },
        ] {
            assert!(key.open(&there, &sealed).is_none());
        }
        let mut bent = sealed;
        bent[NONCE_LEN] ^= 1;
        assert!(key.open(&here, &bent).is_none() && key.open(&here, b"short").is_none());
    }
}
