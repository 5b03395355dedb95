//! The lobby's own: what it lets in that is weaker, and the ports of its proxy.

use std::net::SocketAddr;

use contract::vitals::{Finding, Weight};

use super::{bad, good, net, warning};
use crate::config::Settings;

/// Clients whose passwords anybody on the way can read.
pub(super) fn clear_text(settings: &Settings) -> Finding {
    const ABOUT: &str = "passwords of games";
    let mut keys: Vec<&str> = settings.versions.in_clear().collect();
    if settings.lobby.aleph_one_clear_text {
        keys.push("lobby.aleph_one_clear_text");
    }
    if keys.is_empty() {
        return good(ABOUT, "no client is let in that would send one readable");
    }
    warning(
        ABOUT,
        format!(
            "{} {} clients in whose password anybody on the way can read",
            keys.join(", "),
            if keys.len() == 1 { "lets" } else { "let" }
        ),
        "Fine where your players know it, and have a game password of its own; else switch it off.",
    )
}

/// Whether hosts whom nobody reaches are helped, and whether players would find them.
pub(super) fn proxy(settings: &Settings) -> Option<Finding> {
    const ABOUT: &str = "host proxy";
    let (first, last) = settings.hosting.proxy_ports()?;
    let ports = format!("ports {first} to {last}");
    let listens = settings.metaserver_addr.ip();
    Some(match settings.metaserver_public_ip {
        Some(told) => good(ABOUT, format!("{ports}; players are sent to {told}")),
        None if listens.is_loopback() => good(ABOUT, format!("{ports}; only this machine can reach the lobby")),
        None if listens.is_unspecified() => warning(
            ABOUT,
            format!(
                "{ports}; players are sent to whichever address of this machine a host came in on, and no host by IPv6 has a way"
            ),
            "Set metaserver_public_ip to the IPv4 address players reach this machine at.",
        ),
        None if listens.is_ipv6() => bad(
            ABOUT,
            format!("{ports}; lists of games have no other addresses than IPv4, and none is known"),
            "Set metaserver_public_ip.",
        ),
        None => good(ABOUT, format!("{ports}; players are sent to {listens}")),
    })
}

/// Whether the proxy's ports can be had.
pub(super) fn proxy_ports(settings: &Settings) -> Option<Finding> {
    let (first, last) = settings.hosting.proxy_ports()?;
    let listens = settings.metaserver_addr.ip();
    let mut findings = (first..=last)
        .filter_map(|port| u16::try_from(port).ok())
        .map(|port| net::listen("host proxy", SocketAddr::new(listens, port)));
    // One that can't be had says enough of all.
    let wrong = findings.find(|finding| finding.weight != Weight::Good);
    Some(wrong.unwrap_or_else(|| good("host proxy", format!("can listen at {listens}, ports {first} to {last}"))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{HostingSettings, VersionSettings};

    #[test]
    fn what_is_weaker_is_named() {
        let mut settings = Settings::default();
        assert_eq!(clear_text(&settings).weight, Weight::Good);
        settings.versions = VersionSettings { fallen_lords: true, ..VersionSettings::default() };
        settings.lobby.aleph_one_clear_text = true;
        let found = clear_text(&settings);
        assert_eq!(found.weight, Weight::Warning);
        assert!(found.found.starts_with("versions.fallen_lords, lobby.aleph_one_clear_text let "), "{found:?}");
    }

    #[test]
    fn a_proxy_needs_an_address_that_players_can_be_told() {
        let mut settings = Settings::default();
        assert!(proxy(&settings).is_none());
        settings.hosting = HostingSettings { proxy_first_port: Some(61000), ..HostingSettings::default() };
        let weight = |settings: &Settings| proxy(settings).unwrap().weight;
        assert_eq!(weight(&settings), Weight::Good);
        settings.metaserver_addr = "0.0.0.0:6321".parse().unwrap();
        assert_eq!(weight(&settings), Weight::Warning);
        settings.metaserver_addr = "[2001:db8::1]:6321".parse().unwrap();
        assert_eq!(weight(&settings), Weight::Bad);
        settings.metaserver_public_ip = Some([192, 0, 2, 1].into());
        assert_eq!(weight(&settings), Weight::Good);
    }

    #[test]
    fn a_taken_port_of_the_proxy_is_seen() {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        let mut settings = Settings::default();
        assert!(proxy_ports(&settings).is_none());
        // Whether it is the first or the second of its pair.
        settings.hosting =
            HostingSettings { proxy_first_port: Some(port - 1), proxy_pairs: 1, ..HostingSettings::default() };
        assert_eq!(proxy_ports(&settings).map(|finding| finding.weight), Some(Weight::Warning));
    }
}
