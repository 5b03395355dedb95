//! Remote hubs: servers that carry games of Aleph One for hosts who cannot (spec section 13.3).
//!
//! Their names are resolved on the connection that asks, so that no room ever waits for it.

use std::{
    collections::{BTreeSet, HashMap},
    net::Ipv4Addr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::future::join_all;
use metaserver_proto::packet::hub::Hub as Entry;
use tokio::time::{Instant, timeout};

use crate::{config::RemoteHub, logon::Logon};

/// How long an address is good, and how long one waits before a name is tried again that led nowhere.
const FOUND: Duration = Duration::from_mins(5);
const NOT_FOUND: Duration = Duration::from_secs(30);
/// How long names may take, together: the client waits for ten seconds.
const PATIENCE: Duration = Duration::from_secs(4);

/// The hubs that the operator lists, and which of them are in use. Clones are the same.
#[derive(Clone)]
pub(crate) struct Hubs(Arc<Inner>);

struct Inner {
    listed: Vec<RemoteHub>,
    logon: Arc<dyn Logon>,
    /// One asks for names at a time; the others find them answered.
    asking: tokio::sync::Mutex<()>,
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    /// Where each is, as far as anybody knows, and until when that is good.
    known: HashMap<u16, (Option<Ipv4Addr>, Instant)>,
    in_use: BTreeSet<u16>,
}

/// A hub that carries a game, until this is dropped.
pub(crate) struct InUse {
    hubs: Hubs,
    pub(crate) id: u16,
}

/// Why a game can't be at a hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoHub {
    /// The operator lists none of that number.
    Unknown,
    /// Another game has it.
    Taken,
    /// Its name leads nowhere now.
    Nowhere,
}

impl NoHub {
    /// What the host is told of it.
    pub(crate) const fn why(self) -> &'static str {
        match self {
            Self::Unknown => "there is no such remote hub",
            Self::Taken => "another game has that remote hub",
            Self::Nowhere => "that remote hub cannot be found now",
        }
    }
}

impl Hubs {
    pub(crate) fn new(listed: Vec<RemoteHub>, logon: Arc<dyn Logon>) -> Self {
        Self(Arc::new(Inner { listed, logon, asking: tokio::sync::Mutex::default(), table: Mutex::default() }))
    }

    /// Those that speak a protocol, carry no game and can be found.
    pub(crate) async fn list(&self, protocol: &str) -> Vec<Entry> {
        let free = |hub: &&RemoteHub| hub.protocol == protocol && !self.table().in_use.contains(&hub.id);
        let free: Vec<&RemoteHub> = self.0.listed.iter().filter(free).collect();
        self.find(&free).await;
        let table = self.table();
        let entry = |hub: &&RemoteHub| {
            let address = table.address(hub.id)?;
            Some(Entry { hub_id: hub.id, address, port: hub.port })
        };
        free.iter().filter_map(entry).collect()
    }

    /// Sees to it that the address of a hub is at hand, if there is one.
    pub(crate) async fn look_for(&self, id: u16) {
        let wanted: Vec<&RemoteHub> = self.0.listed.iter().filter(|hub| hub.id == id).collect();
        self.find(&wanted).await;
    }

    /// Has a hub carry a game: gives back where. Answered from what is at hand.
    pub(crate) fn take(&self, id: u16) -> Result<(Ipv4Addr, u16, InUse), NoHub> {
        let hub = self.0.listed.iter().find(|hub| hub.id == id).ok_or(NoHub::Unknown)?;
        let mut table = self.table();
        let address = table.address(id).ok_or(NoHub::Nowhere)?;
        if !table.in_use.insert(id) {
            return Err(NoHub::Taken);
        }
        drop(table);
        Ok((address, hub.port, InUse { hubs: self.clone(), id }))
    }

    /// Asks for the names of those whose addresses are not at hand.
    async fn find(&self, wanted: &[&RemoteHub]) {
        let deadline = Instant::now() + PATIENCE;
        let Ok(_turn) = tokio::time::timeout_at(deadline, self.0.asking.lock()).await else { return };
        let now = Instant::now();
        let is_known = |hub: &RemoteHub| self.table().known.get(&hub.id).is_some_and(|(_, until)| now < *until);
        let unknown = wanted.iter().filter(|hub| !is_known(hub));
        let asked = unknown.map(|hub| async move {
            let left = deadline.saturating_duration_since(Instant::now());
            let address = timeout(left, self.0.logon.address_of(&hub.host)).await.ok().flatten();
            if address.is_none() {
                tracing::warn!(hub.id = hub.id, hub.host, "the address of a remote hub can't be found");
            }
            let good_until = Instant::now() + if address.is_some() { FOUND } else { NOT_FOUND };
            self.table().known.insert(hub.id, (address, good_until));
        });
        join_all(asked).await;
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn address(&self, id: u16) -> Option<Ipv4Addr> {
        self.known.get(&id).and_then(|(address, _)| *address)
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        self.hubs.table().in_use.remove(&self.id);
    }
}
