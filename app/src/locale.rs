//! The languages the hub speaks, and which of them a page is in.

/// A shipped language. Each has a file in `locales/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// Portuguese as it is spoken in Brazil.
    PtBr,
}

impl Locale {
    /// Every language, in the order the switch offers them.
    pub const ALL: [Self; 2] = [Self::En, Self::PtBr];

    /// The BCP 47 tag: in `<html lang>`, in the cookie, and the name of the file.
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::PtBr => "pt-BR",
        }
    }

    /// What its speakers call it. Not a text: it is the same in every language.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::PtBr => "Português (Brasil)",
        }
    }

    /// The direction it is written in.
    pub const fn direction(self) -> &'static str {
        match self {
            Self::En | Self::PtBr => "ltr",
        }
    }

    /// The language of exactly that tag.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|locale| locale.code().eq_ignore_ascii_case(code))
    }

    /// The best answer to an `Accept-Language` header: its languages by weight, each matched whole, then by its first part.
    pub fn negotiate(header: &str) -> Option<Self> {
        let mut wanted: Vec<(&str, f32)> = header
            .split(',')
            .take(16)
            .map(|item| {
                let (tag, rest) = item.split_once(';').unwrap_or((item, ""));
                let weight = rest.trim().strip_prefix("q=").and_then(|q| q.trim().parse().ok()).unwrap_or(1.0);
                (tag.trim(), weight)
            })
            .filter(|(_, weight)| *weight > 0.0)
            .collect();
        wanted.sort_by(|a, b| b.1.total_cmp(&a.1));
        wanted.into_iter().find_map(|(tag, _)| {
            Self::from_code(tag).or_else(|| {
                let language = tag.split('-').next().unwrap_or(tag);
                Self::ALL
                    .into_iter()
                    .find(|l| l.code().split('-').next().is_some_and(|l| l.eq_ignore_ascii_case(language)))
            })
        })
    }

    /// Which of the plural forms a count takes: the position in one, few, many, other (CLDR, cardinal, whole numbers).
    pub(crate) const fn category(self, count: usize) -> usize {
        const ONE: usize = 0;
        const OTHER: usize = 3;
        match self {
            Self::En if count == 1 => ONE,
            Self::PtBr if count <= 1 => ONE,
            Self::En | Self::PtBr => OTHER,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_offered_language_wins() {
        for (header, expected) in [
            ("pt-BR,pt;q=0.9,en;q=0.8", Some(Locale::PtBr)),
            ("pt", Some(Locale::PtBr)),
            ("en-GB", Some(Locale::En)),
            ("sv, en;q=0.5, pt;q=0.7", Some(Locale::PtBr)),
            ("pt;q=0, en;q=0.1", Some(Locale::En)),
            ("sv", None),
            ("", None),
            (";;;,q=,é", None),
        ] {
            assert_eq!(Locale::negotiate(header), expected, "{header}");
        }
    }

    #[test]
    fn nothing_and_one_are_singular_in_portuguese_only() {
        assert_eq!([0, 1, 2].map(|n| Locale::PtBr.category(n)), [0, 0, 3]);
        assert_eq!([0, 1, 2].map(|n| Locale::En.category(n)), [3, 0, 3]);
    }
}
