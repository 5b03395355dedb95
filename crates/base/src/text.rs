//! What people write: plain text, its line breaks kept.

use unicode_normalization::UnicodeNormalization as _;

/// A text as it was typed, composed, with one kind of line break and nothing around it.
pub fn composed(typed: &str) -> String {
    typed.replace("\r\n", "\n").replace('\r', "\n").trim().nfc().collect()
}

/// What no text may hold: control characters, and those that turn the direction of what stands around them or that nobody sees.
pub fn is_unfit(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_are_of_one_kind_and_what_is_hidden_is_unfit() {
        assert_eq!(composed(" one\r\ntwo\rthree "), "one\ntwo\nthree");
        for (c, unfit) in
            [('a', false), ('\n', false), ('\t', false), ('\0', true), ('\u{202e}', true), ('\u{feff}', true)]
        {
            assert_eq!(is_unfit(c), unfit, "{c:?}");
        }
    }
}
