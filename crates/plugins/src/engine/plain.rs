//! What a guest wrote, made fit for a log: one line, no colours, no tricks with the direction of letters, and not longer than agreed.

/// The longest line of a plugin's log, in bytes.
pub(crate) const LONGEST_LINE: usize = 4096;

/// A text on one line. What moves a cursor, ends a line or turns the direction of writing becomes a blank.
pub(crate) fn plain(text: &str, longest: usize) -> String {
    let mut plain = String::with_capacity(text.len().min(longest));
    for c in text.chars() {
        let c = if moves(c) { ' ' } else { c };
        if plain.len() + c.len_utf8() > longest {
            plain.truncate(plain.floor_char_boundary(longest.saturating_sub('…'.len_utf8())));
            plain.push('…');
            break;
        }
        plain.push(c);
    }
    plain
}

fn moves(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_line_stays_a_line() {
        assert_eq!(plain("ok\n2026-01-01 ERROR forged\u{1b}[31m", 100), "ok 2026-01-01 ERROR forged [31m");
        assert_eq!(plain("a\u{202e}b\u{2028}c\r\0", 100), "a b c  ");
        assert_eq!(plain("Zoë", 100), "Zoë");
    }

    #[test]
    fn and_a_long_one_is_cut_between_letters() {
        assert_eq!(plain("abcdef", 6), "abcdef");
        assert_eq!(plain("abcdefg", 6), "abc…");
        assert_eq!(plain("ëëëë", 7), "ëë…");
        assert_eq!(plain(&"é".repeat(5000), 4096).len(), 4095);
    }
}
