//! An open lobby with a few accounts, and somebody who watches it.

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use base::{Chance, Clock, Millis, OrderId, Role, RoomId, UserId};
use contract::{
    lobby::{Change, Lobby as Shown, Player},
    people::GameTexts,
};
use db::{
    Db, Engine, Options,
    testing::{Place, StoppedClock},
};
use futures::future::BoxFuture;
use tokio::{sync::Notify, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    Account, Audience, Career, Circle, Config, Denied, Field, Heard, Known, Logon, Metaserver, Notices, OrderCareer,
    Present, Reader, Reception, Running, Said, Score, Section, Speaker, Together, Whisperer,
    testing::{Client, LogIn, proto::Dialect},
};

/// An open lobby.
pub(super) struct Lobby {
    pub(super) running: Running,
    pub(super) reception: Reception,
    pub(super) watching: Arc<Watching>,
    pub(super) desk: Arc<Desk>,
    pub(super) db: Db,
    stop: CancellationToken,
    tasks: TaskTracker,
    place: Place,
}

impl Lobby {
    pub(super) async fn open() -> Self {
        Self::with(|_| {}).await
    }

    pub(super) async fn with(choose: impl FnOnce(&mut Config)) -> Self {
        let place = Place::migrated(Engine::Sqlite).await.expect("SQLite is always there");
        Self::on(place, |config, _| choose(config)).await
    }

    /// The same on that database.
    pub(super) async fn on(place: Place, choose: impl FnOnce(&mut Config, &Db)) -> Self {
        let db = place.open(Options::default()).await.expect("a fresh file opens");
        for name in ["olga", "balin", "alric"] {
            insert_user(&db, name).await;
        }
        let mut config = Config::at(SocketAddr::from(([127, 0, 0, 1], 0)));
        choose(&mut config, &db);
        let clock = Arc::new(StoppedClock(Millis(1_700_000_000_000)));
        let node = Node::start(config, &db, None, Dice::default(), clock).await;
        let Node { running, reception, watching, desk, tasks, stop } = node;
        Self { running, reception, watching, desk, db, stop, tasks, place }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.running.login_address
    }

    /// A guest in the first room.
    pub(super) async fn guest(&self, dialect: Dialect, name: &str) -> Client {
        LogIn::guest(dialect, name).enter(self.address()).await.expect("guests may come in")
    }

    /// A player with an account in the first room.
    pub(super) async fn player(&self, dialect: Dialect, name: &str) -> Client {
        LogIn::player(dialect, name, "opensesame").enter(self.address()).await.expect("players may come in")
    }

    /// Stops, and waits until all that was to be written is.
    pub(super) async fn close(self) -> (Db, Arc<Watching>, Place) {
        self.stop.cancel();
        self.tasks.close();
        timeout(Duration::from_secs(10), self.tasks.wait()).await.expect("every task ends when told to");
        (self.db, self.watching, self.place)
    }
}

/// What runs the rooms of a lobby, or its share of them.
pub(super) struct Node {
    pub(super) running: Running,
    pub(super) reception: Reception,
    pub(super) watching: Arc<Watching>,
    pub(super) desk: Arc<Desk>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Node {
    pub(super) async fn start(
        config: Config,
        db: &Db,
        together: Option<Together>,
        dice: Dice,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let (watching, desk) = (Arc::new(Watching::default()), Arc::new(Desk::default()));
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let node = together.as_ref().map_or_else(|| "alone".to_owned(), |together| together.node.clone());
        let reception = Reception::start(db.clone(), Arc::clone(&clock), node, &tasks, stop.clone());
        let running = Metaserver::start(
            config,
            db.clone(),
            Arc::clone(&desk) as Arc<dyn Logon>,
            Arc::clone(&watching) as Arc<dyn Audience>,
            clock,
            Arc::new(dice),
            &reception,
            together,
            tasks.clone(),
            stop.clone(),
        )
        .await
        .expect("free ports are always there");
        Self { running, reception, watching, desk, tasks, stop }
    }

    /// Stops, and waits until all that was to be written is.
    pub(super) async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        timeout(Duration::from_secs(10), self.tasks.wait()).await.expect("every task ends when told to");
    }
}

pub(super) async fn insert_user(db: &Db, name: &'static str) {
    db.write::<_, db::Error, _>(move |tx| {
        Box::pin(async move {
            db::sql("insert into users (name, folded_name, folded_game_name, password_hash, role, created_at, password_changed_at) \
                     values ($1, $1, $1, '', 'member', 0, 0)")
            .bind(name)
            .execute(tx)
            .await
        })
    })
    .await
    .expect("a new name");
}

/// The accounts, as far as the lobby asks. Ids are those of the rows above: 1, 2, 3.
#[derive(Default)]
pub(super) struct Desk {
    pub(super) no_guests: AtomicBool,
    /// The account that may not talk; zero: all may.
    pub(super) muted: AtomicI64,
    /// The account that may not come in; zero: all may.
    pub(super) shut_out: AtomicI64,
    /// The account that hears no whispers; zero: all do.
    pub(super) deaf_to_whispers: AtomicI64,
    /// Whether lines are asked about before they are spoken.
    pub(super) asks: AtomicBool,
    /// Those that were.
    pub(super) asked: Mutex<Vec<Said>>,
    /// What whoever enters a room is told; guests are told more.
    pub(super) notices: Mutex<Notices>,
    /// What rooms ask about accounts.
    pub(super) known: Mutex<HashMap<i64, Known>>,
    /// Whom accounts keep company with; whoever is not there keeps none, and is told of no tables.
    pub(super) circles: Mutex<HashMap<i64, Circle>>,
    /// What accounts write of themselves.
    pub(super) texts: Mutex<HashMap<i64, GameTexts>>,
    /// While it is held, no answer is given.
    pub(super) answers: Arc<tokio::sync::Mutex<()>>,
}

impl Desk {
    fn account(name: &str) -> Option<Account> {
        let (user, role) = match name {
            "olga" => (1, Role::Member),
            "balin" => (2, Role::Member),
            "alric" => (3, Role::Moderator),
            _ => return None,
        };
        Some(Account { user: UserId::from(user), name: name.to_owned(), role })
    }
}

impl Logon for Desk {
    fn guests_allowed(&self) -> bool {
        !self.no_guests.load(Ordering::Relaxed)
    }

    fn check_game_password<'a>(
        &'a self,
        name: &'a str,
        password: &'a str,
        _: IpAddr,
    ) -> BoxFuture<'a, Result<Account, Denied>> {
        let account = Self::account(name).filter(|_| password == "opensesame").ok_or(Denied::WrongCredentials);
        Box::pin(async move { account })
    }

    fn redeem_token<'a>(
        &'a self,
        name: &'a str,
        token: &'a [u8; 16],
        _: IpAddr,
    ) -> BoxFuture<'a, Result<Account, Denied>> {
        let account =
            Self::account(name).filter(|_| token == b"opensesame\0\0\0\0\0\0").ok_or(Denied::WrongCredentials);
        Box::pin(async move { account })
    }

    fn is_name_taken<'a>(&'a self, name: &'a str) -> BoxFuture<'a, bool> {
        Box::pin(async move { Self::account(&name.to_lowercase()).is_some() })
    }

    fn is_welcome(&self, user: Option<UserId>, _: IpAddr) -> BoxFuture<'_, bool> {
        let shut_out = self.shut_out.load(Ordering::Relaxed);
        Box::pin(async move { user.is_none_or(|user| user.get() != shut_out) })
    }

    fn known_of(&self, user: UserId) -> BoxFuture<'_, Known> {
        let known = self.known.lock().expect("never poisoned").get(&user.get()).cloned().unwrap_or_default();
        Box::pin(async move { known })
    }

    fn career(&self, user: UserId, reader: Reader) -> BoxFuture<'static, Option<Career>> {
        let written = self.texts.lock().expect("never poisoned").get(&user.get()).cloned().unwrap_or_default();
        // What accounts write is for accounts here.
        let texts = if reader.user.is_some() { written } else { GameTexts::default() };
        let career = ["olga", "balin", "alric"].into_iter().find_map(|name| {
            let account = Self::account(name).filter(|account| account.user == user)?;
            let score = Score { games: 4, wins: 3, points: 1_016, caste: 16, place: 1, ..Score::default() };
            Some(Career {
                name: account.name,
                administrator: false,
                scores: vec![(Section::Ranked, score), (Section::Kind(5), score)],
                field: vec![(Section::Ranked, Field { top: "olga".into(), ..Field::default() })],
                placed: 4,
                order: Some(OrderCareer {
                    id: OrderId::from(9),
                    name: "The Avatara".into(),
                    scores: vec![(Section::Ranked, Score { games: 12, wins: 7, ..Score::default() })],
                }),
                orders: 2,
                texts: texts.clone(),
            })
        });
        Box::pin(async move { career })
    }

    fn keep_texts(&self, user: UserId, _: Role, texts: GameTexts) -> BoxFuture<'static, Result<(), String>> {
        self.texts.lock().expect("never poisoned").insert(user.get(), texts);
        Box::pin(async { Ok(()) })
    }

    fn circle(&self, user: UserId) -> BoxFuture<'static, Option<Circle>> {
        let circle = self.circles.lock().expect("never poisoned").get(&user.get()).cloned();
        Box::pin(async move { circle })
    }

    fn befriend(&self, user: UserId, _: Role, other: UserId, add: bool) -> BoxFuture<'static, String> {
        let does = if add { "adds" } else { "drops" };
        Box::pin(async move { format!("{user} {does} {other}") })
    }

    fn notices(&self, guest: bool) -> Notices {
        let mut notices = self.notices.lock().expect("never poisoned").clone();
        if guest && !notices.lines.is_empty() {
            notices.lines.push("Make an account.".into());
        }
        notices
    }

    fn command(&self, speaker: Speaker, line: &str, answer: Whisperer) {
        let toward = speaker.toward.map_or_else(String::new, |number| format!(" to {number}"));
        // Where it is a moderator's, so that the stories of others read as before.
        let keeps = if speaker.keeps_order { ", keeping order" } else { "" };
        answer.tell(&format!("{} says {line}{toward}{keeps}", speaker.name));
    }

    fn may_talk(&self, user: UserId) -> bool {
        user.get() != self.muted.load(Ordering::Relaxed)
    }

    fn may_whisper(&self, _: UserId, to: UserId) -> bool {
        to.get() != self.deaf_to_whispers.load(Ordering::Relaxed)
    }

    fn hears_lines_first(&self) -> bool {
        self.asks.load(Ordering::Relaxed)
    }

    fn before_line(&self, line: Said) -> BoxFuture<'static, Heard> {
        self.asked.lock().expect("never poisoned").push(line.clone());
        let answers = Arc::clone(&self.answers);
        Box::pin(async move {
            drop(answers.lock().await);
            match line.text.split_once(' ') {
                Some(("loud", rest)) => Heard::Instead(rest.to_uppercase()),
                Some(("order", rest)) => Heard::Instead(format!(".{rest}")),
                Some(("rude", _)) => Heard::Not("Mind your words.".into()),
                _ => Heard::Fine,
            }
        })
    }
}

/// What a page would show.
#[derive(Default)]
pub(super) struct Watching {
    shown: Mutex<Shown>,
    news: Notify,
}

/// Said in a room, it makes the room's task panic.
pub(super) const FATAL: &str = "the bridge is out";

impl Audience for Watching {
    fn lobby_changed(&self, change: Change) {
        if let Change::Said { line, .. } = &change {
            assert_ne!(line.text, FATAL, "a story asked for this failure");
        }
        self.shown.lock().expect("never poisoned").apply(change);
        self.news.notify_waiters();
    }
}

impl Watching {
    /// Waits until what is shown is as it should be.
    pub(super) async fn until<T>(&self, mut wanted: impl FnMut(&Shown) -> Option<T>) -> T {
        let found = timeout(Duration::from_secs(10), async {
            loop {
                let news = self.news.notified();
                let mut news = std::pin::pin!(news);
                news.as_mut().enable();
                if let Some(found) = wanted(&self.shown.lock().expect("never poisoned")) {
                    return found;
                }
                news.await;
            }
        });
        found.await.unwrap_or_else(|_elapsed| panic!("the page never came to show it: {:#?}", self.shown()))
    }

    pub(super) fn shown(&self) -> Shown {
        self.shown.lock().expect("never poisoned").clone()
    }
}

impl Present for Watching {
    fn players(&self, room: RoomId) -> Option<Vec<Player>> {
        self.shown().rooms.into_iter().find(|one| one.id == room).map(|room| room.players)
    }
}

/// Chance that repeats itself from run to run, and never within one.
#[derive(Default)]
pub(super) struct Dice(AtomicU64);

impl Dice {
    /// Others than those.
    pub(super) fn others(begin: u64) -> Self {
        Self(AtomicU64::new(begin))
    }
}

impl Chance for Dice {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            let drawn = self.0.fetch_add(1, Ordering::Relaxed).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            chunk.copy_from_slice(&drawn.to_le_bytes()[..chunk.len()]);
        }
    }
}
