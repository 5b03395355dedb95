//! Ranges of network addresses, IPv4 and IPv6 compared alike.

use std::net::IpAddr;

use contract::{Code, Field};
use ipnet::IpNet;

use crate::error::Error;

/// The widest range that may be shut out: sixteen million addresses of IPv4, and what a large provider has of IPv6.
const WIDEST_V4: u8 = 8;
const WIDEST_V6: u8 = 24;

/// A range, and its ends as the table keeps them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Network {
    pub(crate) shown: String,
    pub(crate) low: [u8; 16],
    pub(crate) high: [u8; 16],
}

impl Network {
    /// Reads a range or a single address. `own` is the address of whoever types it: nobody shuts themselves out.
    pub(crate) fn parse(typed: &str, own: Option<IpAddr>) -> Result<Self, Error> {
        let wrong = |code| Error::field(Field::Network, code);
        let typed = typed.trim();
        let network: IpNet = match typed.parse::<IpAddr>() {
            Ok(address) => IpNet::from(address.to_canonical()),
            Err(_) => typed.parse().map_err(|_| wrong(Code::NotANetwork))?,
        };
        let network = network.trunc();
        let widest = if matches!(network, IpNet::V4(_)) { WIDEST_V4 } else { WIDEST_V6 };
        if network.prefix_len() < widest || own.is_some_and(|own| network.contains(&own.to_canonical())) {
            return Err(wrong(Code::TooWide));
        }
        let (low, high) = (octets(network.network()), octets(network.broadcast()));
        Ok(Self { shown: network.to_string(), low, high })
    }
}

/// Sixteen bytes; IPv4 as mapped into IPv6 (RFC 4291, 2.5.5.2).
pub(crate) fn octets(address: IpAddr) -> [u8; 16] {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
        IpAddr::V6(address) => address.octets(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(typed: &str) -> Code {
        Network::parse(typed, Some("198.51.100.7".parse().unwrap())).unwrap_err().problem().fields[0].code
    }

    #[test]
    fn a_range_holds_what_is_in_it() {
        for (typed, shown, inside, outside) in [
            ("203.0.113.77/24", "203.0.113.0/24", "203.0.113.255", "203.0.114.0"),
            ("203.0.113.77", "203.0.113.77/32", "::ffff:203.0.113.77", "203.0.113.78"),
            ("2001:db8:1::/48", "2001:db8:1::/48", "2001:db8:1:ffff::1", "2001:db8:2::"),
        ] {
            let network = Network::parse(typed, None).unwrap();
            assert_eq!(network.shown, shown);
            let has = |address: &str| (network.low..=network.high).contains(&octets(address.parse().unwrap()));
            assert!(has(inside) && !has(outside), "{typed}");
        }
    }

    #[test]
    fn nobody_shuts_out_half_the_world_or_themselves() {
        for typed in ["0.0.0.0/0", "::/0", "10.0.0.0/7", "2001::/16", "198.51.100.0/24", "198.51.100.7"] {
            assert_eq!(code(typed), Code::TooWide, "{typed}");
        }
        for typed in ["", "everybody", "203.0.113.0/33", "203.0.113"] {
            assert_eq!(code(typed), Code::NotANetwork, "{typed}");
        }
    }
}
