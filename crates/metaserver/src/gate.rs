//! How many connections there may be, in all and from one address.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use base::network_of;

/// Counts connections in and out.
#[derive(Debug, Clone)]
pub(crate) struct Gate {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    most: usize,
    most_per_address: usize,
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

impl Gate {
    pub(crate) fn new(most: usize, most_per_address: usize) -> Self {
        Self { inner: Arc::new(Inner { most, most_per_address, counts: Mutex::default() }) }
    }

    /// Lets one more in, until the permit is dropped; `None` when there are too many.
    pub(crate) fn enter(&self, address: IpAddr) -> Option<Permit> {
        let address = network_of(address);
        let mut counts = self.inner.counts();
        let here = counts.by_address.get(&address).copied().unwrap_or(0);
        if counts.all >= self.inner.most || here >= self.inner.most_per_address {
            return None;
        }
        counts.all += 1;
        counts.by_address.insert(address, here + 1);
        metrics::gauge!("guildhall_lobby_connections").increment(1);
        Some(Permit { inner: Arc::clone(&self.inner), address })
    }

    /// How many are in.
    #[cfg(any(test, feature = "fuzz"))]
    pub(crate) fn count(&self) -> usize {
        let counts = self.inner.counts();
        counts.all.max(counts.by_address.len())
    }
}

impl Inner {
    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One connection's place.
#[derive(Debug)]
pub(crate) struct Permit {
    inner: Arc<Inner>,
    address: IpAddr,
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut counts = self.inner.counts();
        counts.all = counts.all.saturating_sub(1);
        if let Some(here) = counts.by_address.get_mut(&self.address) {
            *here -= 1;
            if *here == 0 {
                counts.by_address.remove(&self.address);
            }
        }
        metrics::gauge!("guildhall_lobby_connections").decrement(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_cannot_take_every_place() {
        let gate = Gate::new(5, 2);
        let enter = |address: &str| gate.enter(address.parse().expect("an address"));
        let (first, _second) = (enter("192.0.2.1").expect("room"), enter("192.0.2.1").expect("room"));
        assert!(enter("192.0.2.1").is_none());
        assert!(enter("::ffff:192.0.2.1").is_none(), "the same address in other words");
        drop(first);
        let _third = enter("192.0.2.1").expect("a place was given back");

        let _fourth = enter("2001:db8::1").expect("room");
        let _fifth = enter("2001:db8::2").expect("room");
        assert!(enter("2001:db8::3").is_none(), "one household");
        let _sixth = enter("2001:db8:0:1::1").expect("room");
        assert!(enter("198.51.100.1").is_none(), "five in all");
    }

    #[test]
    fn nothing_is_remembered_of_those_who_left() {
        let gate = Gate::new(10, 2);
        drop(gate.enter("192.0.2.1".parse().expect("an address")));
        assert_eq!(gate.inner.counts().by_address.len(), 0);
    }
}
