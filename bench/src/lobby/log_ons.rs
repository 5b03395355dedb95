//! Players who log on by their game passwords and enter a room, in a closed loop, beside what the machine can hash at all; and how long lines
//! of chat take in that room meanwhile.

use std::{
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{net::TcpStream, task::JoinSet};

use super::{SOON_MS, address, talkers::Talkers, times::Times};
use crate::{
    Failure,
    ceiling::{self, Ceiling, Rate},
    classic::Way,
    hub::Hub,
    log_in::{self, PASSWORD, expect_ok, post},
    nodes::cookies,
    report::{Bound, Report},
};

/// Logging on at the same time: more than there are cores, less than the queue holds.
const PEOPLE: usize = 16;
/// A full room of guests, with a line a second of each.
const TALKERS: usize = 32;
const LINES: u32 = 32;
/// In each turn, before it counts and while it does.
const WARM_UP: Duration = Duration::from_secs(1);
const COUNTED: Duration = Duration::from_secs(10);
/// Aleph One's clear text spares both sides the cipher, and costs the hash as everything does.
const RAISED: [(&str, &str); 2] =
    [("GUILDHALL_LOBBY__ALEPH_ONE_CLEAR_TEXT", "true"), ("GUILDHALL_LOBBY__ROOM_CAPACITY", "64")];

pub(crate) async fn measure(program: &Path, report: &mut Report) -> Result<(), Failure> {
    let raised: Vec<_> = RAISED.into_iter().chain(log_in::RAISED).collect();
    let told: Vec<_> = raised.iter().map(|(key, value)| format!("{key}={value}")).collect();
    println!("log_ons: raised for this measurement: {}", told.join(" "));
    let data = tempfile::tempdir()?;
    let hub = Hub::start(program, data.path(), &raised).await?;
    let mut passwords = Vec::new();
    for number in 0..PEOPLE {
        passwords.push(game_password(hub.http, number).await?);
    }
    let mut talkers =
        Talkers::enter(TALKERS, 1, |number| Way { from: address(5, number, 8), ..Way::to(hub.lobby) }).await?;
    let (mut ceiling, mut rate, times) = (Ceiling::default(), Rate::default(), Times::default());
    for _ in 0..ceiling::TURNS {
        ceiling.take().await?;
        let (joins, over) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let mut joining = JoinSet::new();
        for (number, password) in passwords.iter().cloned().enumerate() {
            joining.spawn(keep_joining(hub.lobby, number, password, Arc::clone(&joins), Arc::clone(&over)));
        }
        tokio::time::sleep(WARM_UP).await;
        let (before, began) = (joins.load(Ordering::Relaxed), Instant::now());
        times.add(&talkers.talk(LINES, Duration::ZERO, COUNTED).await?.times);
        rate.add(joins.load(Ordering::Relaxed) - before, began.elapsed());
        over.store(true, Ordering::Relaxed);
        while let Some(ended) = joining.join_next().await {
            ended??;
        }
    }
    ceiling.take().await?;
    drop(hub);

    println!("log_ons: hashes a second between the turns: {ceiling}");
    report.note("players who join by their password, a second", rate.a_second(), "");
    report.note("hashes of the same cost on all cores, a second", ceiling.a_second(), "");
    report.check("  of the hashing ceiling", rate.a_second() / ceiling.a_second(), "", Bound::AtLeast(0.9));
    report.check("  chat in their room, p99", times.p99_ms(), "ms", Bound::AtMost(SOON_MS));
    Ok(())
}

async fn keep_joining(
    lobby: SocketAddr,
    number: usize,
    password: String,
    joins: Arc<AtomicU64>,
    over: Arc<AtomicBool>,
) -> Result<(), Failure> {
    while !over.load(Ordering::Relaxed) {
        let way = Way { from: address(6, number, 1), password: Some(&password), ..Way::to(lobby) };
        way.enter(&format!("Person{number}")).await?;
        joins.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

/// Makes an account; gives back its game password.
async fn game_password(at: SocketAddr, number: usize) -> Result<String, Failure> {
    let mut stream = TcpStream::connect(at).await?;
    let form = format!("name=Person{number}&email=&password={}", PASSWORD.replace(' ', "+"));
    let answer = post(&mut stream, at, "register", &form, "").await?;
    expect_ok(&answer)?;
    let made = post(&mut stream, at, "make_game_password", "", &cookies(&answer)).await?;
    expect_ok(&made)?;
    let body = made.split_once("\r\n\r\n").ok_or("an answer without a body")?.1;
    let body: serde_json::Value = serde_json::from_str(body)?;
    Ok(body["password"].as_str().ok_or("no password in the answer")?.to_owned())
}
