//! Several nodes on one PostgreSQL are one hub: what happens on one is seen on the others, through the database or through NATS, and
//! also while nodes are killed.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, mpsc},
    time::{Duration, Instant},
};

use base::{Actor, Millis, UserId};
use contract::{
    Event,
    live::Topic,
    settings::{Setting, Value},
};
use db::{
    Db, Engine, Error, Options, sql,
    testing::{Place, until},
};
use events::{Delivery, Reader, record};
use metaserver::testing::LogIn;
use metaserver_proto::Dialect;
use tests::{LivePage, PASSWORD, TestApp};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How soon a change on one node is on a page of another.
const SOON: Duration = Duration::from_millis(100);
const KILLS: u32 = 20;
/// How many write at once on each node.
const WRITERS: i64 = 4;
/// Tells the child, which is this test binary again, what to do.
const TASK: &str = "GUILDHALL_TEST_NODE";

/// NATS, where the tests are given one.
#[expect(clippy::disallowed_methods, reason = "a test has no configuration to read it from")]
fn nats_url() -> Option<String> {
    let url = std::env::var("GUILDHALL_TEST_NATS_URL").ok().filter(|url| !url.is_empty());
    if url.is_none() {
        assert!(std::env::var_os("CI").is_none(), "GUILDHALL_TEST_NATS_URL is not set, and CI must test NATS");
        eprintln!("SKIPPED with NATS: set GUILDHALL_TEST_NATS_URL, or run `make test`, which starts one");
    }
    url
}

/// A node on that database. One of them runs the lobby.
async fn node(address: &str, nats: Option<&str>, lobby: bool) -> TestApp {
    TestApp::with(|settings| {
        address.clone_into(&mut settings.database_url);
        settings.lobby.enabled = lobby;
        settings.bus_url = nats.map(str::to_owned);
        // Of this story alone: others run on the same server.
        settings.bus.subject = format!("story.{}", address.rsplit('/').next().unwrap_or_default());
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_on_one_node_is_seen_on_a_page_of_the_other() {
    for nats in [None, nats_url()] {
        let Some(place) = Place::migrated(Engine::Postgres).await else { return };
        let (here, there) =
            tokio::join!(node(&place.address, nats.as_deref(), true), node(&place.address, nats.as_deref(), false));
        here.person("Olga").await;
        let accounts = &here.running().hub.accounts;
        let olga = accounts.find_user(&Actor::Operator, "olga").await.unwrap().unwrap().id;
        let by = if nats.is_some() { "NATS" } else { "the database" };

        // Logged in there, thrown out here: the page there closes.
        let mut took = Vec::new();
        while took.len() < 20 {
            let mut person = there.stranger();
            let answer = person.call("log_in", &[("name", "Olga"), ("password", PASSWORD)]).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
            let mut page = LivePage::open(there.at(), &person).await;
            page.follow(Topic::Site).await;
            page.told().await;
            accounts.log_out_everywhere(&Actor::Job, olga).await.unwrap();
            let began = Instant::now();
            page.closed().await;
            took.push(began.elapsed());
        }
        took.sort_unstable();
        eprintln!("through {by}: {:?} at p50, {:?} at most", took[10], took[19]);
        // The middle one: what a look each second would take half a second for. How late the latest are is the machine's affair while other
        // tests run beside this one.
        assert!(took[10] < SOON, "through {by}: {took:?}");

        // Somebody comes into the lobby, which is run here: a page there sees them, and what they say.
        let mut page = LivePage::open(there.at(), &there.stranger()).await;
        page.follow(Topic::Lobby).await;
        page.sees("three rooms", |lobby| lobby.rooms.len() == 3).await;
        let mut client = LogIn::guest(Dialect::Myth2, "Wanderer").enter(here.lobby()).await.unwrap();
        page.sees("a guest", |lobby| lobby.player_count() == 1).await;
        let mut took = Vec::new();
        for n in 0..20 {
            let line = format!("a lantern, {n}");
            let began = Instant::now();
            client.say(&line).await.unwrap();
            page.sees("the line", |lobby| lobby.rooms[0].lines.last().is_some_and(|last| last.text == line)).await;
            took.push(began.elapsed());
        }
        took.sort_unstable();
        eprintln!("a line of chat through {by}: {:?} at p50, {:?} at most", took[10], took[19]);
        assert!(took[10] < SOON, "through {by}: {took:?}");
        drop(client);
        page.sees("nobody", |lobby| lobby.player_count() == 0).await;

        // What the owner decides here, people see there.
        let setting = |flag| accounts.hub().set(&Actor::Operator, Setting::LobbyGuests, Value::Flag(flag));
        for flag in [false, true, false] {
            setting(flag).await.unwrap();
            until("the owner's decision", async || {
                let seen = there.running().hub.accounts.site_at_hand().lobby_guests;
                if seen == flag { Ok(()) } else { Err(seen) }
            })
            .await;
        }
        assert!(here.stop().await && there.stop().await);
        place.remove().await;
    }
}

/// What somebody was told, in the order of telling: whose event, and which of theirs.
type Told = Arc<Mutex<Vec<(i64, i64)>>>;

fn event(subject: i64, n: i64) -> Event {
    Event::UserRegistered { user: UserId::from(subject), name: n.to_string() }
}

fn taken_apart(event: &Event) -> Option<(i64, i64)> {
    match event {
        Event::UserRegistered { user, name } => Some((user.get(), name.parse().ok()?)),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_are_killed_twenty_times_and_no_event_is_lost_or_out_of_order() {
    let Some(place) = Place::migrated(Engine::Postgres).await else { return };
    let nats = nats_url();
    // One node that stays, and hears; and one who reads with a place in the outbox, as webhooks do.
    let watcher = node(&place.address, nats.as_deref(), false).await;
    let db = place.open(Options::default()).await.unwrap();
    db.write::<_, Error, _>(|tx| {
        Box::pin(sql("insert into outbox_readers (name, event_id) values ('story', 0)").execute(tx))
    })
    .await
    .unwrap();
    let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
    let (heard, read) = (Told::default(), Told::default());
    tasks.spawn(hear(watcher.running().hub.bus.subscribe(), Arc::clone(&heard), stop.clone()));
    tasks.spawn(follow(db.clone(), Arc::clone(&read), stop.clone()));

    // Two nodes at a time, each killed and started again ten times.
    let lanes: Vec<_> = (0..2)
        .map(|lane| {
            let task = format!("{} {}", place.address, nats.as_deref().unwrap_or("-"));
            tasks.spawn_blocking(move || {
                let mut acknowledged = Vec::new();
                for round in 0..KILLS / 2 {
                    let kill = round * 2 + lane;
                    // Later and later, a prime step apart: the blow falls at the start, within a write, within a commit.
                    let more = Duration::from_micros(u64::from(kill) * 7919);
                    acknowledged.extend(write_until_killed(&format!("{} {task}", (kill + 1) * 1000), more));
                }
                acknowledged
            })
        })
        .collect();
    let mut acknowledged = BTreeSet::new();
    for lane in lanes {
        acknowledged.extend(lane.await.unwrap());
    }

    for (who, told) in [("the node that stays", &heard), ("who reads with a place", &read)] {
        until(&format!("all that was acknowledged, by {who}"), async || {
            let told: BTreeSet<(i64, i64)> = told.lock().unwrap().iter().copied().collect();
            let missing = acknowledged.difference(&told).count();
            if missing == 0 { Ok(()) } else { Err(missing) }
        })
        .await;
        let told = told.lock().unwrap();
        let mut next: BTreeMap<i64, i64> = BTreeMap::new();
        for (subject, n) in told.iter() {
            let next = next.entry(*subject).or_default();
            assert_eq!(n, next, "{who}, of subject {subject}: out of order, or told twice");
            *next += 1;
        }
        assert_eq!(next.len(), usize::try_from(i64::from(KILLS) * WRITERS).unwrap(), "{who}");
    }
    eprintln!("{} acknowledged events, {KILLS} kills, none lost, none out of order", acknowledged.len());
    stop.cancel();
    tasks.close();
    tasks.wait().await;
    db.close().await;
    assert!(watcher.stop().await);
    place.remove().await;
}

async fn hear(mut listener: events::Listener, told: Told, stop: CancellationToken) {
    loop {
        let delivery = tokio::select! {
            () = stop.cancelled() => return,
            delivery = listener.next() => delivery,
        };
        match delivery {
            Delivery::Event { event, .. } => told.lock().unwrap().extend(taken_apart(&event)),
            Delivery::Lagged => panic!("a listener that does nothing else keeps up"),
        }
    }
}

async fn follow(db: Db, told: Told, stop: CancellationToken) {
    let reader = Reader::new(db.clone(), "story");
    while !stop.is_cancelled() {
        let Some(read) = reader.next(500).await.unwrap() else {
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        };
        let events: Vec<_> = read.events.iter().filter_map(|(.., event)| taken_apart(event)).collect();
        let moved = db.write::<_, Error, _>(move |tx| {
            let read = read.clone();
            Box::pin(async move { read.leave_behind(tx).await })
        });
        assert!(moved.await.unwrap(), "nobody else reads under this name");
        told.lock().unwrap().extend(events);
    }
}

/// Starts a node that writes, lets it acknowledge something of every writer and go on for `more`, kills it, and gives back what it had
/// acknowledged.
fn write_until_killed(task: &str, more: Duration) -> Vec<(i64, i64)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "nodes::child_that_is_a_node_until_it_is_killed", "--ignored", "--nocapture"])
        .env(TASK, task)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let stdout = child.stdout.take().unwrap();
    let (sender, lines) = mpsc::channel();
    let reader = std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            // The test harness prints lines of its own; one that was cut off by the kill has no mark at its end.
            if let Some((subject, n)) = line
                .strip_prefix("wrote ")
                .and_then(|rest| rest.strip_suffix('.'))
                .and_then(|rest| rest.split_once(' '))
            {
                sender.send((subject.parse::<i64>().unwrap(), n.parse::<i64>().unwrap())).unwrap();
            }
        }
    });
    let (mut acknowledged, mut subjects) = (Vec::new(), BTreeSet::new());
    while subjects.len() < usize::try_from(WRITERS).unwrap() {
        let (subject, n) = lines.recv_timeout(Duration::from_mins(1)).expect("the node writes");
        subjects.insert(subject);
        acknowledged.push((subject, n));
    }
    let end = Instant::now() + more;
    while let Some(left) = end.checked_duration_since(Instant::now()) {
        acknowledged.extend(lines.recv_timeout(left));
    }
    kill(&mut child);
    reader.join().unwrap();
    acknowledged.extend(lines.try_iter());
    acknowledged
}

/// `Child::kill` is SIGKILL on Unix.
fn kill(child: &mut Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by the story above, in a process of its own"]
#[expect(clippy::disallowed_methods, reason = "how the story tells its child what to do")]
async fn child_that_is_a_node_until_it_is_killed() {
    let Ok(task) = std::env::var(TASK) else { return };
    let words: Vec<&str> = task.split(' ').collect();
    let (first, address, nats) = (words[0].parse::<i64>().unwrap(), words[1], Some(words[2]).filter(|url| *url != "-"));
    let app = node(address, nats, false).await;
    let db = &app.running().hub.db;
    let writers = (first..first + WRITERS).map(|subject| async move {
        for n in 0.. {
            db.write::<_, Error, _>(move |tx| Box::pin(async move { record(tx, Millis(1), &event(subject, n)).await }))
                .await
                .unwrap();
            // One call of the system for each line, past every buffer: a kill cannot hold it back.
            std::io::stdout().lock().write_all(format!("wrote {subject} {n}.\n").as_bytes()).unwrap();
        }
    });
    futures::future::join_all(writers).await;
}
