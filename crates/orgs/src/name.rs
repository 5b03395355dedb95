//! Names and addresses of organizations: what one may be called, and when two names are one.

use contract::Code;
use unicode_normalization::UnicodeNormalization as _;

/// Shortest and longest name, in characters.
const LENGTH: std::ops::RangeInclusive<usize> = 3..=60;
/// Shortest and longest last part of an address.
const SLUG_LENGTH: std::ops::RangeInclusive<usize> = 2..=40;
/// Addresses that are pages of ours.
const OUR_PAGES: &[&str] = &["new", "join", "mine", "search", "api", "admin", "feed"];

/// A name that passed the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    /// As it is shown: NFC, one space between words.
    pub(crate) shown: String,
    /// What must differ between any two organizations.
    pub(crate) key: String,
    /// What lists are ordered by; no two are equal.
    pub(crate) sorted: String,
}

impl Name {
    /// Reads a name as a person typed it into a form.
    pub(crate) fn parse(typed: &str) -> Result<Self, Code> {
        let shown = base::name::spaced(typed);
        let length = shown.chars().count();
        if shown.is_empty() {
            return Err(Code::Required);
        }
        if length > *LENGTH.end() {
            return Err(Code::TooLong);
        }
        if !base::name::is_title(&shown) {
            return Err(Code::BadCharacters);
        }
        let key = key(&shown);
        if length < *LENGTH.start() || key.len() < 2 {
            return Err(Code::TooShort);
        }
        if base::name::is_reserved(&shown) {
            return Err(Code::Reserved);
        }
        let sorted = format!("{} {key}", plain(&shown));
        Ok(Self { shown, key, sorted })
    }

    /// Whether two shown names are the same but for letter case: then the second is *taken*, else it only *looks* taken.
    pub(crate) fn same_letters(one: &str, other: &str) -> bool {
        one.to_lowercase() == other.to_lowercase()
    }
}

/// What is compared of a name, and what a search looks for.
pub(crate) fn key(name: &str) -> String {
    base::name::title_key(name)
}

/// A name as it is looked up in a list of names: without case and accents.
fn plain(name: &str) -> String {
    let letters = name.nfd().flat_map(char::to_lowercase).filter(|c| !matches!(c, '\u{300}'..='\u{36f}'));
    letters.map(|c| if c == 'ł' { 'l' } else { c }).collect()
}

/// Reads the last part of an address as somebody typed it.
pub(crate) fn parse_slug(typed: &str) -> Result<String, Code> {
    let slug = typed.trim().to_ascii_lowercase();
    if slug.is_empty() {
        return Err(Code::Required);
    }
    if slug.len() > *SLUG_LENGTH.end() {
        return Err(Code::TooLong);
    }
    let plain = slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !plain || slug.starts_with('-') || slug.ends_with('-') || slug.contains("--") {
        return Err(Code::BadCharacters);
    }
    if slug.len() < *SLUG_LENGTH.start() {
        return Err(Code::TooShort);
    }
    if OUR_PAGES.contains(&slug.as_str()) {
        return Err(Code::Reserved);
    }
    Ok(slug)
}

/// The address that a name suggests: its letters without accents, hyphens between words.
pub(crate) fn slug_of(name: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    for c in name.nfd().flat_map(char::to_lowercase) {
        match c {
            '\u{300}'..='\u{36f}' => {}
            'ł' => slug.push('l'),
            'ø' => slug.push('o'),
            'æ' => slug.push_str("ae"),
            'œ' => slug.push_str("oe"),
            'ß' => slug.push_str("ss"),
            c if c.is_ascii_alphanumeric() => slug.push(c),
            '\'' | '’' | '.' => {}
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
    }
    slug.truncate(*SLUG_LENGTH.end());
    let slug = slug.trim_end_matches('-');
    if slug.len() < *SLUG_LENGTH.start() || OUR_PAGES.contains(&slug) { format!("org-{slug}") } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_organizations_have() {
        for name in [
            "The Order of the Gate",
            "Myth II: Soulblighter",
            "O'Brien & Sons",
            "Łódź Gaming",
            "Zürich (CH)",
            "1st Legion",
        ] {
            assert_eq!(Name::parse(name).unwrap().shown, name);
        }
        assert_eq!(Name::parse("  The   Order ").unwrap().shown, "The Order");
    }

    #[test]
    fn names_none_gets() {
        let long = "a".repeat(61);
        for (name, code) in [
            ("", Code::Required),
            ("   ", Code::Required),
            ("ab", Code::TooShort),
            ("a & - .", Code::TooShort),
            (long.as_str(), Code::TooLong),
            ("Орден", Code::BadCharacters),
            ("The\u{202e}Order", Code::BadCharacters),
            ("The\nOrder", Code::BadCharacters),
            ("<b>", Code::BadCharacters),
            ("& Sons", Code::BadCharacters),
            ("Guildhall", Code::Reserved),
            ("Moderator", Code::Reserved),
        ] {
            assert_eq!(Name::parse(name), Err(code), "{name:?}");
        }
    }

    #[test]
    fn look_alikes_are_one() {
        for (one, other) in [
            ("The Order", "the_order"),
            ("The Order!", "The 0rder"),
            ("Łódź Gaming", "Lodz Gaming"),
            ("O'Brien & Sons", "OBrien Sons"),
            ("Corner House", "Comer House"),
        ] {
            assert_eq!(Name::parse(one).unwrap().key, Name::parse(other).unwrap().key, "{one} {other}");
        }
    }

    #[test]
    fn addresses() {
        for (typed, slug) in [("the-order", Ok("the-order")), (" The-Order ", Ok("the-order")), ("a1", Ok("a1"))] {
            assert_eq!(parse_slug(typed).as_deref().map_err(|code| *code), slug);
        }
        for (typed, code) in [
            ("", Code::Required),
            ("a", Code::TooShort),
            ("-a", Code::BadCharacters),
            ("a--b", Code::BadCharacters),
            ("a/b", Code::BadCharacters),
            ("..", Code::BadCharacters),
            ("orden-ß", Code::BadCharacters),
            ("new", Code::Reserved),
        ] {
            assert_eq!(parse_slug(typed), Err(code), "{typed:?}");
        }
    }

    #[test]
    fn a_name_suggests_an_address() {
        for (name, slug) in [
            ("The Order of the Gate", "the-order-of-the-gate"),
            ("Łódź & Kraków", "lodz-krakow"),
            ("O'Brien's!", "obriens"),
            ("New", "org-new"),
            ("Straße 7", "strasse-7"),
        ] {
            assert_eq!(slug_of(name), slug);
            assert!(parse_slug(slug).is_ok(), "{slug}");
        }
        assert!(parse_slug(&slug_of(&"word ".repeat(20))).is_ok());
    }
}
