//! What plugins take of a page: an organization's page with the widgets of three guests on it, beside the same page of a hub without any,
//! in turns.

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
    log_in::{PASSWORD, expect_ok, length_of_answer},
    report::{Bound, Report},
    start::to_f64,
};

/// The examples that show something on an organization's page, by package and id.
const PLUGINS: [(&str, &str); 3] =
    [("daily-streak", "daily_streak"), ("guild-war", "guild_war"), ("server-status", "server_status")];
/// Where the organization is.
const ORGANIZATION: &str = "the-lantern";
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
        hub::command(program, data, &["user", "create", "Olga", "--role", "owner"], PASSWORD).await?;
        hub::command(program, data, &["org", "create", "The Lantern", "--owner", "Olga", "--slug", ORGANIZATION], "")
            .await?;
    }
    for (package, id) in PLUGINS {
        let file = packages.join(format!("{package}.tar.gz"));
        hub::command(program, hooked.path(), &["plugin", "add", &file.to_string_lossy()], "").await?;
        hub::command(program, hooked.path(), &["plugin", "approve", id, "--all"], "").await?;
        hub::command(program, hooked.path(), &["plugin", "enable", id, "--org", ORGANIZATION], "").await?;
    }
    let without = Hub::start(program, bare.path(), &[]).await?;
    let with = Hub::start(program, hooked.path(), &[]).await?;

    let page = format!("/orgs/{ORGANIZATION}");
    let shown =
        answer(&mut TcpStream::connect(with.http).await?, with.http, &page).await?.matches("plugin-widget").count();
    if shown == 0 {
        return Err(format!("the page shows none of the {} plugins' widgets", PLUGINS.len()).into());
    }
    let (bare, hooked) = in_turns(without.http, with.http, &page).await?;
    report.note("an organization's page, drawn a second", bare, "");
    report.note("  with three plugins' widgets on it", hooked, "");
    report.check("  of those without", hooked / bare, "", Bound::AtLeast(0.9));
    let (bare, hooked) = in_turns(without.http, with.http, "/").await?;
    report.note("the home page, which none of them is on, of the one without", hooked / bare, "");
    Ok(())
}

/// Pages a second of either hub.
async fn in_turns(without: SocketAddr, with: SocketAddr, page: &str) -> Result<(f64, f64), Failure> {
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
async fn pages(at: SocketAddr, page: &str) -> Result<f64, Failure> {
    let over = Arc::new(AtomicBool::new(false));
    let (began, mut readers) = (Instant::now(), JoinSet::new());
    for _ in 0..READERS {
        let (over, page) = (Arc::clone(&over), page.to_owned());
        readers.spawn(async move {
            let (mut stream, mut read) = (TcpStream::connect(at).await?, 0_u64);
            while !over.load(Ordering::Relaxed) {
                expect_ok(&answer(&mut stream, at, &page).await?)?;
                read += 1;
            }
            Ok::<_, Failure>(read)
        });
    }
    tokio::time::sleep(TURN).await;
    over.store(true, Ordering::Relaxed);
    let mut read = 0;
    while let Some(reader) = readers.join_next().await {
        read += reader??;
    }
    Ok(to_f64(read) / began.elapsed().as_secs_f64())
}

/// One page over a connection that stays open: head and body, in chunks or not.
async fn answer(stream: &mut TcpStream, at: SocketAddr, page: &str) -> Result<String, Failure> {
    stream.write_all(format!("GET {page} HTTP/1.1\r\nhost: {at}\r\naccept: text/html\r\n\r\n").as_bytes()).await?;
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
