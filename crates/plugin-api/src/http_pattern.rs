//! Where a plugin asks to call out to: `https://alttpr.com/api/*`.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

/// Addresses under one host, or under everything below one: what an admin reads before saying yes.
///
/// Only https. The host is written out, or begins with `*.` for whatever stands below it (not for itself); the path is written out, or ends in
/// `*`. Whether a name leads to an address inside the operator's own network is for whoever calls to find out: a pattern can't tell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HttpPattern {
    /// With the `.` in front, where whatever stands below is meant.
    host: String,
    below: bool,
    port: Option<u16>,
    /// Without the `*`.
    path: String,
    open: bool,
}

/// Not a pattern of addresses; says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAnAddress {
    /// Something else than https.
    #[error("it must begin with `https://`")]
    Scheme,
    /// Not the name of a host.
    #[error(
        "the host is a name in lower case such as `example.org`, or `*.example.org` for all below it; no numbers for names"
    )]
    Host,
    /// Everything below a whole top-level domain.
    #[error("`*.` needs a name of at least two parts behind it, such as `*.example.org`")]
    TooWide,
    /// Not a port.
    #[error("the port is a number from 1 to 65535")]
    Port,
    /// No path, or none that can be compared.
    #[error("say which paths: `/*` for all, or such as `/api/*`; without `?`, `#`, `..` or a `*` in the middle")]
    Path,
}

impl HttpPattern {
    /// The host as an admin reads it: `alttpr.com`, `*.example.org`.
    pub fn host(&self) -> String {
        if self.below { format!("*{}", self.host) } else { self.host.clone() }
    }

    /// Whether it may be called.
    pub fn allows(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let host_fits =
            if self.below { host.len() > self.host.len() && host.ends_with(&self.host) } else { host == self.host };
        url.scheme() == "https"
            && url.username().is_empty()
            && url.password().is_none()
            && host_fits
            && url.port_or_known_default() == Some(self.port.unwrap_or(443))
            && self.allows_path(url.path())
    }

    fn allows_path(&self, path: &str) -> bool {
        if self.open && self.path == "/" {
            return true;
        }
        // Some servers take an encoded slash for a slash: `/api/..%2Fadmin` would leave `/api/*`.
        let lower = path.to_ascii_lowercase();
        let tricks = lower.contains("%2f") || lower.contains("%5c");
        !tricks && if self.open { path.starts_with(&self.path) } else { path == self.path }
    }
}

impl TryFrom<String> for HttpPattern {
    type Error = NotAnAddress;

    fn try_from(text: String) -> Result<Self, NotAnAddress> {
        let rest = text.strip_prefix("https://").ok_or(NotAnAddress::Scheme)?;
        let slash = rest.find('/').ok_or(NotAnAddress::Path)?;
        let (authority, path) = rest.split_at(slash);
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        let (name, below) = match host.strip_prefix("*.") {
            Some(name) => (name, true),
            None => (host, false),
        };
        if below && is_part(name) {
            return Err(NotAnAddress::TooWide);
        }
        if !is_host(name) {
            return Err(NotAnAddress::Host);
        }
        let port = port.map(|port| read_port(port).ok_or(NotAnAddress::Port)).transpose()?;
        let (path, open) = match path.strip_suffix('*') {
            Some(path) => (path, true),
            None => (path, false),
        };
        let is_plain = path.chars().all(|c| c.is_ascii_alphanumeric() || "/-._~!$&'()+,;=:@".contains(c));
        if !is_plain || path.split('/').any(|part| part == "." || part == "..") {
            return Err(NotAnAddress::Path);
        }
        let host = if below { format!(".{name}") } else { name.to_owned() };
        Ok(Self { host, below, port, path: path.to_owned(), open })
    }
}

impl fmt::Display for HttpPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (port, star) =
            (self.port.map(|port| format!(":{port}")).unwrap_or_default(), if self.open { "*" } else { "" });
        write!(f, "https://{}{port}{}{star}", self.host(), self.path)
    }
}

impl From<HttpPattern> for String {
    fn from(pattern: HttpPattern) -> Self {
        pattern.to_string()
    }
}

fn read_port(text: &str) -> Option<u16> {
    let plain = !text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| plain)
}

/// A name of at least two parts. The last one is no number, so no address of four numbers is a name.
fn is_host(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or_default();
    name.len() <= 253
        && name.split('.').all(is_part)
        && last.starts_with(|c: char| c.is_ascii_lowercase())
        && name.contains('.')
}

fn is_part(part: &str) -> bool {
    (1..=63).contains(&part.len())
        && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !part.starts_with('-')
        && !part.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> HttpPattern {
        HttpPattern::try_from(text.to_owned()).unwrap()
    }

    fn allows(text: &str, address: &str) -> bool {
        pattern(text).allows(&Url::parse(address).unwrap())
    }

    #[test]
    fn a_host_is_itself_and_a_star_is_what_stands_below() {
        assert!(allows("https://alttpr.com/api/*", "https://alttpr.com/api/seeds?x=1"));
        assert!(allows("https://alttpr.com/api/*", "https://ALTTPR.com:443/api/"));
        assert!(allows("https://*.example.org/*", "https://a.b.example.org/x"));
        for not in [
            "http://alttpr.com/api/seeds",
            "https://alttpr.com/",
            "https://alttpr.com/apiary",
            "https://alttpr.com:8443/api/x",
            "https://alttpr.com.evil.example/api/x",
            "https://evil.example/alttpr.com/api/x",
            "https://xalttpr.com/api/x",
            "https://me@alttpr.com/api/x",
            "https://alttpr.com/api/../admin",
            "https://alttpr.com/api/%2e%2e/admin",
            "https://alttpr.com/api/..%2Fadmin",
            "https://alttpr.com/api/..%5cadmin",
        ] {
            assert!(!allows("https://alttpr.com/api/*", not), "{not}");
        }
        for not in ["https://example.org/x", "https://badexample.org/x", "https://example.org.evil.example/x"] {
            assert!(!allows("https://*.example.org/*", not), "{not}");
        }
        assert!(allows("https://example.org/one", "https://example.org/one"));
        assert!(!allows("https://example.org/one", "https://example.org/one/two"));
        assert!(allows("https://example.org:8443/*", "https://example.org:8443/%2f"));
    }

    #[test]
    fn what_an_admin_could_not_judge_is_refused() {
        for (text, why) in [
            ("http://example.org/*", NotAnAddress::Scheme),
            ("example.org/*", NotAnAddress::Scheme),
            ("https://example.org", NotAnAddress::Path),
            ("https://example.org/a?b", NotAnAddress::Path),
            ("https://example.org/a*b", NotAnAddress::Path),
            ("https://example.org/../a", NotAnAddress::Path),
            ("https://*.org/*", NotAnAddress::TooWide),
            ("https://*/*", NotAnAddress::Host),
            ("https://a.*.org/*", NotAnAddress::Host),
            ("https://127.0.0.1/*", NotAnAddress::Host),
            ("https://[::1]/*", NotAnAddress::Host),
            ("https://localhost/*", NotAnAddress::Host),
            ("https://Example.org/*", NotAnAddress::Host),
            ("https://a@example.org/*", NotAnAddress::Host),
            ("https://example.org:0/*", NotAnAddress::Port),
            ("https://example.org:99999/*", NotAnAddress::Port),
            ("https://example.org:/*", NotAnAddress::Port),
        ] {
            assert_eq!(HttpPattern::try_from(text.to_owned()), Err(why), "{text}");
        }
    }

    #[test]
    fn it_is_written_as_it_was_read() {
        for text in
            ["https://a.example/*", "https://*.example.org/api/*", "https://a.example:8443/x", "https://a.example/"]
        {
            assert_eq!(pattern(text).to_string(), text);
        }
    }
}
