//! What several nodes on one PostgreSQL may rely on. Each node is a database handle and a bus of its own; NATS, where it takes part, is
//! the one that `GUILDHALL_TEST_NATS_URL` names.

#![expect(clippy::unwrap_used, reason = "a story that can't go on fails")]

use std::{
    collections::HashMap,
    net::SocketAddr,
    ops::Range,
    time::{Duration, Instant},
};

use base::{EventId, Millis, UserId};
use contract::Event;
use db::{
    Db, Engine, Error, Options, sql,
    testing::{Place, until},
};
use events::{Bus, Delivery, Listener, Nats, Reader, record};
use futures::future::join_all;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// What a page may wait for: 100 ms, of a hundred all but one.
const SOON: Duration = Duration::from_millis(100);

/// Several nodes on one database.
struct Nodes {
    place: Place,
    all: Vec<(Db, Bus)>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Nodes {
    /// Starts them; `None` without PostgreSQL, which was said then.
    async fn start(count: usize, nats: Option<&Nats>) -> Option<Self> {
        let place = Place::migrated(Engine::Postgres).await?;
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let mut all = Vec::new();
        for _ in 0..count {
            let db = place.open(Options::default()).await.unwrap();
            let bus = Bus::new(db.clone());
            let bus = match nats {
                Some(nats) => bus.through(nats.clone()),
                None => bus,
            };
            all.push((db, bus));
        }
        Some(Self { place, all, tasks, stop })
    }

    /// Runs their buses. Whoever listens has subscribed before.
    fn run(&self) {
        for (_, bus) in &self.all {
            self.tasks.spawn(bus.run(self.stop.clone()));
        }
    }

    /// Waits until a wake-up of one reaches the other.
    async fn until_connected(&self) {
        let (from, to) = (&self.all[0].0, &self.all[1].0);
        until("a line between the nodes", async || {
            // Whoever opens the line looks once by itself; the look each second wakes nobody. Three in a row came over the line.
            for n in 0..3 {
                let heard = to.commits().borrow().elsewhere;
                wake(from).await;
                let mut commits = to.commits();
                let woken = commits.wait_for(|commits| commits.elsewhere > heard);
                if tokio::time::timeout(SOON, woken).await.is_err() {
                    return Err(n);
                }
            }
            Ok(())
        })
        .await;
    }

    async fn end(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        for (db, _) in self.all {
            db.close().await;
        }
        self.place.remove().await;
    }
}

fn event(user: i64, n: i64) -> Event {
    Event::UserRegistered { user: UserId::from(user), name: n.to_string() }
}

fn taken_apart(event: &Event) -> (i64, i64) {
    match event {
        Event::UserRegistered { user, name } => (user.get(), name.parse().unwrap()),
        other => panic!("nothing else was recorded: {other:?}"),
    }
}

async fn announce(db: &Db, user: i64, n: i64) -> Result<(), Error> {
    db.write(move |tx| Box::pin(async move { record(tx, Millis(1), &event(user, n)).await })).await
}

async fn record_many(db: &Db, at: i64, numbers: Range<i64>) {
    db.write::<(), Error, _>(move |tx| {
        let numbers = numbers.clone();
        Box::pin(async move {
            for n in numbers {
                record(tx, Millis(at), &event(2, n)).await?;
            }
            Ok(())
        })
    })
    .await
    .unwrap();
}

async fn wake(db: &Db) {
    db.write::<(), Error, _>(|tx| {
        Box::pin(async move {
            tx.wake();
            Ok(())
        })
    })
    .await
    .unwrap();
}

async fn heard(listener: &mut Listener) -> (EventId, i64, i64) {
    match tokio::time::timeout(Duration::from_secs(20), listener.next()).await {
        Ok(Delivery::Event { id, event, .. }) => {
            let (user, n) = taken_apart(&event);
            (id, user, n)
        }
        other => panic!("expected an event, got {other:?}"),
    }
}

/// Everything of all subjects, each in its order, by numbers that rise.
fn expect_all(told: &[(EventId, i64, i64)], subjects: i64, each: i64) {
    assert!(told.windows(2).all(|pair| pair[0].0 < pair[1].0), "numbers rise");
    let mut next: HashMap<i64, i64> = HashMap::new();
    for (id, user, n) in told {
        let next = next.entry(*user).or_default();
        assert_eq!(n, next, "of {user}, at {id}");
        *next += 1;
    }
    assert_eq!((i64::try_from(next.len()).unwrap(), next.values().sum::<i64>()), (subjects, subjects * each));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_write_at_once_and_everybody_hears_all_of_it_in_order() {
    const SUBJECTS: i64 = 24;
    const EACH: i64 = 25;
    let Some(nodes) = Nodes::start(2, None).await else { return };
    let mut listeners: Vec<Listener> = nodes.all.iter().map(|(_, bus)| bus.subscribe()).collect();
    // One who reads with a place while all that goes on, as webhooks do.
    let reader = Reader::new(nodes.all[1].0.clone(), "webhooks");
    nodes.run();
    let writers = (0..SUBJECTS).map(|user| {
        let nodes = &nodes.all;
        async move {
            for n in 0..EACH {
                // From one node and then from the other, as the same person's requests may come.
                let (db, _) = &nodes[usize::try_from((user + n) % 2).unwrap()];
                announce(db, user, n).await.unwrap();
            }
        }
    });
    let listening = listeners.iter_mut().map(|listener| async move {
        let mut told = Vec::new();
        while told.len() < usize::try_from(SUBJECTS * EACH).unwrap() {
            told.push(heard(listener).await);
        }
        told
    });
    let reading = async {
        let mut told = Vec::new();
        while told.len() < usize::try_from(SUBJECTS * EACH).unwrap() {
            let Some(read) = reader.next(100).await.unwrap() else {
                tokio::time::sleep(Duration::from_millis(1)).await;
                continue;
            };
            told.extend(read.events.iter().map(|(id, _, event)| {
                let (user, n) = taken_apart(event);
                (*id, user, n)
            }));
            let db = &nodes.all[1].0;
            let moved = db.write::<_, Error, _>(move |tx| {
                let read = read.clone();
                Box::pin(async move { read.leave_behind(tx).await })
            });
            assert!(moved.await.unwrap());
        }
        told
    };
    let (_, told, read) = tokio::join!(join_all(writers), join_all(listening), reading);
    for told in told.iter().chain([&read]) {
        expect_all(told, SUBJECTS, EACH);
    }
    nodes.end().await;
}

/// Takes a number as an event does, and holds it until it is told to end: by a commit, or not.
async fn hold_a_number(db: &Db, taken: watch::Sender<bool>, end: watch::Receiver<Option<bool>>) -> Result<(), Error> {
    db.write(move |tx| {
        let (taken, mut end) = (taken.clone(), end.clone());
        Box::pin(async move {
            sql("insert into outbox (at, subject, event) values (1, 'user/1', $1)")
                .bind(serde_json::to_string(&event(1, 0)).unwrap())
                .execute(&mut *tx)
                .await?;
            taken.send_replace(true);
            let end = end.wait_for(Option::is_some).await.unwrap().unwrap();
            if end { Ok(()) } else { Err(Error::Closed) }
        })
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_taken_and_not_committed_is_waited_for_and_one_that_was_given_up_is_not() {
    let Some(nodes) = Nodes::start(2, None).await else { return };
    let (here, bus) = &nodes.all[0];
    let there = &nodes.all[1].0;
    let mut listener = bus.subscribe();
    let reader = Reader::new(here.clone(), "webhooks");
    nodes.run();
    for commits in [true, false] {
        let (taken, mut is_taken) = watch::channel(false);
        let (end, ends) = watch::channel(None);
        let story = async {
            is_taken.wait_for(|taken| *taken).await.unwrap();
            // A higher number, from the other node, committed before.
            announce(here, 2, 0).await.unwrap();
            let early = tokio::time::timeout(Duration::from_millis(300), listener.next()).await;
            assert!(early.is_err(), "it is told out of order: {early:?}");
            assert!(reader.next(10).await.unwrap().is_none(), "so is a reader");
            end.send_replace(Some(commits));
            if commits {
                assert_eq!(heard(&mut listener).await.1, 1);
            }
            assert_eq!(heard(&mut listener).await.1, 2);
        };
        let (outcome, ()) = tokio::join!(hold_a_number(there, taken, ends), story);
        assert_eq!(outcome.is_ok(), commits);
        // The reader goes by the same, as soon as it is noted.
        let read = until("what comes behind the gap", async || {
            if let Some(read) = reader.next(10).await.unwrap() {
                return Ok(read);
            }
            // The relay notes when it looks.
            wake(here).await;
            Err(())
        })
        .await;
        let subjects: Vec<i64> = read.events.iter().map(|(.., event)| taken_apart(event).0).collect();
        assert_eq!(subjects, if commits { vec![1, 2] } else { vec![2] });
        here.write::<_, Error, _>(move |tx| {
            let read = read.clone();
            Box::pin(async move { read.leave_behind(tx).await })
        })
        .await
        .unwrap();
    }
    nodes.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_was_away_for_too_long_is_told_so() {
    let Some(nodes) = Nodes::start(2, None).await else { return };
    let ((db, sleeper), (_, other)) = (&nodes.all[0], &nodes.all[1]);
    let mut listener = sleeper.subscribe();
    let stop = CancellationToken::new();
    announce(db, 1, 0).await.unwrap();
    // It has begun, and does nothing until it is asked again: as a machine that was put to sleep.
    let mut asleep = Box::pin(sleeper.run(stop.clone()));
    let first = tokio::select! {
        () = &mut asleep => panic!("it runs until it is stopped"),
        first = heard(&mut listener) => first,
    };
    assert_eq!((first.1, first.2), (1, 0));

    let mut told = other.subscribe();
    let task = nodes.tasks.spawn(other.run(stop.clone()));
    db.write::<_, Error, _>(|tx| Box::pin(sql("delete from outbox_readers where name <> 'bus'").execute(tx)))
        .await
        .unwrap();
    record_many(db, 2, 0..1500).await;
    record_many(db, 60 * 60 * 1000, 1500..3000).await;
    while !matches!(told.next().await, Delivery::Event { event, .. } if taken_apart(&event) == (2, 2999)) {}
    until("the old ones to be cleared away", async || {
        record_many(db, 60 * 60 * 1000, 3000..3001).await;
        let (oldest,): (i64,) = sql("select min(id) from outbox").fetch_one(db).await.unwrap();
        if oldest > first.0.get() + 1 { Ok(()) } else { Err(oldest) }
    })
    .await;

    let next = tokio::select! {
        () = &mut asleep => panic!("it runs until it is stopped"),
        next = listener.next() => next,
    };
    assert_eq!(next, Delivery::Lagged);
    stop.cancel();
    asleep.await;
    task.await.unwrap();
    nodes.end().await;
}

/// How long a change on one node takes to the listeners of the other, of a hundred the slowest but one.
async fn p99(nodes: &Nodes, listener: &mut Listener, user: i64) -> Duration {
    let mut took = Vec::new();
    for n in 0..100 {
        let began = Instant::now();
        announce(&nodes.all[0].0, user, n).await.unwrap();
        assert_eq!(heard(listener).await.2, n);
        took.push(began.elapsed());
    }
    took.sort_unstable();
    took[98]
}

/// The best of three: the machine may be busy with something else, and a line that does not work is a second slow each time.
async fn expect_soon(nodes: &Nodes, listener: &mut Listener) {
    let mut best = Duration::MAX;
    for user in 0..3 {
        best = best.min(p99(nodes, listener, user).await);
        if best < SOON {
            eprintln!("a change is on the other node within {best:?} (p99)");
            return;
        }
    }
    panic!("a change takes {best:?} (p99) to the other node");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_on_the_other_node_at_once_through_the_database() {
    let Some(nodes) = Nodes::start(2, None).await else { return };
    let mut listener = nodes.all[1].1.subscribe();
    nodes.run();
    nodes.until_connected().await;
    expect_soon(&nodes, &mut listener).await;
    // The line's connection is cut: it is opened again.
    nodes.all[0]
        .0
        .write::<_, Error, _>(|tx| {
            Box::pin(
                sql("select pg_terminate_backend(pid) from pg_stat_activity \
                     where datname = current_database() and application_name = 'guildhall bus'")
                .fetch_all::<(bool,)>(tx),
            )
        })
        .await
        .unwrap();
    nodes.until_connected().await;
    expect_soon(&nodes, &mut listener).await;
    nodes.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_commits_are_a_few_wake_ups() {
    let Some(nodes) = Nodes::start(2, None).await else { return };
    nodes.run();
    nodes.until_connected().await;
    let before = nodes.all[1].0.commits().borrow().elsewhere;
    let began = Instant::now();
    let db = &nodes.all[0].0;
    join_all((0..10).map(|user| async move {
        for n in 0..100 {
            announce(db, user, n).await.unwrap();
        }
    }))
    .await;
    let most = began.elapsed().as_millis() / 20 + 2;
    let wakes = nodes.all[1].0.commits().borrow().elsewhere - before;
    assert!(u128::from(wakes) <= most, "{wakes} wake-ups in {:?}", began.elapsed());
    nodes.end().await;
}

/// A server between the nodes and NATS, which can be away.
struct Between {
    at: SocketAddr,
    /// True: it is away, and everything that went through it is cut.
    away: watch::Sender<bool>,
    _tasks: TaskTracker,
}

impl Between {
    async fn start(nats: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (at, away, tasks) = (listener.local_addr().unwrap(), watch::Sender::new(false), TaskTracker::new());
        let (place, gone, inner) = (nats.trim_start_matches("nats://").to_owned(), away.clone(), tasks.clone());
        tasks.spawn(async move {
            while let Ok((mut here, _)) = listener.accept().await {
                let (place, mut gone) = (place.clone(), gone.subscribe());
                inner.spawn(async move {
                    if *gone.borrow() {
                        return;
                    }
                    let mut there = TcpStream::connect(place).await.unwrap();
                    tokio::select! {
                        _ = gone.wait_for(|gone| *gone) => {}
                        _ = copy_bidirectional(&mut here, &mut there) => {}
                    }
                });
            }
        });
        Self { at, away, _tasks: tasks }
    }
}

#[expect(clippy::disallowed_methods, reason = "a test has no configuration to read it from")]
fn nats_url() -> Option<String> {
    let url = std::env::var("GUILDHALL_TEST_NATS_URL").ok().filter(|url| !url.is_empty());
    if url.is_none() {
        assert!(std::env::var_os("CI").is_none(), "GUILDHALL_TEST_NATS_URL is not set, and CI must test NATS");
        eprintln!("SKIPPED with NATS: set GUILDHALL_TEST_NATS_URL, or run `make test`, which starts one");
    }
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn nats_wakes_may_be_away_and_may_say_things_twice() {
    let Some(url) = nats_url() else { return };
    let between = Between::start(&url).await;
    // A subject of this story's own: others run on the same server.
    let subject = format!("story.{}", between.at.port());
    let nats = Nats::parse(&format!("nats://{}", between.at), &subject, None).unwrap();
    nats.check().await.unwrap();
    let Some(nodes) = Nodes::start(2, Some(&nats)).await else { return };
    let mut listener = nodes.all[1].1.subscribe();
    nodes.run();
    nodes.until_connected().await;
    expect_soon(&nodes, &mut listener).await;

    // Away: each node looks by itself. Nothing is lost, nothing is told twice or out of order.
    between.away.send_replace(true);
    until("the end of the line", async || nats.check().await.err().map(drop).ok_or(())).await;
    for n in 0..3 {
        announce(&nodes.all[0].0, 7, n).await.unwrap();
        assert_eq!(heard(&mut listener).await.1, 7);
    }
    // Back.
    between.away.send_replace(false);
    nodes.until_connected().await;
    expect_soon(&nodes, &mut listener).await;

    // Twice, ten times, nonsense, and a number nobody has given out: a wake-up is a wake-up.
    let client = async_nats::connect(url).await.unwrap();
    announce(&nodes.all[0].0, 8, 0).await.unwrap();
    let first = heard(&mut listener).await;
    for payload in ["1", "1", "", "what", "9223372036854775807", "-4"] {
        client.publish(subject.clone(), payload.into()).await.unwrap();
    }
    client.flush().await.unwrap();
    announce(&nodes.all[0].0, 8, 1).await.unwrap();
    let second = heard(&mut listener).await;
    assert_eq!((first.2, second.2, second.1), (0, 1, 8));
    assert!(second.0 > first.0);
    nodes.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nats_that_is_not_there_keeps_nobody_from_hearing() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let nats = Nats::parse(&format!("nats://hub:s3cret@{free}"), "story", None).unwrap();
    let error = nats.check().await.unwrap_err();
    assert!(!error.to_string().contains("s3cret"), "{error}");
    let Some(nodes) = Nodes::start(2, Some(&nats)).await else { return };
    let mut listener = nodes.all[1].1.subscribe();
    nodes.run();
    announce(&nodes.all[0].0, 1, 0).await.unwrap();
    assert_eq!(heard(&mut listener).await.1, 1);
    nodes.end().await;
}
