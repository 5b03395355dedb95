//! Patterns of names: letters compared as names are, `*` for anything.

use contract::{Code, Field};

use crate::error::Error;

const LONGEST: usize = 60;
/// With fewer letters it would meet half of everybody.
const FEWEST_LETTERS: usize = 3;

/// Reads a pattern and folds its letters.
pub(crate) fn parse(typed: &str, fold: fn(&str) -> String) -> Result<String, Error> {
    let wrong = |code| Err(Error::field(Field::Pattern, code));
    let typed = typed.trim();
    if typed.is_empty() {
        return wrong(Code::Required);
    }
    if typed.chars().count() > LONGEST {
        return wrong(Code::TooLong);
    }
    if typed.chars().any(char::is_control) {
        return wrong(Code::BadCharacters);
    }
    let parts: Vec<String> = typed.split('*').map(fold).collect();
    if parts.iter().map(|part| part.chars().count()).sum::<usize>() < FEWEST_LETTERS {
        return wrong(Code::TooWide);
    }
    let mut pattern = parts.join("*");
    while pattern.contains("**") {
        pattern = pattern.replace("**", "*");
    }
    Ok(pattern)
}

/// Whether a folded name is met by a folded pattern.
pub(crate) fn meets(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    // Without a star the whole name has to be the pattern.
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lower(text: &str) -> String {
        text.to_lowercase()
    }

    #[test]
    fn a_star_is_anything() {
        for (pattern, name, meets_it) in [
            ("olga", "olga", true),
            ("olga", "olga2", false),
            ("olga*", "olga2", true),
            ("*olga", "xolga", true),
            ("*olga", "olgax", false),
            ("*ol*ga*", "xxolyyga", true),
            ("ol*ga", "olga", true),
            ("ab*ba", "aba", false),
            ("*spam*spam*", "spam", false),
        ] {
            assert_eq!(meets(pattern, name), meets_it, "{pattern} {name}");
        }
    }

    #[test]
    fn too_few_letters_are_too_many_names() {
        for typed in ["*", "a*b", "***ab"] {
            assert_eq!(parse(typed, lower).unwrap_err().problem().fields[0].code, Code::TooWide, "{typed}");
        }
        assert_eq!(parse(" SPAM**bot ", lower).unwrap(), "spam*bot");
    }
}
