//! Guests who come and go in a room with a thousand people in it, each of whom is told: beside what bare sockets deliver to as many.

use std::{
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use metaserver_proto::packet::kind;
use tokio::{net::TcpStream, task::JoinSet};

use super::{address, ear::Ear};
use crate::{
    Failure,
    bare::{self, Bare},
    classic::{self, Inside, Way},
    hub::Hub,
    report::{Bound, Report},
    start::to_f64,
};

/// In the room all the time.
const RESIDENTS: usize = 1_000;
/// Coming and going, each without a pause.
const GUESTS: usize = 8;
/// Joins a second that are enough anywhere.
const ENOUGH: f64 = 200.0;
/// And so many times those of the reference.
const TIMES_THE_REFERENCE: f64 = 25.0;
const WARM_UP: Duration = Duration::from_secs(2);
const COUNTED: Duration = Duration::from_secs(10);
const PER_ADDRESS: usize = 50;
/// Entering at the same time, at first.
const AT_ONCE: usize = 32;
const RAISED: [(&str, &str); 1] = [("GUILDHALL_LOBBY__ROOM_CAPACITY", "1100")];

/// Joins a second, and deliveries to those in the room.
struct Rate {
    joins: f64,
    deliveries: f64,
}

pub(crate) async fn measure(program: &Path, report: &mut Report) -> Result<(), Failure> {
    println!(
        "arrivals: raised for this measurement: {}",
        RAISED.map(|(key, value)| format!("{key}={value}")).join(" ")
    );
    let bare = Bare::start().await?;
    let limit = bare_deliveries(bare.at).await?;
    drop(bare);

    let data = tempfile::tempdir()?;
    let hub = Hub::start(program, data.path(), &RAISED).await?;
    let rate = rate(hub.lobby).await?;
    drop(hub);
    // What a join costs in deliveries: everybody is told that somebody comes, and that they leave.
    let each = rate.deliveries / rate.joins;
    report.note("told to 1,000 people in a room, a second", rate.deliveries, "");
    report.note("  the same by bare sockets", limit, "");
    let bound = ENOUGH.min(limit / 2.0 / each);
    report.check("  guests who join it, a second", rate.joins, "", Bound::AtLeast(bound));
    match reference() {
        Some(at) => {
            let theirs = self::rate(at).await?.joins;
            report.note("  the same of the reference", theirs, "");
            report.check("  times the reference's", rate.joins / theirs, "", Bound::AtLeast(TIMES_THE_REFERENCE));
        }
        None => println!("arrivals: without a reference, whose login server GUILDHALL_BENCH_REFERENCE would name"),
    }
    Ok(())
}

/// Another lobby that speaks Aleph One's protocol, if somebody has started one to be measured beside.
#[expect(clippy::disallowed_methods, reason = "a measurement has no configuration to read it from")]
fn reference() -> Option<SocketAddr> {
    std::env::var("GUILDHALL_BENCH_REFERENCE").ok()?.parse().ok()
}

async fn rate(lobby: SocketAddr) -> Result<Rate, Failure> {
    let (deliveries, joins) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let over = Arc::new(AtomicBool::new(false));
    let (mut entering, mut residents) = (JoinSet::new(), JoinSet::new());
    for number in 0..RESIDENTS + AT_ONCE {
        if number >= AT_ONCE {
            let entered: Result<Result<Inside, Failure>, _> = entering.join_next().await.ok_or("nobody enters")?;
            let (stream, deliveries) = (entered??.stream, Arc::clone(&deliveries));
            residents.spawn(async move { count(&stream, kind::PLAYER_LIST, &deliveries).await });
        }
        if number < RESIDENTS {
            let way = Way { from: address(3, number, PER_ADDRESS), ..Way::to(lobby) };
            entering.spawn(async move { way.enter(&format!("resident {number}")).await });
        }
    }
    let mut guests = JoinSet::new();
    for number in 0..GUESTS {
        let way = Way { from: address(4, number, 1), ..Way::to(lobby) };
        let (joins, over) = (Arc::clone(&joins), Arc::clone(&over));
        guests.spawn(async move { come_and_go(&way, number, &joins, &over).await });
    }
    let rates = counted([&joins, &deliveries]).await;
    over.store(true, Ordering::Relaxed);
    while let Some(ended) = guests.join_next().await {
        ended??;
    }
    // With a thousand people told of each, one who was dropped would make the figures better.
    if let Some(ended) = residents.try_join_next() {
        ended??;
    }
    let [joins, deliveries] = rates;
    Ok(Rate { joins, deliveries })
}

/// Joins until it sees itself on the list of the room, and leaves, again and again.
async fn come_and_go(way: &Way<'_>, number: usize, joins: &AtomicU64, over: &AtomicBool) -> Result<(), Failure> {
    while !over.load(Ordering::Relaxed) {
        let Inside { stream, number: own } = way.enter(&format!("guest {number}")).await?;
        let (mut ear, mut listed) = (Ear::default(), false);
        while !listed {
            stream.readable().await?;
            let read = ear.read(&stream, |number, frame| {
                listed |= number == kind::PLAYER_LIST && frame.windows(4).any(|id| id == own.to_be_bytes());
            });
            match read {
                Ok(0) => return Err("the lobby closed a guest's connection".into()),
                Err(error) if error.kind() != std::io::ErrorKind::WouldBlock => return Err(error.into()),
                _ => {}
            }
        }
        joins.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

/// What bare sockets deliver a second to as many, when as many others have something told to them.
async fn bare_deliveries(at: SocketAddr) -> Result<f64, Failure> {
    let (deliveries, over) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let mut residents = JoinSet::new();
    for _ in 0..RESIDENTS {
        let (stream, deliveries) = (bare::connect(at).await?, Arc::clone(&deliveries));
        residents.spawn(async move { count(&stream, kind::CHAT, &deliveries).await });
    }
    let mut guests = JoinSet::new();
    for number in 0..GUESTS {
        let (stream, over) = (bare::connect(at).await?, Arc::clone(&over));
        let number = u32::try_from(number)?;
        guests.spawn(async move { tell_and_wait(&stream, number, &over).await });
    }
    let [rate] = counted([&deliveries]).await;
    over.store(true, Ordering::Relaxed);
    while let Some(ended) = guests.join_next().await {
        ended??;
    }
    Ok(rate)
}

/// Has everybody told something as long as an entry of a list is, and waits until it is itself.
async fn tell_and_wait(stream: &TcpStream, number: u32, over: &AtomicBool) -> Result<(), Failure> {
    let line = classic::line(number, "somebody who is here now, or is not");
    let mut ear = Ear::default();
    while !over.load(Ordering::Relaxed) {
        stream.try_write(&line)?;
        let mut own = false;
        while !own {
            stream.readable().await?;
            match ear.read(stream, |_, frame| own |= frame == line) {
                Ok(0) => return Err("the bare server closed a connection".into()),
                Err(error) if error.kind() != std::io::ErrorKind::WouldBlock => return Err(error.into()),
                _ => {}
            }
        }
    }
    Ok(())
}

/// Counts the packets of that number that come.
async fn count(stream: &TcpStream, wanted: i16, counter: &AtomicU64) -> Result<(), Failure> {
    let hear = |number, _: &[u8]| {
        if number == wanted {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    };
    Ear::default().listen(stream, hear).await?;
    Err("a connection was closed".into())
}

/// How fast the counters count, after a while in which they do not count.
async fn counted<const N: usize>(counters: [&AtomicU64; N]) -> [f64; N] {
    tokio::time::sleep(WARM_UP).await;
    let (before, began) = (counters.map(|counter| counter.load(Ordering::Relaxed)), Instant::now());
    tokio::time::sleep(COUNTED).await;
    let (after, took) = (counters.map(|counter| counter.load(Ordering::Relaxed)), began.elapsed());
    std::array::from_fn(|at| to_f64(after[at] - before[at]) / took.as_secs_f64())
}
