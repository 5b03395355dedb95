//! What plugins take of a page: an organization's page with the widgets of three guests on it, as somebody who is logged in reads it, beside the
//! same page of a hub without any, in turns.

use std::{
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
};

use crate::{
    Failure,
    hub::{self, Hub},
    log_in::{PASSWORD, expect_ok, length_of_answer, post},
    nodes::cookies,
    report::{Bound, Report},
    start::to_f64,
};

/// The examples that show something on an organization's page, by package and id.
const PLUGINS: [(&str, &str); 3] =
    [("daily-streak", "daily_streak"), ("guild-war", "guild_war"), ("server-status", "server_status")];
/// Where the organization is.
const ORGANIZATION: &str = "the-lantern";
/// What the examples have to show: a war that is fought, and a server that was looked at. The third shows its reader's own.
const KEPT: [(&str, &str); 2] = [
    (
        "guild_war",
        r#"{"plugin":"guild_war","version":"1.0.0","format":1}
{"organization":"the-lantern","document":{"collection":"wars","id":"w1","json":"{\"left\":\"The Lantern\",\"right\":\"The Anchor\",\"goal\":50,\"ends\":4102444800000,\"over\":false,\"battles\":[]}","created_at":1,"updated_at":1}}
"#,
    ),
    (
        "server_status",
        r#"{"plugin":"server_status","version":"1.0.0","format":1}
{"organization":"the-lantern","value":{"key":"looks","text":"[{\"at\":1700000000000,\"online\":true,\"players\":12,\"most\":64}]"}}
"#,
    ),
];
/// What each of the three says.
const SAYS: [&str; 3] = ["Daily streak", "The Anchor", "12 of 64"];
/// Who reads.
const OWNER: &str = "Olga";
/// Readers at a time, each with a connection that stays open.
const READERS: usize = 4;
/// Each hub has this many turns, in alternation, after one that is not counted.
const TURNS: u32 = 8;
/// How long a turn lasts.
const TURN: Duration = Duration::from_secs(1);

/// Measures with the packages of the examples, which cargo xtask has built.
pub(crate) async fn measure(program: &Path, packages: &Path, report: &mut Report) -> Result<(), Failure> {
    let (bare, hooked) = (tempfile::tempdir()?, tempfile::tempdir()?);
    for data in [bare.path(), hooked.path()] {
        hub::command(program, data, &["user", "create", OWNER, "--role", "owner"], PASSWORD).await?;
        hub::command(program, data, &["org", "create", "The Lantern", "--owner", OWNER, "--slug", ORGANIZATION], "")
            .await?;
    }
    for (package, id) in PLUGINS {
        let file = packages.join(format!("{package}.tar.gz"));
        hub::command(program, hooked.path(), &["plugin", "add", &file.to_string_lossy()], "").await?;
        hub::command(program, hooked.path(), &["plugin", "approve", id, "--all"], "").await?;
        hub::command(program, hooked.path(), &["plugin", "enable", id, "--org", ORGANIZATION], "").await?;
    }
    for (plugin, kept) in KEPT {
        let file = hooked.path().join("kept.jsonl");
        tokio::fs::write(&file, kept).await?;
        hub::command(program, hooked.path(), &["plugin", "import-data", plugin, &file.to_string_lossy()], "").await?;
    }
    let without = Hub::start(program, bare.path(), &[]).await?;
    let with = Hub::start(program, hooked.path(), &[]).await?;

    let page = format!("/orgs/{ORGANIZATION}");
    let (without, with) = (Readers::of(&without).await?, Readers::of(&with).await?);
    let drawn = answer(&mut TcpStream::connect(with.at).await?, &with, &page).await?;
    for says in SAYS {
        if !drawn.contains(says) {
            return Err(format!("one of the widgets is not on the page: nothing says {says}").into());
        }
    }
    let (bare, hooked) = in_turns(&without, &with, &page).await?;
    report.note("an organization's page, drawn a second", bare, "");
    report.note("  with three plugins' widgets on it", hooked, "");
    report.check("  of those without", hooked / bare, "", Bound::AtLeast(0.9));
    let (bare, hooked) = in_turns(&without, &with, "/").await?;
    report.note("the home page, which none of them is on, of the one without", hooked / bare, "");
    Ok(())
}

/// Where a hub is read, and as whom.
#[derive(Clone)]
struct Readers {
    at: SocketAddr,
    cookies: String,
}

impl Readers {
    async fn of(hub: &Hub) -> Result<Self, Failure> {
        let form = format!("name={OWNER}&password={}", PASSWORD.replace(' ', "+"));
        let answer = post(&mut TcpStream::connect(hub.http).await?, hub.http, "log_in", &form, "").await?;
        expect_ok(&answer)?;
        Ok(Self { at: hub.http, cookies: cookies(&answer) })
    }
}

/// Pages a second of either hub.
async fn in_turns(without: &Readers, with: &Readers, page: &str) -> Result<(f64, f64), Failure> {
    let (mut bare, mut hooked) = (0.0, 0.0);
    for turn in 0..=TURNS {
        let (one, other) = (pages(without, page).await?, pages(with, page).await?);
        if turn > 0 {
            bare += one / f64::from(TURNS);
            hooked += other / f64::from(TURNS);
        }
    }
    Ok((bare, hooked))
}

/// Pages a second, for one turn.
async fn pages(readers: &Readers, page: &str) -> Result<f64, Failure> {
    let over = Arc::new(AtomicBool::new(false));
    let (began, mut reading) = (Instant::now(), JoinSet::new());
    for _ in 0..READERS {
        let (over, page, readers) = (Arc::clone(&over), page.to_owned(), readers.clone());
        reading.spawn(async move {
            let (mut stream, mut read) = (TcpStream::connect(readers.at).await?, 0_u64);
            while !over.load(Ordering::Relaxed) {
                expect_ok(&answer(&mut stream, &readers, &page).await?)?;
                read += 1;
            }
            Ok::<_, Failure>(read)
        });
    }
    tokio::time::sleep(TURN).await;
    over.store(true, Ordering::Relaxed);
    let mut read = 0;
    while let Some(reader) = reading.join_next().await {
        read += reader??;
    }
    Ok(to_f64(read) / began.elapsed().as_secs_f64())
}

/// One page over a connection that stays open: head and body, in chunks or not.
async fn answer(stream: &mut TcpStream, Readers { at, cookies }: &Readers, page: &str) -> Result<String, Failure> {
    let asked = format!("GET {page} HTTP/1.1\r\nhost: {at}\r\naccept: text/html\r\ncookie: {cookies}\r\n\r\n");
    stream.write_all(asked.as_bytes()).await?;
    let mut bytes = Vec::new();
    let is_whole = |bytes: &[u8]| {
        let in_chunks = bytes.windows(17).take(4096).any(|word| word.eq_ignore_ascii_case(b"encoding: chunked"));
        if in_chunks {
            bytes.ends_with(b"\r\n0\r\n\r\n")
        } else {
            length_of_answer(bytes).is_some_and(|whole| bytes.len() >= whole)
        }
    };
    while !is_whole(&bytes) {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err("the hub closed the connection".into());
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
