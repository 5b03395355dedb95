//! Five thousand connections that send a byte a second and no packet, as many from each address as the hub lets in: how soon they are gone.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use metaserver_proto::frame::Header;
use tokio::{
    net::TcpStream,
    task::JoinSet,
    time::{MissedTickBehavior, interval, timeout},
};

use super::address;
use crate::{
    Failure,
    classic::{self, Way},
    hub::Hub,
    report::{Bound, Report},
    start::to_f64,
};

const CONNECTIONS: usize = 5_000;
/// The hub's limit for an address, as it is by default.
const PER_ADDRESS: usize = 100;
/// Tried from one address.
const TRIED: usize = 150;
const BYTE_EVERY: Duration = Duration::from_secs(1);
/// None may last longer.
const GONE_AFTER_SECS: f64 = 15.0;
/// Enough to be told that there is no place.
const REFUSED_WITHIN: Duration = Duration::from_secs(2);

pub(crate) async fn measure(program: &Path, report: &mut Report) -> Result<(), Failure> {
    println!("dribble: {CONNECTIONS} connections, {PER_ADDRESS} from each address, every limit as it is by default");
    let data = tempfile::tempdir()?;
    let first = super::ports_of_rooms()?;
    let hub = Hub::start(program, data.path(), &[("GUILDHALL_METASERVER_ROOM_PORTS", &first.to_string())]).await?;
    let room = SocketAddr::new(hub.lobby.ip(), first);

    let began = Instant::now();
    let mut dribbling = JoinSet::new();
    for number in 0..CONNECTIONS {
        // At the login server and at a room by turns.
        let at = if number % 2 == 0 { hub.lobby } else { room };
        let stream = classic::connect(address(9, number, PER_ADDRESS), at).await?;
        dribbling.spawn(dribble(stream));
    }
    let opened = began.elapsed();
    // Somebody means no harm, and is let in as ever.
    let honest = Instant::now();
    Way::to(hub.lobby).enter("Honest").await?;
    let honest = honest.elapsed();
    let mut longest = Duration::ZERO;
    while let Some(lasted) = dribbling.join_next().await {
        longest = longest.max(lasted??);
    }
    let all = began.elapsed();

    let stayed = stay_of_one_address(hub.lobby).await?;
    println!("dribble: opened within {:.1} s, all gone after {:.1} s", opened.as_secs_f64(), all.as_secs_f64());
    report.check(
        "5,000 that dribble: the last is gone after",
        longest.as_secs_f64(),
        "s",
        Bound::AtMost(GONE_AFTER_SECS),
    );
    report.note("  somebody logs on beside them within", honest.as_secs_f64() * 1000.0, "ms");
    let limit = to_f64(PER_ADDRESS as u64);
    report.check("  of 150 from one address, so many may stay", to_f64(stayed as u64), "", Bound::AtMost(limit));
    report.check("  and so many do", to_f64(stayed as u64), "", Bound::AtLeast(limit));
    Ok(())
}

/// Sends the head of a packet and then of its body, a byte now and then, for as long as it is let; gives back how long that was.
async fn dribble(stream: TcpStream) -> Result<Duration, Failure> {
    let began = Instant::now();
    let mut bytes = Header::bytes(100, 276).into_iter().chain(std::iter::repeat(0));
    let mut ticks = interval(BYTE_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {
                let byte = bytes.next().unwrap_or_default();
                if stream.try_write(&[byte]).is_err() {
                    return Ok(began.elapsed());
                }
            }
            ready = stream.readable() => {
                ready?;
                match stream.try_read(&mut [0; 64]) {
                    Ok(0) => return Ok(began.elapsed()),
                    Err(error) if error.kind() != std::io::ErrorKind::WouldBlock => return Ok(began.elapsed()),
                    _ => {}
                }
            }
        }
    }
}

/// How many of those tried from one address are not turned away.
async fn stay_of_one_address(lobby: SocketAddr) -> Result<usize, Failure> {
    let (stayed, mut tried) = (Arc::new(AtomicUsize::new(0)), JoinSet::new());
    let mut streams = Vec::new();
    for _ in 0..TRIED {
        streams.push(classic::connect(Ipv4Addr::new(127, 10, 0, 1), lobby).await?);
    }
    for stream in streams {
        let stayed = Arc::clone(&stayed);
        tried.spawn(async move {
            // All of them are held until the last is judged, or the first would make place for it.
            let ended = timeout(REFUSED_WITHIN, is_ended(&stream)).await;
            if ended.is_err() {
                stayed.fetch_add(1, Ordering::Relaxed);
            }
            stream
        });
    }
    let held = tried.join_all().await;
    drop(held);
    Ok(stayed.load(Ordering::Relaxed))
}

/// Waits until the server has ended it.
async fn is_ended(stream: &TcpStream) {
    while stream.readable().await.is_ok() {
        match stream.try_read(&mut [0; 64]) {
            Ok(0) => return,
            Err(error) if error.kind() != std::io::ErrorKind::WouldBlock => return,
            _ => {}
        }
    }
}
