//! Hosts that are reached somewhere else than where their name leads: at a gateway of the operator's own.

use std::{fmt, net::SocketAddr, str::FromStr};

use url::Host;

/// Connections to one host at one port go to that address instead. Nothing else changes: it is spoken to by the same name, over TLS, and
/// has to prove itself as that host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detour {
    /// In lower case, as it stands in an address.
    host: String,
    port: u16,
    to: SocketAddr,
}

/// Not a host and an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” is no detour; write discord.com=10.0.0.7:8443, or discord.com:8443=10.0.0.7:8443 where the port is not 443"
)]
pub struct NoDetour(String);

impl FromStr for Detour {
    type Err = NoDetour;

    fn from_str(text: &str) -> Result<Self, NoDetour> {
        let refused = || NoDetour(text.to_owned());
        let (from, to) = text.split_once('=').ok_or_else(refused)?;
        let to = to.trim().parse().map_err(|_no_address| refused())?;
        let (host, port) = match from.trim().rsplit_once(':') {
            Some((host, port)) => (host, port.parse().map_err(|_no_port| refused())?),
            None => (from.trim(), 443),
        };
        match Host::parse(host) {
            Ok(Host::Domain(host)) => Ok(Self { host, port, to }),
            _ => Err(refused()),
        }
    }
}

impl fmt::Display for Detour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}={}", self.host, self.port, self.to)
    }
}

impl Detour {
    /// Where a connection to that host goes, if it is the one.
    pub(crate) fn of(&self, host: &str, port: u16) -> Option<SocketAddr> {
        let host = host.strip_suffix('.').unwrap_or(host);
        (self.host == host && self.port == port).then_some(self.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detour_is_for_one_host_at_one_port() {
        let detour = |text: &str| text.parse::<Detour>();
        let to = Some("10.0.0.7:8443".parse().unwrap());
        assert_eq!(detour("Discord.com=10.0.0.7:8443").unwrap().of("discord.com.", 443), to);
        assert_eq!(detour(" discord.com:8000 = 10.0.0.7:8443 ").unwrap().of("discord.com", 8000), to);
        for (host, port) in [("discord.com", 80), ("evil.discord.com", 443), ("discord.co", 443)] {
            assert_eq!(detour("discord.com=10.0.0.7:8443").unwrap().of(host, port), None, "{host}:{port}");
        }
        assert_eq!(detour("idp.lan=[fd00::1]:8443").unwrap().to_string(), "idp.lan:443=[fd00::1]:8443");
        for wrong in
            ["", "discord.com", "discord.com=10.0.0.7", "discord.com=idp.lan:443", "10.0.0.1=10.0.0.7:1", "=10.0.0.7:1"]
        {
            assert!(detour(wrong).is_err(), "{wrong}");
        }
    }
}
