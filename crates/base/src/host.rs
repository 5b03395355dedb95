//! Hosts: their names as they stand in addresses and headers, and what counts as one of them.

use std::net::{IpAddr, Ipv6Addr};

/// What counts as one address for limits: an IPv4 address, or an IPv6 /64, which one household has to itself.
pub fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from(u128::from(v6) & !u128::from(u64::MAX))),
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// Does `host`, with or without a port, name the machine itself? Browsers treat plain HTTP to it as safe, and nothing else.
pub fn is_loopback_host(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => match host.rsplit_once(':') {
            Some((name, port)) if !name.contains(':') && port.bytes().all(|b| b.is_ascii_digit()) => name,
            _ => host,
        },
    };
    name.eq_ignore_ascii_case("localhost")
        || name.to_ascii_lowercase().ends_with(".localhost")
        || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_is_one_address() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        assert_eq!(network_of(ip("2001:db8:1:2:3:4:5:6")), ip("2001:db8:1:2::"));
        assert_eq!(network_of(ip("192.0.2.7")), ip("192.0.2.7"));
        assert_eq!(network_of(ip("::ffff:192.0.2.7")), ip("192.0.2.7"));
    }

    #[test]
    fn only_the_own_machine_is_loopback() {
        for host in ["localhost", "localhost:3000", "127.0.0.1", "127.8.8.8:1", "[::1]:3000", "::1", "hub.localhost"] {
            assert!(is_loopback_host(host), "{host}");
        }
        for host in ["example.org", "localhost.example.org:80", "10.0.0.1:3000", "", "[::2]", "::", "localhost:80:90"] {
            assert!(!is_loopback_host(host), "{host}");
        }
    }
}
