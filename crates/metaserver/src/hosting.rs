//! Helping hosts to be found: whether anybody can reach their game, and a way round where nobody can (spec sections 13.2 and 13.4).

mod aleph_one;
mod finding;
mod proxy;
mod relay;
mod tester;

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use base::Chance;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub(crate) use self::{
    finding::Finding,
    proxy::{Caller, Lease, Proxy},
    tester::Tester,
};

/// How hosts are helped.
#[derive(Debug, Clone, Default)]
pub struct Hosting {
    /// How their games are tested.
    pub tests: HostTests,
    /// How those are proxied whom nobody reaches; `None`: not at all.
    pub proxy: Option<HostProxy>,
}

/// How a host's address and port are tested. Never any other address than the one the host itself comes from.
#[derive(Debug, Clone)]
pub struct HostTests {
    /// Test each new listing. Hosts may ask for a test in any case.
    pub on_listing: bool,
    /// Tests at once, all hosts together.
    pub at_once: usize,
    /// Tests that one address may have at once …
    pub burst: u32,
    /// … and how long until it may have one more.
    pub every: Duration,
    /// How long a host may take to answer.
    pub patience: Duration,
}

impl Default for HostTests {
    fn default() -> Self {
        Self {
            on_listing: true,
            at_once: 32,
            burst: 6,
            every: Duration::from_secs(20),
            patience: Duration::from_secs(3),
        }
    }
}

/// How hosts are proxied, and every bound on it.
#[derive(Debug, Clone)]
pub struct HostProxy {
    /// The first port: players join at it, the host connects back to the next; so on by pairs. 0: any free ports.
    pub first_port: u16,
    /// Pairs of ports: games that are proxied at once.
    pub pairs: u16,
    /// Players of one game at once, those who wait for the host and those who play.
    pub players: usize,
    /// How long a player waits for the host to connect back.
    pub wait: Duration,
    /// How long nothing may pass between a player and the host.
    pub idle: Duration,
    /// The most bytes that pass between a player and the host, both ways together.
    pub bytes: u64,
    /// The most that pass one way in a second.
    pub bytes_per_second: u32,
}

impl Default for HostProxy {
    fn default() -> Self {
        Self {
            first_port: 0,
            pairs: 5,
            players: 16,
            wait: Duration::from_secs(10),
            idle: Duration::from_mins(10),
            bytes: 1 << 30,
            bytes_per_second: 128 * 1024,
        }
    }
}

/// Those who help, for every room.
pub(crate) struct Helpers {
    pub(crate) tester: Tester,
    proxy: OnceLock<Proxy>,
    pub(crate) tests_listings: bool,
    pub(crate) tasks: TaskTracker,
}

impl Helpers {
    /// With no proxy yet: its ports have to be opened first.
    pub(crate) fn new(tests: &HostTests, chance: Arc<dyn Chance>, tasks: TaskTracker, stop: CancellationToken) -> Self {
        let tester = Tester::new(tests.clone(), chance, stop);
        Self { tester, proxy: OnceLock::new(), tests_listings: tests.on_listing, tasks }
    }

    /// From now on hosts are proxied.
    pub(crate) fn engage(&self, proxy: Proxy) {
        drop(self.proxy.set(proxy));
    }

    pub(crate) fn proxy(&self) -> Option<&Proxy> {
        self.proxy.get()
    }
}
