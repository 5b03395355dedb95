//! How a stranger's statement is read: to the ends of its strings and comments, so that its parameters can be numbered and `:org` among them
//! is the host's. What it means is SQLite's to say.

use crate::{error::Error, raw::MOST_ARGUMENTS};

/// The longest statement, in bytes.
const LONGEST: usize = 64 * 1024;

/// A statement whose parameters are numbers: the first is the organization, the stranger's own begin at two.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    pub(crate) text: String,
    /// So many arguments it takes beside the organization.
    pub(crate) arguments: usize,
}

impl Statement {
    /// Reads one.
    pub(crate) fn read(text: &str) -> Result<Self, Error> {
        if text.len() > LONGEST {
            return Err(Error::text(format!("has at most {} KiB", LONGEST >> 10)));
        }
        whole(text)?;
        let (bytes, mut read) = (text.as_bytes(), Self { text: String::with_capacity(text.len() + 16), arguments: 0 });
        let (mut at, mut ended) = (0, false);
        while let Some(byte) = bytes.get(at).copied() {
            let begins = at;
            let says_something = match (byte, bytes.get(at + 1)) {
                (b'\'' | b'"' | b'`', _) => {
                    at = quoted(bytes, at, byte);
                    true
                }
                (b'[', _) => {
                    at = after(bytes, at + 1, b"]");
                    true
                }
                (b'-', Some(b'-')) => {
                    at = after(bytes, at, b"\n");
                    false
                }
                (b'/', Some(b'*')) => {
                    at = after(bytes, at + 2, b"*/");
                    false
                }
                (b'?', _) => {
                    at = while_(bytes, at + 1, |byte| byte.is_ascii_digit());
                    let number = read.parameter(&text[begins + 1..at])?;
                    read.text.push('?');
                    read.text.push_str(&(number + 1).to_string());
                    single(ended)?;
                    continue;
                }
                (b':' | b'@' | b'$' | b'#', _) => {
                    at = while_(bytes, at + 1, is_of_a_name);
                    if &text[begins..at] != ":org" {
                        return Err(Error::text(format!(
                            "has the parameter `{}`: there are `?`, `?1` and so on, and `:org`",
                            &text[begins..at]
                        )));
                    }
                    read.text.push_str("?1");
                    single(ended)?;
                    continue;
                }
                (b';', _) => {
                    at += 1;
                    ended = true;
                    read.text.push(';');
                    continue;
                }
                (byte, _) if is_of_a_name(byte) => {
                    at = while_(bytes, at, is_of_a_name);
                    true
                }
                (byte, _) => {
                    at += 1;
                    !byte.is_ascii_whitespace() && byte != 0x0b
                }
            };
            if says_something {
                single(ended)?;
            }
            read.text.push_str(&text[begins..at]);
        }
        Ok(read)
    }

    /// The number of a parameter that stands as `?` and these digits. Without any it is one more than the largest before, as in SQLite.
    fn parameter(&mut self, digits: &str) -> Result<usize, Error> {
        let number = if digits.is_empty() { self.arguments + 1 } else { digits.parse().unwrap_or(usize::MAX) };
        if !(1..MOST_ARGUMENTS).contains(&number) {
            return Err(Error::text(format!("has parameters from ?1 to ?{}", MOST_ARGUMENTS - 1)));
        }
        self.arguments = self.arguments.max(number);
        Ok(number)
    }
}

/// That a text has no end before its end: `sqlx` would look for the rest for ever.
pub(crate) fn whole(text: &str) -> Result<(), Error> {
    if text.contains('\0') { Err(Error::text("has a zero byte in it")) } else { Ok(()) }
}

fn single(ended: bool) -> Result<(), Error> {
    if ended { Err(Error::text("is more than one statement")) } else { Ok(()) }
}

/// What SQLite takes for a part of a name, a word or a number.
fn is_of_a_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

/// Where something ends that began with a quote; two of them in it are one.
fn quoted(bytes: &[u8], begins: usize, quote: u8) -> usize {
    let mut at = begins + 1;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        if *byte == quote {
            if bytes.get(at) != Some(&quote) {
                return at;
            }
            at += 1;
        }
    }
    at
}

/// Behind the next such end; the end of everything, where there is none.
fn after(bytes: &[u8], from: usize, end: &[u8]) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    rest.windows(end.len()).position(|window| window == end).map_or(bytes.len(), |at| from + at + end.len())
}

fn while_(bytes: &[u8], from: usize, is: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    from + rest.iter().take_while(|byte| is(**byte)).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> (String, usize) {
        let read = Statement::read(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        (read.text, read.arguments)
    }

    fn wrong(text: &str) -> String {
        Statement::read(text).unwrap_err().to_string()
    }

    #[test]
    fn parameters_are_numbered_behind_the_organization() {
        assert_eq!(read("select ?, ?, :org"), ("select ?2, ?3, ?1".into(), 2));
        assert_eq!(read("select ?3, ?"), ("select ?4, ?5".into(), 4));
        assert_eq!(
            read("select 1 where org=:org and x in (?,?1)"),
            ("select 1 where org=?1 and x in (?2,?2)".into(), 1)
        );
        assert_eq!(read("select a$1, é:org"), ("select a$1, é?1".into(), 0));
    }

    #[test]
    fn what_stands_in_strings_and_comments_stays() {
        for text in [
            "select ':org', 'it''s ?'",
            "select \":org\", \"a\"\"?\", `?``:org`, [?:org]",
            "select 1 -- :org ? @x",
            "select 1 /* ? :org ; select 2 */",
            "select 1; -- the end\n /* really */ ;",
            "select 'open ?",
            "select 1 /* open ?",
            "select x'ab', 1.5e+3, a->>'$.b', a<>b",
        ] {
            assert_eq!(read(text), (text.into(), 0), "{text}");
        }
        assert_eq!(read("select '--', ?"), ("select '--', ?2".into(), 1));
        assert_eq!(read("select 1 --'\n, ?"), ("select 1 --'\n, ?2".into(), 1));
        assert_eq!(read("select 4/ ?, 3- -?"), ("select 4/ ?2, 3- -?3".into(), 2));
    }

    #[test]
    fn other_names_and_second_statements_are_refused() {
        for text in [":organization", ":ORG", "@org", "$org", "$0", "$1", ":", "#1", "select :org1", "select @org"] {
            assert!(wrong(text).contains("has the parameter"), "{text}");
        }
        for text in ["?0", "?256", "?99999999999999999999999"] {
            assert!(wrong(text).contains("?1 to ?255"), "{text}");
        }
        for text in ["select 1; select 2", "select 1;;x", "delete from a; ?", "delete from a; :org", "a;'b'"] {
            assert!(wrong(text).contains("more than one statement"), "{text}");
        }
        assert!(wrong("select 1\0").contains("zero byte"));
        assert!(wrong(&"x".repeat(LONGEST + 1)).contains("64 KiB"));
    }

    proptest! {
        /// Whatever is written, it is read to its end, and no name is left in it that sqlx would stumble over.
        #[test]
        fn any_text_is_read_or_refused(text in "[-/*'\"`\\[\\]?:;@$#a-z0-9 \nor\u{e9}]{0,60}") {
            if let Ok(read) = Statement::read(&text) {
                prop_assert!(read.arguments < MOST_ARGUMENTS);
                // With one number more than allowed it may be; with a name, never.
                if let Err(error) = Statement::read(&read.text) {
                    prop_assert!(error.to_string().contains("has parameters from"), "{}", error);
                }
            }
        }
    }
}
