//! When two names are one: of people, of organizations.

use unicode_normalization::UnicodeNormalization as _;

/// Words that speak for the hub. Compared by [`fold`], digits at the end put aside.
const RESERVED: &[&str] = &[
    "abuse",
    "account",
    "admin",
    "administrator",
    "all",
    "anonymous",
    "anybody",
    "api",
    "bot",
    "console",
    "daemon",
    "everybody",
    "everyone",
    "guest",
    "guildhall",
    "help",
    "host",
    "hub",
    "info",
    "lobby",
    "me",
    "metaserver",
    "mod",
    "moderator",
    "nobody",
    "null",
    "official",
    "operator",
    "owner",
    "plugin",
    "postmaster",
    "root",
    "security",
    "server",
    "somebody",
    "staff",
    "support",
    "sysop",
    "system",
    "undefined",
    "unknown",
    "webmaster",
];

/// One key for all names that a reader could mistake for each other: letter case, accents, separators, `0`/`o`, `1`/`i`/`l`
/// and `rn`/`m`, `vv`/`w` make no difference.
///
/// Names have the letters of the shipped languages to choose from, so this short table covers what the Unicode consortium's list of
/// confusables (UTS 39) says about them.
pub fn fold(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    for c in name.nfd().flat_map(char::to_lowercase) {
        match c {
            '\u{300}'..='\u{36f}' => {}
            c if is_separator(c) => {}
            '0' | 'ø' => key.push('o'),
            '1' | 'i' | 'ł' => key.push('l'),
            'æ' => key.push_str("ae"),
            'œ' => key.push_str("oe"),
            'ß' => key.push_str("ss"),
            c => key.push(c),
        }
    }
    key.replace("rn", "m").replace("vv", "w")
}

/// The letters beyond a–z that what people found may have in its name: those of the shipped languages. Other alphabets are left out for the
/// sake of those who look alike in them.
const TITLE_LETTERS: &str = "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûüßÆØæøÀÃÕŒœÿŸÂÊÁËÈÍÎÏÌÓÔÒÚÛÙĄĆĘŁŃŚŹŻąćęłńśźż";
/// Signs that such names have, and that count for nothing where two are compared.
const TITLE_SIGNS: &str = "'’&!:()+#,/";

/// The name of something that people found, such as an organization or an order: as it is shown, composed, with one space between words.
pub fn spaced(typed: &str) -> String {
    typed.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ").nfc().collect()
}

/// Whether something that people found may be called that, as far as its letters go.
pub fn is_title(name: &str) -> bool {
    let allowed =
        |c: char| c.is_ascii_alphanumeric() || is_separator(c) || TITLE_LETTERS.contains(c) || TITLE_SIGNS.contains(c);
    name.chars().all(allowed) && name.starts_with(|c: char| c.is_alphanumeric())
}

/// What is compared of such a name, and what a search looks for.
pub fn title_key(name: &str) -> String {
    fold(&name.replace(|c| TITLE_SIGNS.contains(c), ""))
}

/// What stands between the words of a name and counts for nothing.
pub const fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '.' | '_' | '-')
}

/// Whether the name speaks for the hub, or looks as if it did.
pub fn is_reserved(name: &str) -> bool {
    let bare = fold(name.trim_end_matches(|c: char| c.is_ascii_digit() || is_separator(c)));
    let whole = fold(name);
    RESERVED.iter().map(|word| fold(word)).any(|word| word == bare || word == whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_alikes_are_one() {
        for (one, other) in [
            ("Zoë", "zoe"),
            ("John Smith", "john_smith"),
            ("corner", "comer"),
            ("vvind", "wind"),
            ("Łódź", "lodz"),
            ("Ægir", "aegir"),
            ("Strauß", "STRAUSS"),
            ("Iris", "1r1s"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
        assert_ne!(fold("Olga"), fold("Olaf"));
    }

    #[test]
    fn titles_have_letters_of_the_shipped_languages_and_a_few_signs() {
        assert_eq!(spaced("  The   Lantern "), "The Lantern");
        for (name, good) in
            [("The Lantern", true), ("O'Neill & Søn (2)", true), ("!bang", false), ("Ольга", false), ("a\u{7}b", false)]
        {
            assert_eq!(is_title(name), good, "{name}");
        }
        assert_eq!(title_key("The Lantern!"), title_key("the-lantern"));
    }

    #[test]
    fn nobody_speaks_for_the_hub() {
        for name in ["admin", "ADM1N", "Ádmin", "a.d.m.i.n", "moderator 2", "adrnin"] {
            assert!(is_reserved(name), "{name}");
        }
        assert!(!is_reserved("Administratrix of the North"));
    }
}
