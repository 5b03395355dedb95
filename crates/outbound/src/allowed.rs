//! What an operator has allowed although it is not on the open internet: by name, by address, by network.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    str::FromStr,
};

use ipnet::IpNet;
use url::Host;

use crate::address;

/// Something that may be called wherever it is, and without TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    what: What,
    /// Only at this port; `None`: at any.
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    /// In lower case, as it stands in an address.
    Name(String),
    Network(IpNet),
}

/// Neither a name nor an address nor a network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” is no host, no address and no network; write idp.example, idp.example:8443, 10.1.2.3, 10.0.0.0/8 or fd00::/8"
)]
pub struct NotAllowable(String);

impl FromStr for Allowed {
    type Err = NotAllowable;

    fn from_str(text: &str) -> Result<Self, NotAllowable> {
        let refused = || NotAllowable(text.to_owned());
        if let Ok(network) = text.parse::<IpNet>() {
            return Ok(Self { what: What::Network(network), port: None });
        }
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self { what: What::Network(address::plain(address).into()), port: None });
        }
        if let Ok(address) = text.parse::<SocketAddr>() {
            let network = address::plain(address.ip()).into();
            return Ok(Self { what: What::Network(network), port: Some(address.port()) });
        }
        let (name, port) = match text.rsplit_once(':') {
            Some((name, port)) => (name, Some(port.parse().map_err(|_not_a_port| refused())?)),
            None => (text, None),
        };
        match Host::parse(name) {
            Ok(Host::Domain(name)) => Ok(Self { what: What::Name(name), port }),
            _ => Err(refused()),
        }
    }
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.what, self.port) {
            (What::Name(name), None) => f.write_str(name),
            (What::Name(name), Some(port)) => write!(f, "{name}:{port}"),
            (What::Network(network), None) => write!(f, "{network}"),
            (What::Network(network), Some(port)) => write!(f, "{}", SocketAddr::new(network.addr(), port)),
        }
    }
}

impl Allowed {
    /// Whether it is this host, whatever it resolves to.
    pub(crate) fn names(&self, host: &str, port: u16) -> bool {
        let host = host.strip_suffix('.').unwrap_or(host);
        matches!(&self.what, What::Name(name) if name == host) && self.port.is_none_or(|only| only == port)
    }

    /// Whether the address is within it.
    pub(crate) fn holds(&self, address: IpAddr, port: u16) -> bool {
        matches!(&self.what, What::Network(network) if network.contains(&address::plain(address)))
            && self.port.is_none_or(|only| only == port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_allowed_is_written_as_an_operator_would() {
        let allowed = |text: &str| text.parse::<Allowed>();
        assert!(allowed("IdP.example").unwrap().names("idp.example", 443));
        assert!(allowed("idp.example").unwrap().names("idp.example.", 443));
        assert!(!allowed("idp.example").unwrap().names("evil.idp.example", 443));
        assert!(!allowed("idp.example:8443").unwrap().names("idp.example", 443));
        assert!(allowed("idp.example:8443").unwrap().names("idp.example", 8443));
        assert!(allowed("10.0.0.0/8").unwrap().holds("10.9.8.7".parse().unwrap(), 1));
        assert!(allowed("10.0.0.0/8").unwrap().holds("::ffff:10.9.8.7".parse().unwrap(), 1));
        assert!(!allowed("10.0.0.0/8").unwrap().holds("11.0.0.1".parse().unwrap(), 1));
        assert!(allowed("127.0.0.1:8080").unwrap().holds("127.0.0.1".parse().unwrap(), 8080));
        assert!(!allowed("127.0.0.1:8080").unwrap().holds("127.0.0.1".parse().unwrap(), 80));
        assert!(allowed("[::1]:8080").unwrap().holds("::1".parse().unwrap(), 8080));
        assert!(allowed("fd00::/8").unwrap().holds("fd12::1".parse().unwrap(), 1));
        for wrong in ["", "https://idp.example", "idp.example:port", "a b", "10.0.0.0/99", "0x7f.1"] {
            assert!(allowed(wrong).is_err(), "{wrong}");
        }
        for text in ["idp.example", "idp.example:8443", "10.0.0.0/8", "[::1]:8080"] {
            assert_eq!(allowed(text).unwrap().to_string(), text);
        }
    }
}
