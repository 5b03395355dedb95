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

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
    time::{MissedTickBehavior, interval},
};

use crate::{
    Failure,
    ceiling::{self, Ceiling, Rate},
    hub::{self, Hub},
    nodes::cookies,
    report::{Bound, Report},
};

/// Before counting begins, in each turn.
const WARM_UP: Duration = Duration::from_secs(1);
/// While log-ins are counted, in each turn.
const COUNTED: Duration = Duration::from_secs(10);
/// Logging in at the same time: more than there are cores, less than the queue holds.
const AT_ONCE: usize = 16;
/// So many people there are. Each comes by the browser they registered with, which keeps what tells it from others, and logs in a few times.
const PEOPLE: usize = 256;
/// A page is asked for that often meanwhile: it tells how long pages take, and is to be no load of its own.
const PAGE_EVERY: Duration = Duration::from_millis(100);
/// What a browser is known by once somebody is logged out.
const DEVICE: &str = "__Host-guildhall-device=";
pub(crate) const PASSWORD: &str = "a lantern over the northern gate";

/// Limits that keep guessers away and would measure themselves here.
pub(crate) const RAISED: [(&str, &str); 3] = [
    ("GUILDHALL_LOG_IN__BURST", "1000000"),
    ("GUILDHALL_LOG_IN__PER_MINUTE", "1000000"),
    ("GUILDHALL_LOG_IN__REGISTRATIONS_PER_HOUR", "1000000"),
];

/// Measures the hub in turns with the ceiling.
pub(crate) async fn measure(program: &Path, report: &mut Report) -> Result<(), Failure> {
    println!("log_in: raised for this measurement: {}", RAISED.map(|(key, value)| format!("{key}={value}")).join(" "));
    let data = tempfile::tempdir()?;
    let hub = Hub::start(program, data.path(), &RAISED).await?;
    let mut registering = JoinSet::new();
    for first in 0..AT_ONCE {
        registering.spawn(register(hub.http, (first..PEOPLE).step_by(AT_ONCE)));
    }
    let mut people: Vec<Vec<Person>> = registering.join_all().await.into_iter().collect::<Result<_, _>>()?;
    let (mut ceiling, mut pages, mut rate) = (Ceiling::default(), Vec::new(), Rate::default());
    for _ in 0..ceiling::TURNS {
        ceiling.take().await?;
        let (count, over) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let mut running = JoinSet::new();
        for group in people.drain(..) {
            running.spawn(keep_logging_in(hub.http, group, Arc::clone(&count), Arc::clone(&over)));
        }
        tokio::time::sleep(WARM_UP).await;
        let (before, began) = (count.load(Ordering::Relaxed), Instant::now());
        pages.extend(page_times(hub.http, COUNTED).await?);
        rate.add(count.load(Ordering::Relaxed) - before, began.elapsed());
        over.store(true, Ordering::Relaxed);
        people = running.join_all().await.into_iter().collect::<Result<_, _>>()?;
    }
    ceiling.take().await?;
    drop(hub);
    pages.sort_unstable();
    let p99 = pages.get(pages.len() * 99 / 100).ok_or("no page was drawn")?;

    println!("log_in: hashes a second between the turns: {ceiling}; {} pages", pages.len());
    report.note("password log-ins, a second", rate.a_second(), "");
    report.note("hashes of the same cost on all cores, a second", ceiling.a_second(), "");
    report.check("  of the hashing ceiling", rate.a_second() / ceiling.a_second(), "", Bound::AtLeast(0.9));
    report.check("  home page beside them, p99", p99.as_secs_f64() * 1000.0, "ms", Bound::AtMost(25.0));
    Ok(())
}

/// Somebody with an account.
struct Person {
    name: String,
    /// What their browser sends when it is logged in nowhere.
    cookies: String,
}

/// Makes accounts, one after the other.
async fn register(at: SocketAddr, numbers: impl Iterator<Item = usize>) -> Result<Vec<Person>, Failure> {
    let (mut stream, mut people) = (TcpStream::connect(at).await?, Vec::new());
    for number in numbers {
        let name = format!("Person{number}");
        let form = format!("name={name}&email=&password={}", PASSWORD.replace(' ', "+"));
        let answer = post(&mut stream, at, "register", &form, "").await?;
        expect_ok(&answer)?;
        let kept = cookies(&answer).split("; ").find(|cookie| cookie.starts_with(DEVICE)).map(str::to_owned);
        people.push(Person { name, cookies: kept.ok_or("the browser was given nothing to be known by")? });
    }
    Ok(people)
}

/// Lets these people log in, one after the other and round again; gives them back.
async fn keep_logging_in(
    at: SocketAddr,
    people: Vec<Person>,
    count: Arc<AtomicU64>,
    over: Arc<AtomicBool>,
) -> Result<Vec<Person>, Failure> {
    let mut stream = TcpStream::connect(at).await?;
    for person in people.iter().cycle() {
        if over.load(Ordering::Relaxed) {
            break;
        }
        let form = format!("name={}&password={}", person.name, PASSWORD.replace(' ', "+"));
        expect_ok(&post(&mut stream, at, "log_in", &form, &person.cookies).await?)?;
        count.fetch_add(1, Ordering::Relaxed);
    }
    Ok(people)
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
