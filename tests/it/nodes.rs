//! Several nodes on one PostgreSQL are one hub: what happens on one is seen on the others, through the database or through NATS, and
//! also while nodes are killed.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use base::{Actor, Millis, UserId};
use contract::{
    Code, Event,
    live::{Ask, State, Tell, Topic},
    lobby::Lobby,
    settings::{Setting, Value},
};
use db::{
    Db, Engine, Error, Options, sql,
    testing::{
        Place,
        doomed::{self, Doomed},
        until,
    },
};
use events::{Delivery, Reader, record};
use jobs::{NewJob, testing as work};
use metaserver::testing::LogIn;
use metaserver_proto::Dialect;
use serde_json::json;
use server::config::Settings;
use tests::{LivePage, PASSWORD, TestApp, TestWorker};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How soon a change on one node is on a page of another, 19 times of 20. `cargo xtask bench nodes` measures it on a quiet machine.
const SOON: Duration = Duration::from_millis(100);
const KILLS: u32 = 20;
/// How many write at once on each node.
const WRITERS: i64 = 4;
/// Each so many events ask for a job, in the same transaction.
const JOB_EVERY: i64 = 5;
/// How often a worker is killed, while nodes are.
const WORKERS_KILLED: u32 = 5;

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

/// Those of a process on that database, which stands in this bus. One of them runs the lobby.
fn on(address: &str, nats: Option<&str>, lobby: bool) -> impl FnOnce(&mut Settings) {
    move |settings| {
        address.clone_into(&mut settings.database_url);
        settings.lobby.enabled = lobby;
        // Who waits to be heard says much.
        settings.lobby.page_chat_burst = 1_000;
        settings.bus_url = nats.map(str::to_owned);
        // Of this story alone: others run on the same server.
        settings.bus.subject = format!("story.{}", address.rsplit('/').next().unwrap_or_default());
    }
}

async fn node(address: &str, nats: Option<&str>, lobby: bool) -> TestApp {
    TestApp::with(on(address, nats, lobby)).await
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
        assert!(took[18] < SOON, "through {by}: {took:?}");

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
        assert!(took[18] < SOON, "through {by}: {took:?}");
        drop(client);
        page.sees("nobody", |lobby| lobby.player_count() == 0).await;

        // Who has a page open there talks in the rooms that are run here, at each of that node's doors.
        let mut olga_there = there.stranger();
        assert_eq!(olga_there.call("log_in", &[("name", "Olga"), ("password", PASSWORD)]).await.status, 200);
        let mut hers = LivePage::open(there.at(), &olga_there).await;
        let enter = async |hers: &mut LivePage, room: i64| {
            hers.say(&serde_json::to_string(&Ask::Enter { room: room.into() }).unwrap()).await;
            loop {
                if let told @ (Tell::Entered { .. } | Tell::Out { .. }) = hers.told().await {
                    return told;
                }
            }
        };
        assert!(matches!(enter(&mut hers, 1).await, Tell::Entered { .. }));
        page.sees("her in the room", |lobby| lobby.rooms[0].players.iter().any(|one| one.name == "Olga")).await;
        let mut program = there.program_of("Olga").await;
        let mut took = Vec::new();
        for n in 0..20 {
            let line = format!("a torch, {n}");
            let began = Instant::now();
            let status = if n % 2 == 0 {
                olga_there.call("say_in_room", &[("room", "1"), ("text", &line)]).await.status
            } else {
                program.post("/api/v1/rooms/1/lines", &json!({ "text": line })).await.status
            };
            took.push(began.elapsed());
            assert!(matches!(status, 200 | 204), "{status}");
            page.sees("her line", |lobby| lobby.rooms[0].lines.last().is_some_and(|last| last.text == line)).await;
        }
        took.sort_unstable();
        eprintln!("a line said at another node through {by}: {:?} at p50, {:?} at most", took[10], took[19]);
        assert!(took[18] < 3 * SOON, "through {by}: {took:?}");

        // What she alone is told: the answer to a command, and that there is no such room.
        assert_eq!(olga_there.call("say_in_room", &[("room", "1"), ("text", ".help")]).await.status, 200);
        let Tell::Aside { aside, .. } = hers.told().await else { panic!("an answer") };
        let read = olga_there.get("/lobby/rooms/1").await;
        assert!(read.status == 200 && read.body.contains(aside.text.lines().next().unwrap()), "{}", read.body);
        let Tell::Out { problem, .. } = enter(&mut hers, 4711).await else { panic!("there is no such room") };
        assert_eq!(problem.code, Code::RoomClosed);
        let said = program.post("/api/v1/rooms/4711/lines", &json!({ "text": "hello?" })).await;
        assert_eq!((said.status, &said.json()["code"]), (404, &json!("room_closed")), "{}", said.body);
        page.sees("that she left", |lobby| lobby.rooms[0].players.is_empty()).await;

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

/// A node that runs rooms together with others.
async fn sharing(address: &str) -> TestApp {
    let usual = on(address, None, true);
    TestApp::with(|settings| {
        usual(settings);
        settings.lobby.spread = true;
    })
    .await
}

/// Which of the three rooms a node runs.
fn runs(app: &TestApp) -> Vec<i64> {
    (1..=3).filter(|room| app.running().hub.lobby.runs((*room).into())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn rooms_are_spread_over_nodes_and_those_of_one_that_goes_are_opened_at_the_other() {
    let Some(place) = Place::migrated(Engine::Postgres).await else { return };
    let (here, there) = (sharing(&place.address).await, sharing(&place.address).await);
    here.person("Olga").await;
    let (ours, theirs) = until("both to run some of the rooms", async || {
        let both = (runs(&here), runs(&there));
        let mut all = [both.0.as_slice(), both.1.as_slice()].concat();
        all.sort_unstable();
        if all == [1, 2, 3] && both.0.len() == 2 { Ok(both) } else { Err(both) }
    })
    .await;
    let mut page = LivePage::open(here.at(), &here.stranger()).await;
    page.follow(Topic::Lobby).await;
    page.sees("three rooms in their order", |lobby| lobby.rooms.iter().map(|room| room.id.get()).eq(1..=3)).await;

    // Logged on here, in a room there: a page here sees them, and what they say.
    let (login, room) = (LogIn::guest(Dialect::Myth2, "Wanderer"), usize::try_from(theirs[0]).unwrap());
    let entered = until("all rooms in the list", async || {
        let entered = login.at(here.lobby()).await.unwrap();
        if entered.rooms.len() == 3 { Ok(entered) } else { Err(entered.rooms) }
    })
    .await;
    let told = &entered.rooms[room - 1];
    let mut client = login.enter_room(SocketAddr::from((told.address, told.port)), &entered).await.unwrap();
    page.sees("a guest", |lobby| lobby.rooms[room - 1].players.len() == 1).await;
    let mut took = Vec::new();
    for n in 0..20 {
        let line = format!("a lantern, {n}");
        let began = Instant::now();
        client.say(&line).await.unwrap();
        page.sees("the line", |lobby| lobby.rooms[room - 1].lines.last().is_some_and(|last| last.text == line)).await;
        took.push(began.elapsed());
    }
    took.sort_unstable();
    eprintln!("a line of chat in another node's room: {:?} at p50, {:?} at most", took[10], took[19]);
    assert!(took[18] < SOON, "{took:?}");

    // From pages people talk in all of them.
    let mut olga = here.stranger();
    assert_eq!(olga.call("log_in", &[("name", "Olga"), ("password", PASSWORD)]).await.status, 200);
    for room in [ours[0], theirs[0]] {
        let said = olga.call("say_in_room", &[("room", &room.to_string()), ("text", "hello!")]).await;
        assert_eq!(said.status, 200, "{}", said.body);
    }
    page.sees("what was said there", |lobby| {
        lobby.rooms[room - 1].lines.last().is_some_and(|last| last.text == "hello!")
    })
    .await;

    // The other node goes: its rooms are opened here, and who was in them comes back.
    assert!(there.stop().await);
    client.link.closed().await.unwrap();
    until("all rooms to be here", async || {
        let ours = runs(&here);
        if ours == [1, 2, 3] { Ok(()) } else { Err(ours) }
    })
    .await;
    let entered = login.at(here.lobby()).await.unwrap();
    let told = &entered.rooms[room - 1];
    let _again = login.enter_room(SocketAddr::from((told.address, told.port)), &entered).await.unwrap();
    page.sees("the guest again, all rooms in their order, and what was said there before", |lobby| {
        let there = lobby.rooms.get(room - 1).filter(|_| lobby.rooms.len() == 3);
        there.is_some_and(|there| there.players.len() == 1 && there.lines.iter().any(|line| line.text == "hello!"))
    })
    .await;
    assert!(here.stop().await);
    place.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_spread_rooms_and_one_that_does_not_never_run_the_lobby_at_once() {
    let Some(place) = Place::migrated(Engine::Postgres).await else { return };
    let alone = node(&place.address, None, true).await;
    let waiting = sharing(&place.address).await;
    let mut page = LivePage::open(waiting.at(), &waiting.stranger()).await;
    page.follow(Topic::Lobby).await;
    page.sees("the rooms of the other", |lobby| lobby.rooms.len() == 3).await;
    assert_eq!(runs(&waiting), Vec::<i64>::new());
    assert!(alone.stop().await);
    until("the rooms to be opened", async || {
        let ours = runs(&waiting);
        if ours == [1, 2, 3] { Ok(()) } else { Err(ours) }
    })
    .await;
    let late = node(&place.address, None, true).await;
    assert_eq!(runs(&late), Vec::<i64>::new());
    assert!(late.stop().await && waiting.stop().await);
    place.remove().await;
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

/// The story below, which starts itself again to be killed.
const KILLED: &str = "nodes::nodes_are_killed_twenty_times_and_nothing_is_lost_out_of_order_or_done_by_two_at_once";

#[tokio::test(flavor = "multi_thread")]
async fn nodes_are_killed_twenty_times_and_nothing_is_lost_out_of_order_or_done_by_two_at_once() {
    if let Some(task) = doomed::task() {
        return until_killed(&task).await;
    }
    let Some(place) = Place::migrated(Engine::Postgres).await else { return };
    let nats = nats_url();
    // One node that stays, and hears; a worker that stays; and one who reads with a place in the outbox, as webhooks do.
    let watcher = node(&place.address, nats.as_deref(), false).await;
    let worker = TestWorker::with(on(&place.address, nats.as_deref(), false)).await;
    let db = place.open(Options::default()).await.unwrap();
    db.write::<_, Error, _>(|tx| {
        Box::pin(async move {
            work::prepare(tx).await?;
            sql("insert into outbox_readers (name, event_id) values ('story', 0)").execute(tx).await
        })
    })
    .await
    .unwrap();
    let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
    let (heard, read) = (Told::default(), Told::default());
    tasks.spawn(hear(watcher.running().hub.bus.subscribe(), Arc::clone(&heard), stop.clone()));
    tasks.spawn(follow(db.clone(), Arc::clone(&read), stop.clone()));
    let drain = Duration::from_secs(5);
    tasks.spawn(work::workers(&work::queue(&db), &worker.hub().db, |_| {}).run(stop.clone(), drain));

    let task = format!("{} {}", place.address, nats.as_deref().unwrap_or("-"));
    // Two nodes at a time, each killed and started again ten times.
    let lanes: Vec<_> = (0..2)
        .map(|lane| {
            let task = task.clone();
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
    // And a worker beside them, killed with jobs in its hands.
    let lane = tasks.spawn_blocking(move || {
        for kill in 0..WORKERS_KILLED {
            let child = Doomed::start(KILLED, &format!("- {task}"));
            child.live(|_| true, Duration::from_micros(u64::from(kill) * 7919));
        }
    });
    let mut acknowledged = BTreeSet::new();
    for lane in lanes {
        acknowledged.extend(lane.await.unwrap());
    }
    lane.await.unwrap();

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
    let jobs = until("the end of all jobs", async || {
        let (all,): (i64,) =
            sql("select count(*) from jobs where kind = $1").bind(work::WORK).fetch_one(&db).await.unwrap();
        let done = i64::from(work::done(&db).await.unwrap());
        if done == all { Ok(done) } else { Err(all - done) }
    })
    .await;
    let asked: Vec<(String,)> =
        sql("select payload from jobs where kind = $1").bind(work::WORK).fetch_all(&db).await.unwrap();
    let asked: BTreeSet<(i64, i64)> = asked.iter().map(|(job,)| serde_json::from_str(job).unwrap()).collect();
    let lost: Vec<_> = acknowledged.iter().filter(|event| event.1 % JOB_EVERY == 0 && !asked.contains(event)).collect();
    assert!(lost.is_empty(), "asked for with an event that is there: {lost:?}");
    let dropped = work::dropped(&db).await.unwrap();
    let most = (KILLS + WORKERS_KILLED) as usize * work::AT_ONCE;
    assert!(dropped <= most, "only what the killed had in hand began anew, not {dropped}");
    eprintln!(
        "{jobs} jobs, {} kills, none lost, none in the hands of two, {dropped} begun anew",
        KILLS + WORKERS_KILLED
    );
    stop.cancel();
    tasks.close();
    tasks.wait().await;
    db.close().await;
    assert!(watcher.stop().await && worker.stop().await);
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
    let event = |said: &str| -> (i64, i64) {
        let (subject, n) = said.split_once(' ').unwrap();
        (subject.parse().unwrap(), n.parse().unwrap())
    };
    let mut subjects = BTreeSet::new();
    let child = Doomed::start(KILLED, task);
    let all = usize::try_from(WRITERS).unwrap();
    let said = child.live(
        |said| {
            subjects.insert(event(said).0);
            subjects.len() == all
        },
        more,
    );
    said.iter().map(|said| event(said)).collect()
}

/// A node that writes and works, or a worker alone: without a first subject to write of.
async fn until_killed(task: &str) {
    let words: Vec<&str> = task.split(' ').collect();
    let (first, address, nats) = (words[0].parse::<i64>(), words[1], Some(words[2]).filter(|url| *url != "-"));
    let Ok(first) = first else {
        let worker = TestWorker::with(on(address, nats, false)).await;
        let db = &worker.hub().db;
        let workers = work::workers(&work::queue(db), db, |job| doomed::say(&job.to_string()));
        return workers.run(CancellationToken::new(), Duration::ZERO).await;
    };
    let app = node(address, nats, false).await;
    let db = &app.running().hub.db;
    let writers = (first..first + WRITERS).map(|subject| async move {
        for n in 0.. {
            db.write::<_, jobs::Error, _>(move |tx| {
                Box::pin(async move {
                    record(tx, Millis(1), &event(subject, n)).await?;
                    if n % JOB_EVERY == 0 {
                        jobs::enqueue(tx, Millis(1), &NewJob::new(work::WORK, &(subject, n))).await?;
                    }
                    Ok(())
                })
            })
            .await
            .unwrap();
            doomed::say(&format!("{subject} {n}"));
        }
    });
    let workers = work::workers(&work::queue(db), db, |_| {});
    let workers = workers.run(CancellationToken::new(), Duration::ZERO);
    futures::future::join(futures::future::join_all(writers), workers).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lobby_goes_on_at_another_node_when_its_own_is_killed() {
    if let Some(address) = doomed::task() {
        return run_the_lobby_until_killed(&address).await;
    }
    let Some(place) = Place::migrated(Engine::Postgres).await else { return };
    let doomed = Doomed::start("nodes::the_lobby_goes_on_at_another_node_when_its_own_is_killed", &place.address);
    let [first, site] = [doomed.next(), doomed.next()].map(|address| address.parse::<SocketAddr>().unwrap());
    // One that may run it, too, and one that only shows it.
    let (heir, onlooker) = tokio::join!(node(&place.address, None, true), node(&place.address, None, false));
    let told_at = async |app: &TestApp, address: SocketAddr| {
        until("the lobby's address", async || {
            let told = app.running().hub.lobby.address();
            if told == address.to_string() { Ok(()) } else { Err(told) }
        })
        .await;
    };
    for app in [&heir, &onlooker] {
        assert_eq!(app.running().hub.lobby.listens_at(), None, "one node runs it");
        told_at(app, first).await;
    }
    let mut page = LivePage::open(onlooker.at(), &onlooker.stranger()).await;
    page.follow(Topic::Lobby).await;
    let mut client = LogIn::guest(Dialect::Myth2, "Wanderer").enter(first).await.unwrap();
    page.sees("a guest", |lobby| lobby.player_count() == 1).await;
    client.say("a storm is coming").await.unwrap();
    let warning = |lobby: &Lobby| lobby.rooms[0].lines.iter().any(|line| line.text == "a storm is coming");
    page.sees("the warning", warning).await;
    // Two strangers look at pages, one at each of two nodes; and Olga at the third.
    let _elsewhere = LivePage::open(site, &heir.stranger_at(site)).await;
    let olga = heir.person("Olga").await;
    let _hers = heir.page_of(&olga).await;
    let are_there = async |app: &TestApp, visitors: u32| {
        until("everybody who is there", async || {
            let (_, State::Site(present)) = app.running().hub.board.state(Topic::Site) else { return Err(None) };
            let right = present.people == ["Olga"] && (present.people_count, present.visitors) == (1, visitors);
            if right { Ok(()) } else { Err(Some(present)) }
        })
        .await;
    };
    for app in [&heir, &onlooker] {
        are_there(app, 2).await;
    }

    let killed = Instant::now();
    doomed.kill();
    drop(client);
    let second = until("the lobby at the other node", async || heir.running().hub.lobby.listens_at().ok_or(())).await;
    eprintln!("the lobby is open again after {:?}", killed.elapsed());
    page.sees("who is gone", |lobby| lobby.rooms.len() == 3 && lobby.player_count() == 0).await;
    page.sees("what was said before", warning).await;
    told_at(&onlooker, second).await;
    for app in [&heir, &onlooker] {
        are_there(app, 1).await;
    }
    let mut client = LogIn::guest(Dialect::Myth2, "Wanderer").enter(second).await.unwrap();
    page.sees("the guest again", |lobby| lobby.player_count() == 1).await;
    client.say("the lantern still burns").await.unwrap();
    let line = |lobby: &Lobby| lobby.rooms[0].lines.last().is_some_and(|line| line.text == "the lantern still burns");
    page.sees("the line", line).await;

    // Who comes back stands by: one node runs it.
    let late = node(&place.address, None, true).await;
    told_at(&late, second).await;
    assert_eq!(late.running().hub.lobby.listens_at(), None);
    for app in [late, onlooker, heir] {
        assert!(app.stop().await);
    }
    place.remove().await;
}

async fn run_the_lobby_until_killed(address: &str) {
    let app = node(address, None, true).await;
    for address in [app.lobby(), app.at()] {
        doomed::say(&address.to_string());
    }
    std::future::pending::<()>().await;
}
