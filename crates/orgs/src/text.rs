//! What people write: plain text, its line breaks kept.

use contract::Code;

/// The longest description, in characters.
pub(crate) const DESCRIPTION: usize = 4_000;
/// The longest message to those who let people in, and the longest reason.
pub(crate) const MESSAGE: usize = 500;
/// As much of a description as a list shows.
const SUMMARY: usize = 160;

/// A text as it was typed, composed, with one kind of line break and nothing that a reader can't see.
pub(crate) fn parse(typed: &str, longest: usize) -> Result<String, Code> {
    let text = base::text::composed(typed);
    if text.chars().count() > longest {
        return Err(Code::TooLong);
    }
    if text.chars().any(base::text::is_unfit) {
        return Err(Code::BadCharacters);
    }
    Ok(text)
}

/// The beginning of a text, in one line.
pub(crate) fn summary(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= SUMMARY {
        return line;
    }
    let cut: String = line.chars().take(SUMMARY).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
    format!("{whole}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_stay_and_what_is_hidden_is_refused() {
        assert_eq!(parse(" one\r\ntwo\rthree ", 100), Ok("one\ntwo\nthree".into()));
        assert_eq!(parse("a\u{0}b", 100), Err(Code::BadCharacters));
        assert_eq!(parse("a\u{202e}b", 100), Err(Code::BadCharacters));
        assert_eq!(parse("abc", 2), Err(Code::TooLong));
        assert_eq!(parse("", 2), Ok(String::new()));
    }

    #[test]
    fn a_summary_ends_with_a_word() {
        assert_eq!(summary("one\n\n two"), "one two");
        let long = "word ".repeat(100);
        let short = summary(&long);
        assert!(short.ends_with("word…") && short.chars().count() <= SUMMARY + 1, "{short}");
        assert!(summary(&"x".repeat(500)).ends_with("x…"));
    }
}
