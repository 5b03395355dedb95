//! A lobby as the running one is, but for ports and a database.

use std::{
    collections::{BTreeSet, VecDeque},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use base::{Clock, GameId, Millis, testing::SeededChance};
use contract::{lobby::Change, room::RoomKind};
use metaserver_proto::{Dialect, fuzz::Random};
use tokio::{
    sync::mpsc,
    task::JoinSet,
    time::{Instant, advance},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{desk::Desk, pipe::ServerEnd};
use crate::{
    Audience, Config, Logon,
    directory::{Listed, RoomFacts},
    ended::Ended,
    game_numbers::GameNumbers,
    gate::Permit,
    hub::Hub,
    login,
    record::{Record, Recorder},
    room::{Command, Door, Plan, keep_open},
    stream::Stream,
    visit,
};

/// Everything that a lobby still does by itself when nobody is there any more is done by then: reports are waited for for two minutes, and
/// a client of Myth II is taken for gone after ten.
const AFTER_ALL: Duration = Duration::from_mins(12);
/// What the clock shows at first.
const BEGINNING: Millis = Millis(1_700_000_000_000);
/// As often as this, tasks that wait for one another have had their turns.
const TURNS: usize = 12;

/// The lobby.
pub(super) struct World {
    hub: Arc<Hub>,
    doors: Vec<Arc<Door>>,
    connections: JoinSet<(Option<Dialect>, Ended)>,
    rooms: JoinSet<()>,
    records: mpsc::Receiver<Record>,
    watching: Arc<Watching>,
}

impl World {
    /// With an unranked room and a ranked one.
    pub(super) fn open(random: &mut Random) -> Self {
        let mut config = Config::at(SocketAddr::from((Ipv4Addr::LOCALHOST, 6321)));
        config.aleph_one_clear_text = random.once_in(2);
        // Whatever is listed here, nobody is called on over a real network.
        config.hosting.tests.at_once = 0;
        if random.once_in(4) {
            // Limits that a sequence meets.
            config.limits.outbox_packets = 16;
            config.limits.inbox = 4;
            config.limits.packet_burst = 16;
            config.limits.chat_burst = 4;
            config.limits.room_capacity = Some(2);
        }
        let desk = Desk {
            takes: Duration::from_millis(if random.once_in(4) { 700 } else { 0 }),
            asks: random.once_in(4),
            guests: !random.once_in(16),
        };
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let capacity = config.limits.room_capacity;
        let chance = Arc::new(SeededChance::new(random.number()));
        let clock = Arc::new(Hands(Instant::now())) as Arc<dyn Clock>;
        let hub =
            Arc::new(Hub::new(config, Arc::new(desk) as Arc<dyn Logon>, Arc::clone(&clock), chance, None, tasks, stop));
        let (recorder, records) = Recorder::new();
        let watching = Arc::new(Watching::default());
        let audience = Arc::clone(&watching) as Arc<dyn Audience>;
        let numbers = Arc::new(GameNumbers::after(0));
        let (mut doors, mut rooms) = (Vec::new(), JoinSet::new());
        for (id, port, kind) in [(6, 7_001, RoomKind::Unranked), (7, 7_002, RoomKind::Ranked)] {
            let usual = RoomFacts::usual(id);
            let facts = RoomFacts { kind, capacity: capacity.unwrap_or(usual.capacity), ..usual };
            let room = Arc::new(Listed::new(facts, SocketAddr::from((Ipv4Addr::LOCALHOST, port))));
            let (inbox, commands) = mpsc::channel::<Command>(hub.config.limits.inbox);
            let plan =
                Plan::new(&hub, Arc::clone(&room), inbox.downgrade(), recorder.clone(), &audience, &numbers, &clock);
            rooms.spawn(keep_open(Arc::new(plan), commands, VecDeque::new(), hub.stop.clone()));
            doors.push(Arc::new(Door { room, inbox }));
        }
        hub.directory.set(doors.iter().map(|door| Arc::clone(&door.room)).collect());
        Self { hub, doors, connections: JoinSet::new(), rooms, records, watching }
    }

    /// How many rooms there are.
    pub(super) fn rooms(&self) -> usize {
        self.doors.len()
    }

    /// Serves a connection to the login server.
    pub(super) fn serve_login(&mut self, pipe: ServerEnd) {
        let (hub, permit, peer) = (Arc::clone(&self.hub), self.permit(), SocketAddr::new(HOME, 50_000));
        self.connections.spawn(async move {
            let ended = login::serve(hub, Stream::Pipe(pipe), peer).await;
            drop(permit);
            ended
        });
    }

    /// Serves a connection to a room.
    pub(super) fn serve_room(&mut self, room: usize, pipe: ServerEnd) {
        let (hub, permit) = (Arc::clone(&self.hub), self.permit());
        let door = Arc::clone(&self.doors[room % self.doors.len()]);
        self.connections.spawn(async move {
            let ended = visit::serve(hub, door, Stream::Pipe(pipe)).await;
            drop(permit);
            ended
        });
    }

    fn permit(&self) -> Permit {
        self.hub.gate.enter(HOME).expect("a sequence has fewer connections than an address may")
    }

    /// Lets every task do what it has to do now.
    pub(super) async fn settle(&mut self) {
        for _ in 0..TURNS {
            tokio::task::yield_now().await;
        }
        self.take_ended();
        while self.records.try_recv().map(|record| self.watching.note(&record)).is_ok() {}
        assert!(!self.watching.failed.load(Ordering::Relaxed), "a room failed");
    }

    /// Lets time pass.
    pub(super) async fn pass(&mut self, time: Duration) {
        advance(time).await;
        self.settle().await;
    }

    fn take_ended(&mut self) {
        while let Some(ended) = self.connections.try_join_next() {
            if let Err(failed) = ended {
                std::panic::resume_unwind(failed.into_panic());
            }
        }
    }

    /// Everybody is gone: nothing may be left of them.
    pub(super) async fn close(mut self) {
        // In steps: what is done late may have something done later still.
        for _ in 0..6 {
            self.pass(AFTER_ALL / 6).await;
        }
        assert!(self.connections.is_empty(), "{} connections go on without a client", self.connections.len());
        assert!(self.hub.tasks.is_empty(), "{} tasks are left", self.hub.tasks.len());
        assert_eq!(self.hub.gate.count(), 0, "the gate counts somebody");
        assert_eq!(self.hub.passes.count(), 0, "passes are left");
        for door in &self.doors {
            assert_eq!(door.room.counts(), (0, 0), "players and games are left");
            assert_eq!(door.inbox.capacity(), door.inbox.max_capacity(), "messages are left");
        }
        self.watching.assert_empty();
        self.hub.stop.cancel();
        while let Some(closed) = self.rooms.join_next().await {
            closed.expect("a room ends when told to");
        }
        while let Some(record) = self.records.recv().await {
            self.watching.note(&record);
        }
        let open = self.watching.open_games();
        assert!(open.is_empty(), "never ended: {open:?}");
    }
}

/// Where everybody comes from.
const HOME: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));

/// Time as the runtime has it.
struct Hands(Instant);

impl Clock for Hands {
    fn now(&self) -> Millis {
        BEGINNING.plus(self.0.elapsed())
    }
}

/// What a page would show, as far as it must be empty at the end; and which games are on record and open.
#[derive(Default)]
struct Watching {
    failed: AtomicBool,
    shown: Mutex<BTreeSet<String>>,
    open: Mutex<BTreeSet<GameId>>,
}

impl Audience for Watching {
    fn lobby_changed(&self, change: Change) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        match change {
            // Rooms are opened without an audience here: only a room that fails opens anew.
            Change::RoomOpened { .. } => self.failed.store(true, Ordering::Relaxed),
            Change::Player { room, player } => drop(shown.insert(format!("{room} player {}", player.number.0))),
            Change::PlayerLeft { room, number } => {
                assert!(shown.remove(&format!("{room} player {}", number.0)), "somebody left who was not there");
            }
            Change::Game { room, game } => drop(shown.insert(format!("{room} game {}", game.id))),
            Change::GameGone { room, game } => {
                assert!(shown.remove(&format!("{room} game {game}")), "a game is gone that was not there");
            }
            _ => {}
        }
    }
}

impl Watching {
    fn note(&self, record: &Record) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        match record {
            Record::Listed { game, .. } => assert!(open.insert(game.id), "listed twice"),
            Record::Ended { game, .. } => assert!(open.remove(game), "ended twice"),
            _ => {}
        }
    }

    fn open_games(&self) -> Vec<GameId> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }

    fn assert_empty(&self) {
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(shown.is_empty(), "pages still show {shown:?}");
    }
}
