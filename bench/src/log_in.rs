//! Password log-ins in a closed loop, beside what the machine can hash at all; and how long a page takes meanwhile.

use std::{
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
    time::{MissedTickBehavior, interval},
};

use crate::{
    Failure,
    hub::{self, Hub},
    report::{Bound, Report},
    start::to_f64,
};

/// Before counting begins.
const WARM_UP: Duration = Duration::from_secs(2);
/// While log-ins are counted.
const COUNTED: Duration = Duration::from_secs(10);
/// While hashes alone are counted, before the log-ins and after them: a machine is not equally fast all the time.
const ALONE: Duration = Duration::from_secs(5);
/// Logging in at the same time: more than there are cores, less than the queue holds.
const PEOPLE: usize = 16;
/// A page is asked for that often meanwhile.
const PAGE_EVERY: Duration = Duration::from_millis(40);
pub(crate) const PASSWORD: &str = "a lantern over the northern gate";

/// Limits that keep guessers away and would measure themselves here.
pub(crate) const RAISED: [(&str, &str); 3] = [
    ("GUILDHALL_LOG_IN__BURST", "1000000"),
    ("GUILDHALL_LOG_IN__PER_MINUTE", "1000000"),
    ("GUILDHALL_LOG_IN__REGISTRATIONS_PER_HOUR", "1000000"),
];

/// Measures the ceiling, the hub, and the ceiling again.
pub(crate) async fn measure(program: &Path, report: &mut Report) -> Result<(), Failure> {
    println!("log_in: raised for this measurement: {}", RAISED.map(|(key, value)| format!("{key}={value}")).join(" "));
    let before_it = tokio::task::spawn_blocking(hashes_per_second).await??;

    let data = tempfile::tempdir()?;
    let hub = Hub::start(program, data.path(), &RAISED).await?;
    for number in 0..PEOPLE {
        let form = format!("name=Person{number}&email=&password={}", PASSWORD.replace(' ', "+"));
        let answer = post(&mut TcpStream::connect(hub.http).await?, hub.http, "register", &form, "").await?;
        expect_ok(&answer)?;
    }
    let (count, over) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let mut running = JoinSet::new();
    for number in 0..PEOPLE {
        running.spawn(keep_logging_in(hub.http, number, Arc::clone(&count), Arc::clone(&over)));
    }
    tokio::time::sleep(WARM_UP).await;
    let (before, began) = (count.load(Ordering::Relaxed), Instant::now());
    let mut pages = page_times(hub.http, COUNTED).await?;
    let (done, took) = (count.load(Ordering::Relaxed) - before, began.elapsed());
    over.store(true, Ordering::Relaxed);
    while let Some(ended) = running.join_next().await {
        ended??;
    }
    drop(hub);
    let after_it = tokio::task::spawn_blocking(hashes_per_second).await??;
    let ceiling = f64::midpoint(before_it, after_it);
    pages.sort_unstable();
    let p99 = pages.get(pages.len() * 99 / 100).ok_or("no page was drawn")?;

    println!(
        "log_in: hashes a second before the log-ins {before_it:.2}, after them {after_it:.2}; {} pages",
        pages.len()
    );
    let figure = to_f64(done) / took.as_secs_f64();
    report.note("password log-ins, a second", figure, "");
    report.note("hashes of the same cost on all cores, a second", ceiling, "");
    report.check("  of the hashing ceiling", figure / ceiling, "", Bound::AtLeast(0.9));
    report.check("  home page beside them, p99", p99.as_secs_f64() * 1000.0, "ms", Bound::AtMost(25.0));
    Ok(())
}

/// One thread a core, nothing but hashing, at the cost that the hub hashes with, in memory that is there already.
pub(crate) fn hashes_per_second() -> Result<f64, Failure> {
    let threads = std::thread::available_parallelism()?.get();
    let params = Params::new(19_456, 2, 1, Some(32)).map_err(|error| error.to_string())?;
    let began = Instant::now();
    let done: u64 = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                let params = params.clone();
                scope.spawn(move || {
                    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
                    let mut memory = vec![Block::new(); params.block_count()];
                    let (mut out, mut done) = ([0; 32], 0);
                    while began.elapsed() < ALONE {
                        let (password, salt) = (PASSWORD.as_bytes(), b"sixteen of bytes");
                        if argon2.hash_password_into_with_memory(password, salt, &mut out, &mut memory).is_err() {
                            return 0;
                        }
                        done += 1;
                    }
                    done
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap_or(0)).sum()
    });
    Ok(to_f64(done) / began.elapsed().as_secs_f64())
}

async fn keep_logging_in(
    at: SocketAddr,
    number: usize,
    count: Arc<AtomicU64>,
    over: Arc<AtomicBool>,
) -> Result<(), Failure> {
    let mut stream = TcpStream::connect(at).await?;
    let form = format!("name=Person{number}&password={}", PASSWORD.replace(' ', "+"));
    while !over.load(Ordering::Relaxed) {
        expect_ok(&post(&mut stream, at, "log_in", &form, "").await?)?;
        count.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

/// How long the home page took, each time it was asked for: by the clock, whether the one before has come or not, and counted from
/// the time for it. Whoever waits for the last answer first asks seldom just when answers are slow.
async fn page_times(at: SocketAddr, span: Duration) -> Result<Vec<Duration>, Failure> {
    let (began, mut asked) = (Instant::now(), JoinSet::new());
    let mut ticks = interval(PAGE_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    while began.elapsed() < span {
        let due = ticks.tick().await;
        asked.spawn(async move {
            expect_ok(&hub::get(at, "/").await?)?;
            Ok::<_, Failure>(due.elapsed())
        });
    }
    asked.join_all().await.into_iter().collect()
}

pub(crate) fn expect_ok(answer: &str) -> Result<(), Failure> {
    if answer.starts_with("HTTP/1.1 200") {
        return Ok(());
    }
    Err(format!("the hub answered: {}", answer.chars().take(400).collect::<String>()).into())
}

/// A form for a server function, over a connection that stays open: head and body of the answer. `cookies` may be empty.
pub(crate) async fn post(
    stream: &mut TcpStream,
    at: SocketAddr,
    function: &str,
    form: &str,
    cookies: &str,
) -> Result<String, Failure> {
    let head = format!(
        "POST /api/{function} HTTP/1.1\r\nhost: {at}\r\naccept: application/json\r\nsec-fetch-site: same-origin\r\n\
         cookie: {cookies}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
        form.len()
    );
    stream.write_all(head.as_bytes()).await?;
    let mut answer = Vec::new();
    loop {
        if let Some(whole) = length_of_answer(&answer)
            && answer.len() >= whole
        {
            return Ok(String::from_utf8_lossy(&answer).into_owned());
        }
        if stream.read_buf(&mut answer).await? == 0 {
            return Err("the hub closed the connection".into());
        }
    }
}

/// Bytes of the whole answer, once its head is there.
pub(crate) fn length_of_answer(bytes: &[u8]) -> Option<usize> {
    let head = std::str::from_utf8(bytes).ok()?;
    let end = head.find("\r\n\r\n")? + 4;
    let body = head[..end]
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:").map(str::to_owned))
        .and_then(|length| length.trim().parse::<usize>().ok())
        .unwrap_or(0);
    Some(end + body)
}
