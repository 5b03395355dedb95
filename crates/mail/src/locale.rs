//! The languages letters are written in.

use serde::{Deserialize, Serialize};

/// A language letters are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Locale {
    /// English.
    #[default]
    #[serde(rename = "en")]
    En,
    /// Portuguese as it is spoken in Brazil.
    #[serde(rename = "pt-BR")]
    PtBr,
}

impl Locale {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::En, Self::PtBr];

    /// The language of that BCP 47 tag, or of its first part; English where there is none.
    pub fn of(tag: &str) -> Self {
        let language = tag.split(['-', '_']).next().unwrap_or(tag);
        if language.eq_ignore_ascii_case("pt") { Self::PtBr } else { Self::En }
    }

    /// Its BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::PtBr => "pt-BR",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tag_leads_back() {
        for locale in Locale::ALL {
            assert_eq!(Locale::of(locale.tag()), locale);
        }
        assert_eq!(Locale::of("pt"), Locale::PtBr);
        assert_eq!(Locale::of("tlh"), Locale::En);
    }
}
