//! Names: what one may be called, and when two names are one.

pub(crate) use base::name::fold;
use base::name::is_separator;
use contract::Code;
use unicode_normalization::UnicodeNormalization;

/// Shortest and longest name, in characters.
const LENGTH: std::ops::RangeInclusive<usize> = 3..=24;

/// As much of a name as Aleph One's client lets a player type (protocol §9.5).
const SHORTEST_CLIENT: usize = 15;

/// The letters beyond a–z that MacRoman has (protocol §5): with them every name of the Western European
/// languages can be typed in every classic client, each letter as one byte. Left out are MacRoman's signs that Unicode
/// counts as letters (ª º ƒ µ π Ω and the ligatures): nobody is called that, and they look like other letters.
const LETTERS: &str = "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûüßÆØæøÀÃÕŒœÿŸÂÊÁËÈÍÎÏÌÓÔÒÚÛÙ";

/// A name that passed the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    /// As it is shown: NFC.
    pub(crate) shown: String,
    /// What must differ between any two accounts.
    pub(crate) key: String,
    /// What must differ too, so that a client which takes only fifteen characters still names one account.
    pub(crate) game_key: String,
}

impl Name {
    /// Reads a name as a person typed it into a form.
    pub(crate) fn parse(typed: &str) -> Result<Self, Code> {
        let shown: String = typed.nfc().collect();
        let length = shown.chars().count();
        if shown.is_empty() {
            return Err(Code::Required);
        }
        if length > *LENGTH.end() {
            return Err(Code::TooLong);
        }
        // `|b`, the classic clients' style code, falls here as well: `|` is no letter.
        if !shown.chars().all(is_allowed) || shown.starts_with(is_separator) || shown.ends_with(' ') {
            return Err(Code::BadCharacters);
        }
        if length < *LENGTH.start() || shown.chars().filter(|c| !is_separator(*c)).count() < 2 {
            return Err(Code::TooShort);
        }
        if is_reserved(&shown) {
            return Err(Code::Reserved);
        }
        Ok(Self { key: fold(&shown), game_key: game_key(&shown), shown })
    }

    /// Whether two shown names are the same but for letter case: then the second is *taken*, else it only *looks* taken.
    pub(crate) fn same_letters(one: &str, other: &str) -> bool {
        one.to_lowercase() == other.to_lowercase()
    }
}

/// The key under which a classic client's name is looked up: style codes and blanks around it dropped, cut at fifteen characters.
pub(crate) fn game_key(typed: &str) -> String {
    let plain = plain(typed);
    fold(&plain.trim().nfc().take(SHORTEST_CLIENT).collect::<String>())
}

fn is_allowed(c: char) -> bool {
    c.is_ascii_alphanumeric() || is_separator(c) || LETTERS.contains(c)
}

fn is_reserved(shown: &str) -> bool {
    // `Guest ` begins the names that classic clients let a player mute as guests (protocol §9.6).
    shown.to_lowercase().starts_with("guest ") || base::name::is_reserved(shown)
}

/// As much of a name from elsewhere as a name may hold here; it may still be too short, or taken.
pub(crate) fn allowed(name: &str) -> String {
    let kept: String = name.nfc().filter(|c| is_allowed(*c)).collect();
    let begun = kept.trim_start_matches(is_separator);
    begun.chars().take(*LENGTH.end()).collect::<String>().trim_end().to_owned()
}

/// Drops `|` and the letter after it: how the classic clients write bold, italic and the like (protocol §5).
pub(crate) fn plain(typed: &str) -> String {
    let mut plain = String::with_capacity(typed.len());
    let mut rest = typed.chars();
    while let Some(c) = rest.next() {
        if c == '|' {
            rest.next();
        } else {
            plain.push(c);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> String {
        Name::parse(name).unwrap().key
    }

    #[test]
    fn names_people_have() {
        for name in [
            "Bob",
            "Zoë",
            "João da Silva",
            "Łukasz".trim_start_matches('Ł'),
            "x_x",
            "Müller-Lüdenscheidt",
            "O.k.",
            "Ægir 2",
        ] {
            let parsed = Name::parse(name).unwrap();
            assert_eq!(parsed.shown, name);
            assert!(name.chars().count() <= 31, "one MacRoman byte each");
        }
    }

    #[test]
    fn names_nobody_gets() {
        let long = "a".repeat(25);
        for (name, code) in [
            ("", Code::Required),
            ("ab", Code::TooShort),
            ("a - -", Code::TooShort),
            (long.as_str(), Code::TooLong),
            (" bob", Code::BadCharacters),
            ("bob ", Code::BadCharacters),
            ("-bob", Code::BadCharacters),
            ("|bbob", Code::BadCharacters),
            ("bob\u{0}", Code::BadCharacters),
            ("bo\u{202e}b", Code::BadCharacters),
            ("Иван", Code::BadCharacters),
            ("ﬁona", Code::BadCharacters),
            ("bob@home", Code::BadCharacters),
            ("admin", Code::Reserved),
            ("ADM1N", Code::Reserved),
            ("Ádmin", Code::Reserved),
            ("a.d.m.i.n", Code::Reserved),
            ("moderator 2", Code::Reserved),
            ("adrnin", Code::Reserved),
            ("Guest of honour", Code::Reserved),
        ] {
            assert_eq!(Name::parse(name), Err(code), "{name:?}");
        }
    }

    #[test]
    fn a_decomposed_name_is_composed() {
        assert_eq!(Name::parse("Zoe\u{308}").unwrap().shown, "Zoë");
    }

    #[test]
    fn look_alikes_are_one() {
        for (one, other) in [
            ("Olga", "olga"),
            ("Olga", "0lga"),
            ("Iris", "lris"),
            ("Iris", "1r1s"),
            ("Zoë", "zoe"),
            ("John Smith", "john_smith"),
            ("John Smith", "JohnSmith"),
            ("corner", "comer"),
            ("vvind", "wind"),
            ("Ægir", "aegir"),
            ("Strauß", "STRAUSS"),
            ("Søren", "S0ren"),
        ] {
            assert_eq!(key(one), key(other), "{one} {other}");
        }
        assert_ne!(key("Olga"), key("Olaf"));
    }

    #[test]
    fn a_client_that_takes_fifteen_characters_names_one_account() {
        let name = Name::parse("Bartholomew the Great").unwrap();
        assert_eq!(name.game_key, game_key("Bartholomew the"));
        assert_eq!(name.game_key, game_key("  |bBartholomew the Great|p"));
        assert_eq!(name.game_key, Name::parse("Bartholomew the Third").unwrap().game_key, "so the second is refused");
        assert_eq!(game_key("|"), "");
    }
}
