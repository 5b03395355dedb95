//! An address a letter goes to, typed so that nothing but an address can stand in a header.

use std::{fmt, str::FromStr as _};

use lettre::message::Mailbox;
use sha2::{Digest as _, Sha256};

/// The longest address that mail servers pass on (RFC 5321 §4.5.3.1).
const LONGEST: usize = 254;

/// One mailbox. Made by [`Address::parse`] only, which takes nothing that could begin another header.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(lettre::Address);

impl Address {
    /// Reads an address, without a name around it.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.len() <= LONGEST && !text.chars().any(|c| c.is_control() || c.is_whitespace());
        plain.then(|| lettre::Address::from_str(text).ok()).flatten().map(Self)
    }

    /// The address as it was given.
    pub fn as_str(&self) -> &str {
        self.0.as_ref()
    }

    /// The part behind the `@`.
    pub fn domain(&self) -> &str {
        self.0.domain()
    }

    pub(crate) fn mailbox(&self, name: Option<String>) -> Mailbox {
        Mailbox::new(name, self.0.clone())
    }

    /// By what a mailbox that wants no more of something is remembered. A hash, because it outlives the account.
    pub(crate) fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.as_str().to_lowercase()).into()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Without the address: what is debugged is soon logged.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_an_address_is_one() {
        for good in ["olga@example.org", "o.l+g_a@sub.example.org", "zoë@bücher.example"] {
            assert_eq!(Address::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "olga",
            "a@b@c.org",
            "olga@example.org\r\nBcc: all@example.org",
            "olga@example.org\n",
            "Olga <olga@example.org>",
            "olga@example.org, ivan@example.org",
            "a\u{0}@b.org",
        ] {
            assert!(Address::parse(bad).is_none(), "{bad:?}");
        }
        assert!(Address::parse(&format!("{}@example.org", "a".repeat(300))).is_none());
    }

    #[test]
    fn letter_case_is_one_mailbox() {
        let hash = |text| Address::parse(text).unwrap().hash();
        assert_eq!(hash("Olga@Example.org"), hash("olga@example.org"));
        assert_ne!(hash("olga@example.org"), hash("ivan@example.org"));
    }
}
