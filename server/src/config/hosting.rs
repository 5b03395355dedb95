//! How those who host games are helped to be found.

use std::time::Duration;

use metaserver::{HostProxy, HostTests, Hosting};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Settings;

/// Rooms take a port each, and there are no more of them than this.
const MOST_ROOMS: u32 = 30;

/// Tests of whether players reach a host, and a way round for hosts whom nobody reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct HostingSettings {
    /// Test each new listing, and tell its host. The hub connects to nothing but the address the host comes from, at the port of its game.
    pub test_listings: bool,
    /// Tests at once, all hosts together; with more, hosts are told to try again.
    #[schemars(range(min = 1, max = 1000))]
    pub tests_at_once: usize,
    /// Tests that one address may have at once.
    #[schemars(range(min = 1, max = 1000))]
    pub tests_burst: u32,
    /// Seconds until it may have one more.
    #[schemars(range(min = 1, max = 3600))]
    pub test_every_secs: u64,
    /// Seconds a host has to answer.
    #[schemars(range(min = 1, max = 30))]
    pub test_secs: u64,
    /// The first port of the proxy for Myth II's hosts behind NAT; two for each game, from here on. No proxy where it is empty. Open them in
    /// the firewall.
    #[schemars(range(min = 1024, max = 65534))]
    pub proxy_first_port: Option<u16>,
    /// Games that go by it at once: pairs of ports.
    #[schemars(range(min = 1, max = 1000))]
    pub proxy_pairs: u16,
    /// Players of one game at once, those who wait for its host included.
    #[schemars(range(min = 1, max = 256))]
    pub proxy_players: usize,
    /// Seconds a player waits for the host.
    #[schemars(range(min = 1, max = 120))]
    pub proxy_wait_secs: u64,
    /// Seconds in which nothing passes between a player and the host before they are cut.
    #[schemars(range(min = 10, max = 86400))]
    pub proxy_idle_secs: u64,
    /// The most that passes between a player and the host, in MiB.
    #[schemars(range(min = 1, max = 1_048_576))]
    pub proxy_mib: u64,
    /// The most that passes one way in a second, in KiB.
    #[schemars(range(min = 1, max = 1_048_576))]
    pub proxy_kib_per_second: u32,
}

impl Default for HostingSettings {
    fn default() -> Self {
        let (tests, proxy) = (HostTests::default(), HostProxy::default());
        Self {
            test_listings: tests.on_listing,
            tests_at_once: tests.at_once,
            tests_burst: tests.burst,
            test_every_secs: tests.every.as_secs(),
            test_secs: tests.patience.as_secs(),
            proxy_first_port: None,
            proxy_pairs: proxy.pairs,
            proxy_players: proxy.players,
            proxy_wait_secs: proxy.wait.as_secs(),
            proxy_idle_secs: proxy.idle.as_secs(),
            proxy_mib: proxy.bytes >> 20,
            proxy_kib_per_second: proxy.bytes_per_second >> 10,
        }
    }
}

impl HostingSettings {
    /// As the lobby takes them.
    pub fn read(&self) -> Hosting {
        let proxy = self.proxy_first_port.map(|first_port| HostProxy {
            first_port,
            pairs: self.proxy_pairs,
            players: self.proxy_players,
            wait: Duration::from_secs(self.proxy_wait_secs),
            idle: Duration::from_secs(self.proxy_idle_secs),
            bytes: self.proxy_mib << 20,
            bytes_per_second: self.proxy_kib_per_second << 10,
        });
        Hosting {
            tests: HostTests {
                on_listing: self.test_listings,
                at_once: self.tests_at_once,
                burst: self.tests_burst,
                every: Duration::from_secs(self.test_every_secs),
                patience: Duration::from_secs(self.test_secs),
            },
            proxy,
        }
    }

    /// The ports of the proxy, the last included.
    pub fn proxy_ports(&self) -> Option<(u32, u32)> {
        let first = u32::from(self.proxy_first_port?);
        Some((first, first + 2 * u32::from(self.proxy_pairs) - 1))
    }

    /// What is wrong with it, if anything: the key, and how.
    pub(super) fn check(&self, settings: &Settings) -> Result<(), (&'static str, String)> {
        let Some((first, last)) = self.proxy_ports() else { return Ok(()) };
        let ports = format!("the proxy's ports are {first} to {last}");
        if last > u32::from(u16::MAX) {
            return Err(("hosting.proxy_pairs", format!("{ports}, and there are none above 65535")));
        }
        let within = |port: u16| (first..=last).contains(&u32::from(port));
        for (key, address) in [("metaserver_addr", settings.metaserver_addr), ("http_addr", settings.http_addr)] {
            if within(address.port()) {
                return Err(("hosting.proxy_first_port", format!("{ports}, and {key} has one of them")));
            }
        }
        if let Some(rooms) = settings.metaserver_room_ports.map(u32::from)
            && first < rooms + MOST_ROOMS
            && rooms <= last
        {
            return Err((
                "hosting.proxy_first_port",
                format!("{ports}, and rooms may come to {rooms} and the 29 after it"),
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_those_of_the_lobby() {
        assert_eq!(format!("{:?}", HostingSettings::default().read()), format!("{:?}", Hosting::default()));
        let on = HostingSettings { proxy_first_port: Some(61000), ..HostingSettings::default() }.read().proxy;
        let usual = HostProxy { first_port: 61000, ..HostProxy::default() };
        assert_eq!(format!("{on:?}"), format!("{:?}", Some(usual)));
    }

    #[test]
    fn the_proxys_ports_are_nobody_elses() {
        let wrong = |first, pairs, change: fn(&mut Settings)| {
            let mut settings = Settings::default();
            change(&mut settings);
            let hosting = HostingSettings { proxy_first_port: first, proxy_pairs: pairs, ..HostingSettings::default() };
            hosting.check(&settings).err().map(|(key, _)| key)
        };
        let first = Some("hosting.proxy_first_port");
        assert_eq!(wrong(None, 1000, |_| ()), None);
        assert_eq!(wrong(Some(61000), 5, |_| ()), None);
        assert_eq!(wrong(Some(65000), 500, |_| ()), Some("hosting.proxy_pairs"));
        assert_eq!(wrong(Some(6320), 1, |_| ()), first, "the login server's");
        assert_eq!(wrong(Some(2990), 6, |_| ()), first, "the website's");
        assert_eq!(wrong(Some(6350), 1, |settings| settings.metaserver_room_ports = Some(6323)), first);
        assert_eq!(wrong(Some(6353), 1, |settings| settings.metaserver_room_ports = Some(6323)), None);
    }
}
