//! Bytes between a player and a host who cannot reach each other, both ways, within bounds.

use std::{
    io,
    pin::pin,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpStream,
        tcp::{ReadHalf, WriteHalf},
    },
    time::{Instant, sleep, sleep_until, timeout},
};
use tokio_util::sync::CancellationToken;

use super::HostProxy;
use crate::pace::Bucket;

/// What is read at once.
const READ_BYTES: usize = 8 * 1024;
/// How long one side may still talk when the other has ended.
const LINGER: Duration = Duration::from_secs(5);

/// Why it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Closed,
    Idle,
    Spent,
    Stopped,
}

impl End {
    /// The label of the counter.
    const fn word(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Idle => "idle",
            Self::Spent => "spent",
            Self::Stopped => "stopped",
        }
    }
}

/// Passes bytes until one side ends, nothing has passed for too long, or too much has.
pub(super) async fn run(mut host: TcpStream, mut player: TcpStream, limits: &HostProxy, stop: &CancellationToken) {
    metrics::gauge!("guildhall_lobby_proxied_players").increment(1);
    for stream in [&host, &player] {
        // A game that waits for more to send is a slow game. One that can't be told so is none the less passed on.
        stream.set_nodelay(true).ok();
    }
    let flow = Flow { limits, began: Instant::now(), moved_ms: AtomicU64::new(0), bytes: AtomicU64::new(0) };
    let ((from_host, to_host), (from_player, to_player)) = (host.split(), player.split());
    let end = tokio::select! {
        end = flow.both_ways((from_host, to_player), (from_player, to_host)) => end,
        () = flow.idles() => End::Idle,
        () = stop.cancelled() => End::Stopped,
    };
    metrics::gauge!("guildhall_lobby_proxied_players").decrement(1);
    metrics::counter!("guildhall_lobby_proxy_ends_total", "reason" => end.word()).increment(1);
}

/// What has passed.
struct Flow<'l> {
    limits: &'l HostProxy,
    began: Instant,
    /// When something last did, in milliseconds from the beginning.
    moved_ms: AtomicU64,
    bytes: AtomicU64,
}

impl Flow<'_> {
    async fn both_ways(&self, down: (ReadHalf<'_>, WriteHalf<'_>), up: (ReadHalf<'_>, WriteHalf<'_>)) -> End {
        let mut down = pin!(self.carry(down.0, down.1));
        let mut up = pin!(self.carry(up.0, up.1));
        // A connection that breaks has ended as well as one that was closed.
        tokio::select! {
            end = &mut down => {
                let end = end.unwrap_or(End::Closed);
                if end == End::Closed {
                    drop(timeout(LINGER, up).await);
                }
                end
            }
            end = &mut up => {
                let end = end.unwrap_or(End::Closed);
                if end == End::Closed {
                    drop(timeout(LINGER, down).await);
                }
                end
            }
        }
    }

    /// One way, until its source ends.
    async fn carry(&self, mut from: ReadHalf<'_>, mut to: WriteHalf<'_>) -> io::Result<End> {
        let mut buffer = vec![0; READ_BYTES];
        let per_second = self.limits.bytes_per_second;
        let mut pace = Bucket::new(per_second, per_second, Instant::now());
        loop {
            let count = from.read(&mut buffer).await?;
            if count == 0 {
                to.shutdown().await?;
                return Ok(End::Closed);
            }
            if !self.counts(count) {
                return Ok(End::Spent);
            }
            to.write_all(&buffer[..count]).await?;
            if let Some(wait) = pace.owe_many(Instant::now(), u32::try_from(count).unwrap_or(u32::MAX)) {
                sleep(wait).await;
            }
        }
    }

    /// Notes that so many bytes pass; `false` where they are too many.
    fn counts(&self, count: usize) -> bool {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        metrics::counter!("guildhall_lobby_proxy_bytes_total").increment(count);
        let elapsed = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.moved_ms.store(elapsed, Ordering::Relaxed);
        self.bytes.fetch_add(count, Ordering::Relaxed) + count <= self.limits.bytes
    }

    /// Waits until nothing has passed for too long.
    async fn idles(&self) {
        loop {
            let moved_at = self.began + Duration::from_millis(self.moved_ms.load(Ordering::Relaxed));
            let due = moved_at + self.limits.idle;
            if Instant::now() >= due {
                return;
            }
            sleep_until(due).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;
    use tokio_util::task::TaskTracker;

    use super::*;

    /// Both ends of a connection.
    async fn pair() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let (out, accepted) = tokio::join!(TcpStream::connect(address), listener.accept());
        (out.expect("it listens"), accepted.expect("somebody came").0)
    }

    /// A player and a host with a relay between them.
    async fn relayed(limits: HostProxy) -> (TcpStream, TcpStream, tokio::task::JoinHandle<()>) {
        let ((player, inner), (host, outer)) = (pair().await, pair().await);
        let running =
            TaskTracker::new().spawn(async move { run(outer, inner, &limits, &CancellationToken::new()).await });
        (player, host, running)
    }

    #[tokio::test]
    async fn what_one_side_said_before_it_ended_reaches_the_other() {
        let (mut player, mut host, running) = relayed(HostProxy::default()).await;
        player.write_all(b"hello").await.expect("sent");
        player.shutdown().await.expect("ended");
        let mut heard = Vec::new();
        host.read_to_end(&mut heard).await.expect("the end comes through");
        assert_eq!(heard, b"hello");
        host.write_all(b"farewell").await.expect("sent");
        drop(host);
        let mut heard = Vec::new();
        player.read_to_end(&mut heard).await.expect("the answer comes through");
        assert_eq!(heard, b"farewell");
        running.await.expect("it ends with them");
    }

    #[tokio::test]
    async fn who_says_nothing_for_long_or_too_much_is_cut() {
        let idle = HostProxy { idle: Duration::from_millis(50), ..HostProxy::default() };
        let (mut player, _host, running) = relayed(idle).await;
        assert_eq!(player.read(&mut [0; 8]).await.expect("closed in order"), 0);
        running.await.expect("it ends by itself");

        let spent = HostProxy { bytes: 10, ..HostProxy::default() };
        let (mut player, mut host, running) = relayed(spent).await;
        player.write_all(b"0123456789").await.expect("sent");
        let mut heard = [0; 10];
        host.read_exact(&mut heard).await.expect("ten bytes are allowed");
        player.write_all(b"!").await.expect("sent");
        running.await.expect("the eleventh ends it");
        assert!(host.read(&mut heard).await.is_ok_and(|count| count == 0), "and does not pass");
    }

    #[tokio::test]
    async fn no_more_passes_than_may_in_a_second() {
        let slow = HostProxy { bytes_per_second: 20_000, ..HostProxy::default() };
        let (mut player, mut host, _running) = relayed(slow).await;
        let began = Instant::now();
        let send = async {
            player.write_all(&vec![7; 40_000]).await.expect("sent");
            drop(player);
        };
        let mut heard = Vec::new();
        let hear = host.read_to_end(&mut heard);
        let ((), read) = tokio::join!(send, hear);
        assert_eq!(read.expect("all of it comes through"), 40_000);
        // A second's worth at once, the rest at its pace.
        assert!(began.elapsed() >= Duration::from_millis(500), "{:?}", began.elapsed());
    }
}
