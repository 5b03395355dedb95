//! How secret settings are kept: sealed, each in its place.

use base::{Chance, OrgId, Secret};
use seal::Key;

/// Whose secret it is.
pub(crate) struct Place<'a> {
    pub(crate) plugin: &'a str,
    pub(crate) organization: Option<OrgId>,
    pub(crate) name: &'a str,
}

impl Place<'_> {
    /// Seals it for this place: moved to another row, it can't be opened.
    pub(crate) fn seal(&self, key: &Key, secret: &Secret, chance: &dyn Chance) -> Vec<u8> {
        key.seal(self.text().as_bytes(), secret.expose().as_bytes(), chance)
    }

    /// What was sealed; `None` where the key is another one, or the row was tampered with.
    pub(crate) fn open(&self, key: &Key, sealed: &[u8]) -> Option<Secret> {
        String::from_utf8(key.open(self.text().as_bytes(), sealed)?).ok().map(Secret::new)
    }

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
    fn a_secret_opens_in_its_place_alone() {
        let (key, chance) = (Key::new([1; 32]), SeededChance::new(1));
        let here = Place { plugin: "vault", organization: Some(OrgId::from(7)), name: "api_key" };
        let sealed = here.seal(&key, &Secret::new("a lantern"), &chance);
        assert_eq!(here.open(&key, &sealed).unwrap().expose(), "a lantern");
        for there in [
            Place { organization: None, ..here },
            Place { organization: Some(OrgId::from(8)), ..here },
            Place { plugin: "vaults", ..here },
            Place { name: "other", ..here },
        ] {
            assert!(there.open(&key, &sealed).is_none());
        }
    }
}
