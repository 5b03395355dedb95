//! Games of hosts whom nobody reaches, by way of this lobby (spec section 13.2).
//!
//! Such a game has a pair of ports here. A player joins at the first; the host is told by its room connection (packet 22), connects back to
//! the second, and is given the player who has waited longest. Nothing in that connection says which player it is for, so all who wait are
//! alike; what keeps strangers out is that it has to come from where the host itself does.

use std::{
    collections::VecDeque,
    net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV4},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use base::network_of;
use metaserver_proto::{Packed, ServerPacket, Text, packet::notice::ProxyJoin};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, sleep_until},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{HostProxy, relay};
use crate::{
    backoff::Backoff,
    caretaker::bind,
    gate::{Gate, Permit},
    hub::ipv4,
    metaserver::StartError,
    outbox::Outbox,
    pace::Bucket,
};

/// Players of one address that wait for one host: a household.
const WAITING_PER_ADDRESS: usize = 4;
/// How often a host is called, at once and in a second: whoever knocks makes it connect.
const CALL_BURST: u32 = 16;
const CALLS_PER_SECOND: u32 = 2;

/// The pairs of ports. Clones are the same ones.
#[derive(Clone)]
pub(crate) struct Proxy(Arc<Inner>);

struct Inner {
    limits: HostProxy,
    public_ip: Option<Ipv4Addr>,
    gate: Gate,
    tasks: TaskTracker,
    stop: CancellationToken,
    pairs: Vec<Pair>,
    /// Those that nobody has, the one first that has been free for longest: who still tries to join a game that is gone is not to find
    /// another in its place.
    free: Mutex<VecDeque<usize>>,
}

/// Two ports of one game.
struct Pair {
    for_players: u16,
    for_the_host: u16,
    served: Mutex<Option<Served>>,
}

/// A host that is proxied.
struct Served {
    network: IpAddr,
    outbox: Outbox,
    /// Packet 22.
    call: Packed,
    /// In a game, and to be sent nothing.
    deaf: bool,
    waiting: VecDeque<Waiting>,
    places: Arc<Semaphore>,
    calls: Bucket,
}

/// A player who waits for the host.
struct Waiting {
    stream: TcpStream,
    network: IpAddr,
    until: Instant,
    held: Held,
}

/// What a player takes up until they are gone.
struct Held {
    _permit: Permit,
    _place: OwnedSemaphorePermit,
}

/// A host that wants a pair.
pub(crate) struct Caller {
    /// Where it comes from.
    pub(crate) network: IpAddr,
    /// The address of ours at which it is: it finds us there again.
    pub(crate) here: IpAddr,
    pub(crate) outbox: Outbox,
    pub(crate) deaf: bool,
}

/// A pair of ports for as long as it is held. Who plays already goes on playing when it is given back.
pub(crate) struct Lease {
    proxy: Proxy,
    pair: usize,
    place: SocketAddrV4,
}

impl Drop for Lease {
    fn drop(&mut self) {
        *self.proxy.0.pairs[self.pair].served() = None;
        self.proxy.free().push_back(self.pair);
        metrics::gauge!("guildhall_lobby_proxied_games").decrement(1);
    }
}

impl Lease {
    /// Where players join.
    pub(crate) const fn place(&self) -> SocketAddrV4 {
        self.place
    }

    /// The host wants nothing, or everything again.
    pub(crate) fn set_deaf(&self, deaf: bool) {
        if let Some(served) = &mut *self.proxy.0.pairs[self.pair].served() {
            served.deaf = deaf;
        }
    }
}

impl Pair {
    fn served(&self) -> MutexGuard<'_, Option<Served>> {
        self.served.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Proxy {
    /// Opens every pair of ports at once, so that one that can't be had is found out at the start.
    pub(crate) async fn open(
        limits: HostProxy,
        listens: IpAddr,
        public_ip: Option<Ipv4Addr>,
        gate: Gate,
        tasks: &TaskTracker,
        stop: &CancellationToken,
    ) -> Result<Self, StartError> {
        let first = limits.first_port;
        let mut bound = Vec::new();
        for offset in 0..limits.pairs.saturating_mul(2) {
            let port = match first {
                0 => 0,
                first => first.checked_add(offset).ok_or(StartError::ProxyPorts { first })?,
            };
            bound.push(bind(SocketAddr::new(listens, port)).await?);
        }
        let mut ports = Vec::new();
        let mut listeners = Vec::new();
        let mut bound = bound.into_iter();
        while let (Some((players, at)), Some((hosts, back))) = (bound.next(), bound.next()) {
            ports.push(Pair { for_players: at.port(), for_the_host: back.port(), served: Mutex::default() });
            listeners.push((players, hosts));
        }
        let free = Mutex::new((0..ports.len()).collect());
        let (tasks, stop) = (tasks.clone(), stop.clone());
        let proxy = Self(Arc::new(Inner { limits, public_ip, gate, tasks, stop, pairs: ports, free }));
        for (pair, (players, hosts)) in listeners.into_iter().enumerate() {
            proxy.0.tasks.spawn(proxy.clone().keep(pair, players, hosts));
        }
        Ok(proxy)
    }

    /// A pair of ports for a host; `None`: there is none left, or no IPv4 address of ours is known that players could be told.
    pub(crate) fn lease(&self, caller: Caller) -> Option<Lease> {
        let this = &self.0;
        let here = caller.here.to_canonical();
        let told = this.public_ip.or(ipv4(here))?;
        // By the same way it came, or it would not come from where it did.
        let back = if here.is_ipv4() { told.to_string() } else { here.to_string() };
        let pair = self.free().pop_front()?;
        let ports = &this.pairs[pair];
        let call = ProxyJoin { port: ports.for_the_host, host: Text::new(&back), token: [0; 16] };
        *ports.served() = Some(Served {
            network: caller.network,
            outbox: caller.outbox,
            call: ServerPacket::ProxyJoin(call).pack(),
            deaf: caller.deaf,
            waiting: VecDeque::new(),
            places: Arc::new(Semaphore::new(this.limits.players)),
            calls: Bucket::new(CALL_BURST, CALLS_PER_SECOND, Instant::now()),
        });
        metrics::gauge!("guildhall_lobby_proxied_games").increment(1);
        Some(Lease { proxy: self.clone(), pair, place: SocketAddrV4::new(told, ports.for_players) })
    }

    /// Serves a pair of ports until the hub stops.
    async fn keep(self, pair: usize, players: TcpListener, hosts: TcpListener) {
        let mut backoff = Backoff::default();
        let stop = self.0.stop.clone();
        loop {
            let due = self.next_due(pair);
            let accepted = tokio::select! {
                accepted = players.accept() => accepted.map(|(stream, peer)| self.take_player(pair, stream, peer.ip())),
                accepted = hosts.accept() => accepted.map(|(stream, peer)| self.take_host(pair, stream, peer.ip())),
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                    self.send_late_away(pair);
                    continue;
                }
                () = stop.cancelled() => return,
            };
            match accepted {
                Ok(Ok(())) => {}
                Ok(Err(why)) => {
                    metrics::counter!("guildhall_lobby_proxy_refusals_total", "reason" => why.word()).increment(1);
                    tracing::debug!(reason = why.word(), "a connection to the host proxy was closed");
                }
                Err(error) => {
                    metrics::counter!("guildhall_lobby_accept_errors_total").increment(1);
                    tracing::warn!(error = &error as &dyn std::error::Error, "a connection could not be accepted");
                    backoff.wait().await;
                }
            }
        }
    }

    /// Somebody wants to join: the host is called.
    fn take_player(&self, pair: usize, stream: TcpStream, peer: IpAddr) -> Result<(), Refused> {
        let network = network_of(peer);
        let now = Instant::now();
        let mut served = self.0.pairs[pair].served();
        let served = served.as_mut().ok_or(Refused::Unassigned)?;
        // It would never hear of it.
        if served.deaf {
            return Err(Refused::Deaf);
        }
        let from_there = served.waiting.iter().filter(|waiting| waiting.network == network).count();
        if from_there >= WAITING_PER_ADDRESS {
            return Err(Refused::Full);
        }
        let place = Arc::clone(&served.places).try_acquire_owned().map_err(|_full| Refused::Full)?;
        let permit = self.0.gate.enter(peer).ok_or(Refused::Gate)?;
        if !served.calls.take(now) {
            return Err(Refused::TooOften);
        }
        let held = Held { _permit: permit, _place: place };
        served.waiting.push_back(Waiting { stream, network, until: now + self.0.limits.wait, held });
        served.outbox.push(&served.call);
        Ok(())
    }

    /// The host connects back, and is given whoever has waited longest.
    fn take_host(&self, pair: usize, stream: TcpStream, peer: IpAddr) -> Result<(), Refused> {
        let network = network_of(peer);
        let player = {
            let mut served = self.0.pairs[pair].served();
            let served = served.as_mut().ok_or(Refused::Unassigned)?;
            if served.network != network {
                return Err(Refused::Stranger);
            }
            served.waiting.pop_front().ok_or(Refused::NobodyWaits)?
        };
        let permit = self.0.gate.enter(peer).ok_or(Refused::Gate)?;
        let (limits, stop) = (self.0.limits.clone(), self.0.stop.clone());
        self.0.tasks.spawn(async move {
            relay::run(stream, player.stream, &limits, &stop).await;
            drop((permit, player.held));
        });
        Ok(())
    }

    /// When the next of those who wait has waited enough.
    fn next_due(&self, pair: usize) -> Option<Instant> {
        self.0.pairs[pair].served().as_ref()?.waiting.front().map(|waiting| waiting.until)
    }

    fn send_late_away(&self, pair: usize) {
        let now = Instant::now();
        if let Some(served) = &mut *self.0.pairs[pair].served() {
            while served.waiting.pop_front_if(|waiting| waiting.until <= now).is_some() {
                metrics::counter!("guildhall_lobby_proxy_refusals_total", "reason" => "late").increment(1);
            }
        }
    }

    fn free(&self) -> MutexGuard<'_, VecDeque<usize>> {
        self.0.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why somebody's connection was closed at once.
#[derive(Debug, Clone, Copy)]
enum Refused {
    Unassigned,
    Deaf,
    Full,
    Gate,
    TooOften,
    Stranger,
    NobodyWaits,
}

impl Refused {
    /// The label of the counter.
    const fn word(self) -> &'static str {
        match self {
            Self::Unassigned => "unassigned",
            Self::Deaf => "deaf",
            Self::Full => "full",
            Self::Gate => "gate",
            Self::TooOften => "too_often",
            Self::Stranger => "stranger",
            Self::NobodyWaits => "nobody_waits",
        }
    }
}
