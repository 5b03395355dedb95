//! What a log-in is made with, and from where, as far as either is kept.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use base::Secret;

use crate::{
    Accounts,
    token::{self, TokenHash},
};

/// Characters of the device's cookie: as of any other token.
const TOKEN_LENGTH: usize = 43;

/// The browser that somebody logs in with.
#[derive(Debug, Clone, Copy, Default)]
pub struct Browser<'a> {
    /// The header as it came.
    pub user_agent: &'a str,
    /// The value of the device's cookie, where it has one.
    pub device: Option<&'a str>,
    /// The language its pages are in: a BCP 47 tag.
    pub locale: Option<&'a str>,
}

impl<'a> From<&'a str> for Browser<'a> {
    /// A browser of which only the header is known.
    fn from(user_agent: &'a str) -> Self {
        Self { user_agent, device: None, locale: None }
    }
}

impl Browser<'_> {
    /// What is stored of its cookie.
    pub(crate) fn device_hash(&self) -> Option<TokenHash> {
        self.device.filter(|device| device.len() == TOKEN_LENGTH).map(token::hash)
    }

    /// The language, if it is one that a column should hold.
    pub(crate) fn language(&self) -> Option<String> {
        self.locale.filter(|tag| is_tag(tag)).map(str::to_owned)
    }
}

impl Accounts {
    /// The value of the device's cookie: the one it has, or a fresh one.
    pub(crate) fn device_token(&self, browser: Browser<'_>) -> Secret {
        match browser.device {
            Some(device) if device.len() == TOKEN_LENGTH => Secret::new(device),
            _ => token::new_token(&*self.0.chance),
        }
    }
}

/// Whether it looks like a language: "en", "pt-BR".
pub(crate) fn is_tag(tag: &str) -> bool {
    (2..=20).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// The network an address is in, coarse enough to name a town and not a door: 24 bits of it, or 48 of the longer kind.
pub(crate) fn network(address: Option<IpAddr>) -> String {
    match address.map(|address| address.to_canonical()) {
        None => String::new(),
        Some(IpAddr::V4(address)) => {
            let [a, b, c, _] = address.octets();
            format!("{}/24", Ipv4Addr::new(a, b, c, 0))
        }
        Some(IpAddr::V6(address)) => {
            let [a, b, c, ..] = address.segments();
            format!("{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_names_no_door() {
        for (address, kept) in [
            ("203.0.113.77", "203.0.113.0/24"),
            ("::ffff:203.0.113.77", "203.0.113.0/24"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ] {
            assert_eq!(network(Some(address.parse().unwrap())), kept);
        }
        assert_eq!(network(None), "");
    }

    #[test]
    fn only_languages_are_kept() {
        assert!(is_tag("en") && is_tag("pt-BR"));
        assert!(!is_tag("") && !is_tag("e") && !is_tag("pt_BR") && !is_tag("<script>") && !is_tag(&"a".repeat(21)));
    }
}
