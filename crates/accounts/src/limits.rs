//! How often one address may try.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
    time::Duration,
};

use base::Clock;
use governor::{
    Quota, RateLimiter,
    clock::{Clock as GovernorsClock, Reference},
    middleware::NoOpMiddleware,
    state::keyed::DashMapStateStore,
};

use crate::{error::Error, settings::Rate};

/// Where an attempt comes from, as the limits see it. An IPv6 network of 64 bits is one place: each of its hosts has them all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Origin {
    V4(Ipv4Addr),
    V6([u8; 8]),
    /// No address is known, as on a local socket: one place for all of them.
    Unknown,
    /// All places for which there is no room in memory.
    Overflow,
}

impl Origin {
    pub(crate) fn of(address: Option<IpAddr>) -> Self {
        match address.map(|address| address.to_canonical()) {
            None => Self::Unknown,
            Some(IpAddr::V4(address)) => Self::V4(address),
            Some(IpAddr::V6(address)) => {
                Self::V6(*address.octets().first_chunk().expect("an address has sixteen bytes"))
            }
        }
    }

    /// For digests of the place.
    pub(crate) fn bytes(self) -> Vec<u8> {
        match self {
            Self::V4(address) => address.octets().to_vec(),
            Self::V6(network) => network.to_vec(),
            Self::Unknown | Self::Overflow => Vec::new(),
        }
    }
}

/// One limit per address.
pub(crate) struct AddressLimit {
    name: &'static str,
    limiter: Option<RateLimiter<Origin, DashMapStateStore<Origin>, BaseClock, NoOpMiddleware<Duration>>>,
    clock: BaseClock,
    remembered: usize,
}

impl AddressLimit {
    /// A limit of that rate. `name` stands in metrics and logs.
    pub(crate) fn new(name: &'static str, rate: Rate, remembered: usize, clock: Arc<dyn Clock>) -> Self {
        let clock = BaseClock(clock);
        let limiter = Quota::with_period(rate.one_each)
            .map(|quota| RateLimiter::new(quota.allow_burst(rate.burst), DashMapStateStore::default(), clock.clone()));
        Self { name, limiter, clock, remembered }
    }

    /// Counts one attempt, or says when the next may be made.
    pub(crate) fn check(&self, address: Option<IpAddr>) -> Result<(), Error> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        let mut origin = Origin::of(address);
        if limiter.len() >= self.remembered {
            limiter.retain_recent();
            if limiter.len() >= self.remembered {
                // Somebody has more networks than we have room for. They all share one bucket until some are forgotten.
                origin = Origin::Overflow;
            }
        }
        limiter.check_key(&origin).map_err(|not_until| {
            let retry_after = not_until.wait_time_from(self.clock.now());
            metrics::counter!("guildhall_accounts_limited_total", "limit" => self.name).increment(1);
            tracing::warn!(target: "security", act = "limit_hit", limit = self.name, "an address tried too often");
            Error::TooMany { retry_after }
        })
    }
}

/// Our clock as the limiter reads it. It is the wall clock: where that is set back, a limit holds longer by as much.
#[derive(Clone)]
struct BaseClock(Arc<dyn Clock>);

impl GovernorsClock for BaseClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.now().0).unwrap_or(0))
    }
}

const _: fn() = || {
    const fn is_reference<T: Reference>() {}
    is_reference::<Duration>();
};

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;
    use base::testing::HandClock;

    fn limit(remembered: usize) -> (AddressLimit, Arc<HandClock>) {
        let clock = Arc::new(HandClock::default());
        let rate = Rate { burst: NonZeroU32::new(5).unwrap(), one_each: Duration::from_secs(12) };
        (AddressLimit::new("test", rate, remembered, clock.clone()), clock)
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn five_at_once_then_five_a_minute() {
        let (limit, clock) = limit(100);
        let home = Some(address("192.0.2.1"));
        for _ in 0..5 {
            limit.check(home).unwrap();
        }
        let Err(Error::TooMany { retry_after }) = limit.check(home) else { panic!("the sixth passed") };
        assert_eq!(retry_after, Duration::from_secs(12));
        limit.check(Some(address("192.0.2.2"))).unwrap();
        clock.advance(Duration::from_millis(11_999));
        assert!(limit.check(home).is_err());
        clock.advance(Duration::from_millis(1));
        limit.check(home).unwrap();
        assert!(limit.check(home).is_err());
        clock.advance(Duration::from_mins(1));
        assert_eq!((0..9).filter(|_| limit.check(home).is_ok()).count(), 5);
    }

    #[test]
    fn a_network_of_64_bits_is_one_place() {
        assert_eq!(Origin::of(Some(address("2001:db8:1:2::1"))), Origin::of(Some(address("2001:db8:1:2:ffff::9"))));
        assert_ne!(Origin::of(Some(address("2001:db8:1:2::1"))), Origin::of(Some(address("2001:db8:1:3::1"))));
        assert_eq!(Origin::of(Some(address("::ffff:192.0.2.1"))), Origin::of(Some(address("192.0.2.1"))));
    }

    #[test]
    fn memory_is_bounded_and_comes_back() {
        let (limit, clock) = limit(10);
        for host in 0..100u32 {
            let _ = limit.check(Some(IpAddr::V4(Ipv4Addr::from_bits(host))));
        }
        assert!(limit.limiter.as_ref().unwrap().len() <= 11);
        assert!(limit.check(Some(address("198.51.100.1"))).is_err(), "the shared bucket is empty");
        clock.advance(Duration::from_mins(1));
        limit.check(Some(address("198.51.100.1"))).unwrap();
    }

    #[test]
    fn a_limit_can_be_switched_off() {
        let limit = AddressLimit::new("test", Rate::UNLIMITED, 10, Arc::new(HandClock::default()));
        assert!((0..1000).all(|_| limit.check(None).is_ok()));
    }
}
