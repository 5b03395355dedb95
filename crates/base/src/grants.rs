//! What an API token may be used for: areas, each to read or to write.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize, de};

use crate::permission::{Area, Effect};

/// A set of grants. Written as words: `account:read people:write`. Writing includes reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Grants(u16);

impl Grants {
    /// Everything.
    pub const ALL: Self = Self(0b1111_1111_1111);
    /// Nothing.
    pub const NONE: Self = Self(0);

    /// The set of these.
    pub fn of(grants: &[(Area, Effect)]) -> Self {
        grants.iter().fold(Self::NONE, |set, (area, effect)| Self(set.0 | bit(*area, *effect)))
    }

    /// Whether an action of that area and effect is among them.
    pub const fn allow(self, area: Area, effect: Effect) -> bool {
        let writes = self.0 & bit(area, Effect::Writes) != 0;
        match effect {
            Effect::Writes => writes,
            Effect::Reads => writes || self.0 & bit(area, Effect::Reads) != 0,
        }
    }

    /// Those that both have.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each, as its word.
    pub fn words(self) -> impl Iterator<Item = String> {
        Area::ALL.into_iter().flat_map(move |area| {
            [(Effect::Reads, "read"), (Effect::Writes, "write")]
                .into_iter()
                .filter(move |(effect, _)| self.0 & bit(area, *effect) != 0)
                .map(move |(_, word)| format!("{}:{word}", area.word()))
        })
    }
}

const fn bit(area: Area, effect: Effect) -> u16 {
    let place = area as u16 * 2 + effect as u16;
    1 << place
}

/// A word that names no grant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no grant {0:?}")]
pub struct UnknownGrant(pub String);

impl FromStr for Grants {
    type Err = UnknownGrant;

    /// Reads words with spaces between.
    fn from_str(words: &str) -> Result<Self, UnknownGrant> {
        words.split_whitespace().try_fold(Self::NONE, |set, word| {
            let unknown = || UnknownGrant(word.to_owned());
            let (area, effect) = word.split_once(':').ok_or_else(unknown)?;
            let area = Area::ALL.into_iter().find(|one| one.word() == area).ok_or_else(unknown)?;
            let effect = match effect {
                "read" => Effect::Reads,
                "write" => Effect::Writes,
                _ => return Err(unknown()),
            };
            Ok(Self(set.0 | bit(area, effect)))
        })
    }
}

impl fmt::Display for Grants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().collect::<Vec<_>>().join(" "))
    }
}

impl Serialize for Grants {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Grants {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grants_survive_their_words() {
        for words in ["", "account:read", "account:read account:write people:read administration:write"] {
            assert_eq!(words.parse::<Grants>().unwrap().to_string(), words);
        }
        assert_eq!(Grants::ALL.to_string().parse(), Ok(Grants::ALL));
        for unknown in ["account", "account:own", "everything:read"] {
            assert_eq!(unknown.parse::<Grants>(), Err(UnknownGrant(unknown.into())));
        }
    }

    #[test]
    fn writing_includes_reading() {
        let grants: Grants = "people:write".parse().unwrap();
        assert!(grants.allow(Area::People, Effect::Reads) && grants.allow(Area::People, Effect::Writes));
        assert!(!grants.allow(Area::Account, Effect::Reads));
        assert!(!"people:read".parse::<Grants>().unwrap().allow(Area::People, Effect::Writes));
    }
}
