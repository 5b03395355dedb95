//! Names of hosts as they stand in addresses and headers.

use std::net::IpAddr;

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
    fn only_the_own_machine_is_loopback() {
        for host in ["localhost", "localhost:3000", "127.0.0.1", "127.8.8.8:1", "[::1]:3000", "::1", "hub.localhost"] {
            assert!(is_loopback_host(host), "{host}");
        }
        for host in ["example.org", "localhost.example.org:80", "10.0.0.1:3000", "", "[::2]", "::", "localhost:80:90"] {
            assert!(!is_loopback_host(host), "{host}");
        }
    }
}
