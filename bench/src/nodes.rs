//! How soon a change on one node is on a page of another: two hubs on one PostgreSQL, which wake each other through it and then through NATS.

use std::{
    net::SocketAddr,
    path::Path,
    time::{Duration, Instant},
};

use db::{Engine, testing::Place};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};
use tokio_util::task::TaskTracker;

use crate::{
    Failure,
    hub::Hub,
    log_in::{PASSWORD, RAISED, expect_ok, post},
    report::{Bound, Report},
};

/// Changes measured, each way.
const CHANGES: usize = 300;
/// Before them, not counted: connections are made, and the nodes find each other.
const WARM_UP: usize = 20;
/// Longer than any answer takes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Measures on the server that `GUILDHALL_TEST_POSTGRES_URL` names, and through the NATS of `GUILDHALL_TEST_NATS_URL` if there is one.
pub(crate) async fn measure(program: &Path, report: &mut Report) -> Result<(), Failure> {
    let nats = nats_url();
    if nats.is_none() {
        println!("nodes: without NATS, which GUILDHALL_TEST_NATS_URL would name");
    }
    for nats in [None].into_iter().chain(nats.map(Some)) {
        let place =
            Place::migrated(Engine::Postgres).await.ok_or("no PostgreSQL to measure on: use `cargo xtask bench`")?;
        let took = on(program, &place, nats.as_deref()).await;
        let by = if nats.is_some() { "NATS" } else { "PostgreSQL" };
        place.remove().await;
        let mut took = took?;
        took.sort_unstable();
        let millis = |at: usize| took.get(at).map_or(0.0, |took| took.as_secs_f64() * 1000.0);
        println!("nodes: through {by}, {CHANGES} changes, at most {:.1} ms", millis(CHANGES - 1));
        report.note(format!("from one node to another's page through {by}, p50"), millis(CHANGES / 2), "ms");
        report.check("  the same, p99", millis(CHANGES * 99 / 100), "ms", Bound::AtMost(100.0));
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a measurement has no configuration to read it from")]
fn nats_url() -> Option<String> {
    std::env::var("GUILDHALL_TEST_NATS_URL").ok().filter(|url| !url.is_empty())
}

/// Somebody logs in on the one node, opens a page there, and logs out on the other: how long after that was answered the page is closed.
async fn on(program: &Path, place: &Place, nats: Option<&str>) -> Result<Vec<Duration>, Failure> {
    let data = tempfile::tempdir()?;
    let subject = format!("bench.{}", std::process::id());
    let mut settings = RAISED.to_vec();
    settings.extend([("GUILDHALL_DATABASE_URL", place.address.as_str()), ("GUILDHALL_BUS__SUBJECT", &subject)]);
    settings.extend(nats.map(|url| ("GUILDHALL_BUS_URL", url)));
    let here = Hub::start(program, data.path(), &settings).await?;
    // The same keys, as on the nodes of one hub.
    let there = Hub::start(program, data.path(), &settings).await?;
    let (mut to_here, mut to_there) = (TcpStream::connect(here.http).await?, TcpStream::connect(there.http).await?);
    let password = PASSWORD.replace(' ', "+");
    let form = format!("name=Olga&email=&password={password}");
    expect_ok(&post(&mut to_here, here.http, "register", &form, "").await?)?;
    let (mut took, tasks) = (Vec::with_capacity(CHANGES), TaskTracker::new());
    for number in 0..WARM_UP + CHANGES {
        let form = format!("name=Olga&password={password}");
        let answer = post(&mut to_there, there.http, "log_in", &form, "").await?;
        expect_ok(&answer)?;
        let cookies = cookies(&answer);
        let page = Page::open(there.http, &cookies).await?;
        let closed = tasks.spawn(page.closed());
        expect_ok(&post(&mut to_here, here.http, "log_out", "", &cookies).await?)?;
        let answered = Instant::now();
        let late = timeout(PATIENCE, closed).await???.saturating_duration_since(answered);
        if number >= WARM_UP {
            took.push(late);
        }
    }
    Ok(took)
}

/// What an answer tells the browser to send from now on.
pub(crate) fn cookies(answer: &str) -> String {
    let head = answer.split("\r\n\r\n").next().unwrap_or_default();
    let set = head.lines().filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        let cookie = name.eq_ignore_ascii_case("set-cookie").then(|| value.split(';').next())??;
        Some(cookie.trim())
    });
    set.collect::<Vec<_>>().join("; ")
}

/// An open page's live socket.
struct Page(TcpStream);

impl Page {
    /// Opens it, and waits until it has been told something.
    async fn open(at: SocketAddr, cookies: &str) -> Result<Self, Failure> {
        let mut stream = TcpStream::connect(at).await?;
        let head = format!(
            "GET /api/live HTTP/1.1\r\nhost: {at}\r\norigin: http://{at}\r\ncookie: {cookies}\r\nconnection: upgrade\r\n\
             upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await?;
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            answer.push(timeout(PATIENCE, stream.read_u8()).await??);
        }
        if !answer.starts_with(b"HTTP/1.1 101") {
            return Err(format!("no socket: {}", String::from_utf8_lossy(&answer)).into());
        }
        let ask = br#"{"ask":"subscribe","topic":"site"}"#;
        // A text, masked with zeros: whoever talks to a server has to mask, and says with what.
        let mut frame = vec![0x81, 0x80 | u8::try_from(ask.len())?, 0, 0, 0, 0];
        frame.extend_from_slice(ask);
        stream.write_all(&frame).await?;
        let mut page = Self(stream);
        if timeout(PATIENCE, page.frame()).await?? != TEXT {
            return Err("the page was told nothing".into());
        }
        Ok(page)
    }

    /// When it is closed.
    async fn closed(mut self) -> Result<Instant, Failure> {
        while self.frame().await? != CLOSE {}
        Ok(Instant::now())
    }

    /// Which kind of frame comes next.
    async fn frame(&mut self) -> Result<u8, Failure> {
        let kind = self.0.read_u8().await? & 0x0f;
        let length = match self.0.read_u8().await? & 0x7f {
            126 => u64::from(self.0.read_u16().await?),
            127 => self.0.read_u64().await?,
            short => u64::from(short),
        };
        let mut rest = vec![0; usize::try_from(length)?];
        self.0.read_exact(&mut rest).await?;
        Ok(kind)
    }
}

/// Kinds of frames: RFC 6455, 5.2.
const TEXT: u8 = 1;
const CLOSE: u8 = 8;
