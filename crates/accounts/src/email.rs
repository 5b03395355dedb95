//! E-mail addresses: whether it looks like one, and when two are one.

use contract::Code;

/// The longest address that mail servers pass on (RFC 5321 §4.5.3.1).
const LONGEST: usize = 254;
/// The longest part before the `@` (the same place).
const LONGEST_LOCAL: usize = 64;

/// An address that looks like one. Whether mail arrives there is not known before it was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Email {
    /// As it was typed, without the blanks around it.
    pub(crate) shown: String,
    /// What must differ between any two accounts: lower case.
    pub(crate) key: String,
}

impl Email {
    /// Reads an address as a person typed it; an empty one is none.
    pub(crate) fn parse(typed: &str) -> Result<Option<Self>, Code> {
        let shown = typed.trim();
        if shown.is_empty() {
            return Ok(None);
        }
        if shown.len() > LONGEST {
            return Err(Code::TooLong);
        }
        if !looks_right(shown) {
            return Err(Code::NotAnEmail);
        }
        Ok(Some(Self { shown: shown.to_owned(), key: key(shown) }))
    }
}

/// The key under which an address is looked up.
pub(crate) fn key(typed: &str) -> String {
    typed.trim().to_lowercase()
}

/// Strict about what would break a mail header, easy about the rest: the only real test is a message that arrives.
fn looks_right(address: &str) -> bool {
    let Some((local, domain)) = address.rsplit_once('@') else { return false };
    let local_ok = !local.is_empty()
        && local.len() <= LONGEST_LOCAL
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|c| !c.is_control() && !c.is_whitespace() && !"()<>[]:;@\\,\"".contains(c));
    let labels: Vec<&str> = domain.split('.').collect();
    let domain_ok = labels.len() >= 2
        && labels.iter().all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        });
    local_ok && domain_ok
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in ["olga@example.org", "o.l+g_a@sub.example.org", "zoë@bücher.example", " a@b.cc "] {
            assert_eq!(Email::parse(good).unwrap().unwrap().shown, good.trim());
        }
        assert_eq!(Email::parse("  "), Ok(None));
        let long = format!("{}@example.org", "a".repeat(65));
        for bad in [
            "olga",
            "@example.org",
            "olga@",
            "olga@example",
            "a@b@example.org",
            "o lga@example.org",
            "a@-b.org",
            "a..b@c.org",
            "a@b..org",
            "<a@b.org>",
            "a\r\nb@c.org",
            &long,
        ] {
            assert_eq!(Email::parse(bad), Err(Code::NotAnEmail), "{bad}");
        }
        assert_eq!(Email::parse(&format!("{}@example.org", "a".repeat(300))), Err(Code::TooLong));
    }

    #[test]
    fn letter_case_makes_no_difference() {
        assert_eq!(Email::parse("Olga@Example.ORG").unwrap().unwrap().key, key("olga@example.org"));
    }
}
