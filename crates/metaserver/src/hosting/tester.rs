//! Tries whether a host's game port can be reached, beside everything else and never for more than a few seconds.

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddrV4},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use base::{Chance, ChanceExt as _};
use tokio::{
    net::TcpStream,
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    HostTests, aleph_one,
    finding::{Finding, Lack, plays_by_udp},
};
use crate::pace::Bucket;

/// Addresses whose tests are counted, at most; with more of them, nobody new is tested until some have been quiet.
const MOST_ADDRESSES: usize = 10_000;

/// Who tests. It connects to nothing but the address a host itself comes from, and not often: it is no way to look for open ports.
pub(crate) struct Tester {
    limits: HostTests,
    places: Arc<Semaphore>,
    paces: Mutex<HashMap<IpAddr, Bucket>>,
    chance: Arc<dyn Chance>,
    stop: CancellationToken,
}

/// Leave to test once.
pub(crate) struct Turn {
    _place: OwnedSemaphorePermit,
    patience: Duration,
    ping_id: u16,
    stop: CancellationToken,
}

impl Tester {
    pub(crate) fn new(limits: HostTests, chance: Arc<dyn Chance>, stop: CancellationToken) -> Self {
        let places = Arc::new(Semaphore::new(limits.at_once));
        Self { limits, places, paces: Mutex::default(), chance, stop }
    }

    /// Leave to test somebody who comes from there; `None`: they have been tested too often, or too many are just now.
    pub(crate) fn turn(&self, network: IpAddr) -> Option<Turn> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        if !self.is_due(network) {
            return None;
        }
        let ping_id = u16::from_le_bytes(self.chance.bytes());
        Some(Turn { _place: place, patience: self.limits.patience, ping_id, stop: self.stop.clone() })
    }

    fn is_due(&self, network: IpAddr) -> bool {
        let now = Instant::now();
        let mut paces = self.paces.lock().unwrap_or_else(PoisonError::into_inner);
        if paces.len() >= MOST_ADDRESSES && !paces.contains_key(&network) {
            paces.retain(|_, pace| !pace.is_full(now));
            if paces.len() >= MOST_ADDRESSES {
                return false;
            }
        }
        let fresh = || Bucket::every(self.limits.burst, self.limits.every, now);
        paces.entry(network).or_insert_with(fresh).take(now)
    }
}

impl Turn {
    /// Whether anybody answers at that port. `None`: the hub stops.
    pub(crate) async fn knock(self, at: SocketAddrV4) -> Option<Finding> {
        self.bounded(async {
            match self.connect(at).await {
                Some(_) => Finding::Answers,
                None => Finding::Silent,
            }
        })
        .await
    }

    /// Whether an Aleph One host answers there as players need it.
    pub(crate) async fn greet(self, at: SocketAddrV4) -> Option<Finding> {
        self.bounded(async {
            let Some(stream) = self.connect(at).await else { return Finding::Silent };
            let Ok(Some(can)) = timeout(self.patience, aleph_one::greet(stream)).await else {
                return Finding::Strange;
            };
            let udp = if plays_by_udp(&can) { Some(aleph_one::answers_pings(at, self.ping_id).await) } else { None };
            Finding::Greets { lacks: Lack::of(&can), udp }
        })
        .await
    }

    async fn connect(&self, at: SocketAddrV4) -> Option<TcpStream> {
        timeout(self.patience, TcpStream::connect(at)).await.ok()?.ok()
    }

    async fn bounded(&self, test: impl Future<Output = Finding>) -> Option<Finding> {
        let finding = tokio::select! {
            finding = test => finding,
            () = self.stop.cancelled() => return None,
        };
        metrics::counter!("guildhall_lobby_host_tests_total", "found" => finding.word()).increment(1);
        Some(finding)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;
    impl Chance for Fixed {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(7);
        }
    }

    fn tester(at_once: usize, burst: u32) -> Tester {
        let limits = HostTests { at_once, burst, ..HostTests::default() };
        Tester::new(limits, Arc::new(Fixed), CancellationToken::new())
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_is_tested_now_and_then() {
        let tester = tester(100, 3);
        let (one, other) = ("192.0.2.1".parse().expect("an address"), "192.0.2.2".parse().expect("an address"));
        assert_eq!((0..10).filter(|_| tester.turn(one).is_some()).count(), 3);
        assert!(tester.turn(other).is_some(), "nobody else is held back");
        tokio::time::advance(Duration::from_secs(41)).await;
        assert_eq!((0..10).filter(|_| tester.turn(one).is_some()).count(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn few_are_tested_at_once() {
        let tester = tester(2, 100);
        let from = |last: u8| IpAddr::from([192, 0, 2, last]);
        let turns = [tester.turn(from(1)), tester.turn(from(2))];
        assert!(turns.iter().all(Option::is_some));
        assert!(tester.turn(from(3)).is_none());
        drop(turns);
        assert!(tester.turn(from(3)).is_some());
    }

    #[tokio::test]
    async fn an_open_port_answers_and_a_closed_one_is_silent() {
        let tester = tester(2, 100);
        let here = IpAddr::from([127, 0, 0, 1]);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let std::net::SocketAddr::V4(at) = listener.local_addr().expect("bound") else { panic!("IPv4 was asked for") };
        let knock = async |at| tester.turn(here).expect("a turn").knock(at).await;
        assert_eq!(knock(at).await, Some(Finding::Answers));
        drop(listener);
        assert_eq!(knock(at).await, Some(Finding::Silent));
    }
}
