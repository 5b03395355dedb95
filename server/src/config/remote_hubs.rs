//! Remote hubs, as the configuration lists them: servers that carry games of Aleph One for hosts who cannot.

use std::collections::HashSet;

use metaserver::RemoteHub;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// More than a client could show.
const MOST: usize = 64;
const LONGEST_HOST: usize = 253;
/// As long as a client can say it.
const LONGEST_PROTOCOL: usize = 31;

/// A server that carries games of Aleph One for hosts who cannot. One table each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RemoteHubSettings {
    /// What clients name it by: from 1, and no other one's.
    pub id: u16,
    /// Its name, or its IPv4 address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// What it speaks, exactly as clients say it, such as `Aleph One WonderNAT V2`. A client is shown those that speak what it does.
    pub protocol: String,
}

/// The hubs, checked; else the first key that is wrong, and how.
pub(super) fn read(all: &[RemoteHubSettings]) -> Result<Vec<RemoteHub>, (String, String)> {
    if all.len() > MOST {
        return Err(("remote_hubs".to_owned(), format!("names {} hubs; {MOST} are the most", all.len())));
    }
    let mut ids = HashSet::new();
    all.iter()
        .enumerate()
        .map(|(place, hub)| {
            let wrong = |(key, problem): (&str, &str)| (format!("remote_hubs[{place}].{key}"), problem.to_owned());
            let hub = hub.read().map_err(wrong)?;
            if ids.insert(hub.id) { Ok(hub) } else { Err(wrong(("id", "is another hub's already"))) }
        })
        .collect()
}

impl RemoteHubSettings {
    fn read(&self) -> Result<RemoteHub, (&'static str, &'static str)> {
        let (host, protocol) = (self.host.trim(), self.protocol.trim());
        let plain = |text: &str| text.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '/' | '@' | ':'));
        if self.id == 0 {
            return Err(("id", "is needed: a number from 1 to 65535"));
        }
        if host.is_empty() || host.len() > LONGEST_HOST || !plain(host) {
            return Err(("host", "is needed: a name such as hub.example, or an IPv4 address"));
        }
        if self.port == 0 {
            return Err(("port", "is needed: a number from 1 to 65535"));
        }
        if protocol.is_empty() || protocol.len() > LONGEST_PROTOCOL {
            return Err(("protocol", "is needed: what clients speak, 31 characters at most"));
        }
        Ok(RemoteHub { id: self.id, host: host.to_owned(), port: self.port, protocol: protocol.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hub(id: u16) -> RemoteHubSettings {
        RemoteHubSettings { id, host: " hub.example ".into(), port: 4226, protocol: "Aleph One WonderNAT V2".into() }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let read_one = |hub: RemoteHubSettings| read(&[hub]).unwrap_err().0;
        assert_eq!(read(&[hub(1), hub(7)]).unwrap()[1].host, "hub.example");
        assert_eq!(read(&[hub(1), hub(1)]).unwrap_err().0, "remote_hubs[1].id");
        assert_eq!(read_one(hub(0)), "remote_hubs[0].id");
        assert_eq!(read_one(RemoteHubSettings { host: "hub.example:80".into(), ..hub(1) }), "remote_hubs[0].host");
        assert_eq!(read_one(RemoteHubSettings { port: 0, ..hub(1) }), "remote_hubs[0].port");
        assert_eq!(read_one(RemoteHubSettings { protocol: String::new(), ..hub(1) }), "remote_hubs[0].protocol");
        assert_eq!(read(&vec![hub(1); 65]).unwrap_err().0, "remote_hubs");
    }
}
