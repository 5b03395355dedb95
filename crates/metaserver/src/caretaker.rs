//! Opens rooms, sets them up anew and closes them while the lobby runs, as its tables say.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, atomic::AtomicI64},
};

use base::{Clock, RoomId, UserId};
use contract::{
    film::RoomFilms,
    lobby::{Change, PlayerNumber},
};
use db::Db;
use tokio::{
    net::TcpListener,
    sync::{Mutex, mpsc},
};
use tokio_util::sync::CancellationToken;

use crate::{
    audience::Audience,
    directory::{Listed, RoomFacts},
    hub::Hub,
    listener::{Port, keep_listening},
    logon::Account,
    metaserver::StartError,
    record::{Recorder, WeakRecorder},
    room::{Command, Door, Plan, keep_open},
    rooms::store,
};

/// Keeps the rooms as those who run the hub want them. Clones are the same one.
#[derive(Clone)]
pub struct Caretaker(Arc<Inner>);

struct Inner {
    hub: Arc<Hub>,
    db: Db,
    audience: Arc<dyn Audience>,
    /// Weak: the records end when every room has.
    recorder: WeakRecorder,
    game_ids: Arc<AtomicI64>,
    clock: Arc<dyn Clock>,
    /// In their order. Locked while rooms are looked at: whoever looks next sees what this one did.
    open: Mutex<Vec<Open>>,
}

/// A room that is open.
struct Open {
    room: Arc<Listed>,
    inbox: mpsc::Sender<Command>,
    /// Closes its port.
    stop: CancellationToken,
}

/// What a lobby's rooms are made of.
pub(crate) struct Means {
    pub(crate) hub: Arc<Hub>,
    pub(crate) db: Db,
    pub(crate) audience: Arc<dyn Audience>,
    pub(crate) recorder: WeakRecorder,
    pub(crate) game_ids: Arc<AtomicI64>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Caretaker {
    pub(crate) fn new(means: Means) -> Self {
        let Means { hub, db, audience, recorder, game_ids, clock } = means;
        Self(Arc::new(Inner { hub, db, audience, recorder, game_ids, clock, open: Mutex::default() }))
    }

    /// Opens every room there is; one that can't be opened is an error.
    pub(crate) async fn open_all(&self) -> Result<(), StartError> {
        let mut open = self.0.open.lock().await;
        for room in self.wanted().await? {
            let one = self.open(room, &open).await?;
            open.push(one);
        }
        self.0.hub.directory.set(open.iter().map(|one| Arc::clone(&one.room)).collect());
        Ok(())
    }

    /// Looks at the tables anew and makes the rooms what they say, at once. A room whose port can't be had is left out until the next look:
    /// the others are not to suffer for it.
    pub async fn refresh(&self) -> Result<(), db::Error> {
        let mut open = self.0.open.lock().await;
        let wanted = self.wanted().await?;
        let mut before = std::mem::take(&mut *open);
        let mut new = Vec::new();
        for room in wanted {
            match before.iter().position(|one| one.room.id == room.id) {
                Some(place) => {
                    let one = before.swap_remove(place);
                    self.set_up_anew(&one, room);
                    open.push(one);
                }
                None => new.push((open.len() + new.len(), room)),
            }
        }
        for gone in before {
            gone.stop.cancel();
            self.send(&gone, Command::Close);
        }
        // After those that close: a new room may want the port of one of them.
        for (place, room) in new {
            let id = room.id;
            match self.open(room, &open).await {
                Ok(one) => {
                    let place = place.min(open.len());
                    open.insert(place, one);
                }
                Err(error) => {
                    metrics::counter!("guildhall_lobby_room_failures_total").increment(1);
                    tracing::error!(
                        room.id = id.get(),
                        error = &error as &dyn std::error::Error,
                        "a room can't be opened"
                    );
                }
            }
        }
        let order = open.iter().map(|one| one.room.id).collect();
        self.0.hub.directory.set(open.iter().map(|one| Arc::clone(&one.room)).collect());
        self.0.audience.lobby_changed(Change::RoomsArranged { rooms: order });
        drop(open);
        Ok(())
    }

    /// Where each room listens, in their order.
    pub(crate) fn addresses(&self) -> Vec<(RoomId, SocketAddr)> {
        self.0.hub.directory.rooms().iter().map(|room| (room.id, room.address)).collect()
    }

    /// Sends somebody out of a room.
    pub async fn kick(&self, room: RoomId, number: PlayerNumber, reason: &str) {
        let open = self.0.open.lock().await;
        if let Some(one) = open.iter().find(|one| one.room.id == room) {
            self.send(one, Command::Kick { number, reason: reason.to_owned() });
        }
        drop(open);
    }

    /// Others may be muted in the whole hub than before: whatever words of theirs still stand in rooms are taken away.
    pub async fn hush(&self) {
        let open = self.0.open.lock().await;
        for one in open.iter() {
            self.send(one, Command::Hush);
        }
        drop(open);
    }

    /// Has a room hear a line of a plugin's.
    pub async fn announce(&self, room: RoomId, from: &str, text: &str) {
        let open = self.0.open.lock().await;
        if let Some(one) = open.iter().find(|one| one.room.id == room) {
            self.send(one, Command::Announce { from: from.to_owned(), text: text.to_owned() });
        }
        drop(open);
    }

    /// The way into a room; `None`: it is not open.
    pub(crate) async fn door(&self, room: RoomId) -> Option<Arc<Door>> {
        let open = self.0.open.lock().await;
        let one = open.iter().find(|one| one.room.id == room)?;
        Some(Arc::new(Door { room: Arc::clone(&one.room), inbox: one.inbox.clone() }))
    }

    /// Somebody whose login another door has checked. `None`: they are gone, or the database is.
    pub(crate) async fn account(&self, user: UserId) -> Option<Account> {
        match store::keeping::person(&self.0.db, user).await {
            Ok(found) => found.map(|(name, role)| Account { user, name, role }),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "an account can't be read");
                None
            }
        }
    }

    /// The rooms as the tables say, and the order in them.
    async fn wanted(&self) -> Result<Vec<RoomFacts>, db::Error> {
        let (db, now) = (&self.0.db, self.0.clock.now());
        let mut wanted = Vec::new();
        for room in store::list(db).await? {
            let order = store::keeping::order(db, room.id, now).await?;
            let facts = RoomFacts::from(room);
            let config = &self.0.hub.config;
            let capacity = config.limits.room_capacity.unwrap_or(facts.capacity);
            let films = if config.films.is_some() { facts.films } else { RoomFilms::None };
            wanted.push(RoomFacts { capacity, films, order, ..facts });
        }
        Ok(wanted)
    }

    fn set_up_anew(&self, open: &Open, facts: RoomFacts) {
        let before = open.room.facts();
        if *before != facts {
            let shows = (&before.name, before.capacity) != (&facts.name, facts.capacity);
            open.room.set(facts);
            self.send(open, Command::SetUpAnew { shows });
        }
    }

    /// Tells a room, now or as soon as it has time.
    fn send(&self, open: &Open, command: Command) {
        if let Err(mpsc::error::TrySendError::Full(command)) = open.inbox.try_send(command) {
            let inbox = open.inbox.clone();
            self.0.hub.tasks.spawn(async move { inbox.send(command).await.ok() });
        }
    }

    async fn open(&self, facts: RoomFacts, beside: &[Open]) -> Result<Open, StartError> {
        let this = &self.0;
        // There always is a room that has one, until the hub stops.
        let recorder = this.recorder.upgrade().ok_or(StartError::Stopping)?;
        let (listener, address) = self.bind(beside).await?;
        // In the order of those who run the hub: the rooms' own tasks start in any.
        this.audience.lobby_changed(Change::RoomOpened { room: facts.shown(Vec::new()) });
        let room = Arc::new(Listed::new(facts, address));
        let (inbox, commands) = mpsc::channel(this.hub.config.limits.inbox);
        let plan = this.plan(&room, recorder, inbox.downgrade());
        let stop = this.hub.stop.child_token();
        let door = Arc::new(Door { room: Arc::clone(&room), inbox: inbox.clone() });
        this.hub.tasks.spawn(keep_open(Arc::new(plan), commands, this.hub.stop.clone()));
        this.hub.tasks.spawn(keep_listening(Arc::clone(&this.hub), listener, Port::Room(door), stop.clone()));
        tracing::info!(room.id = room.id.get(), room.address = %address, "a room is open");
        Ok(Open { room, inbox, stop })
    }

    /// The lowest port from the first on that no other room has, or any free one.
    async fn bind(&self, beside: &[Open]) -> Result<(TcpListener, SocketAddr), StartError> {
        let config = &self.0.hub.config;
        let port = match config.first_room_port {
            None => 0,
            Some(first) => (first..=u16::MAX)
                .find(|port| beside.iter().all(|one| one.room.address.port() != *port))
                .ok_or(StartError::Ports { first })?,
        };
        bind(SocketAddr::new(config.login_address.ip(), port)).await
    }
}

impl Inner {
    /// What a room is made from.
    fn plan(&self, room: &Arc<Listed>, recorder: Recorder, inbox: mpsc::WeakSender<Command>) -> Plan {
        Plan::new(&self.hub, Arc::clone(room), inbox, recorder, &self.audience, &self.game_ids, &self.clock)
    }
}

/// Listens there; says where that is.
pub(crate) async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let wrong = |source: io::Error| StartError::Bind { address, source };
    let listener = TcpListener::bind(address).await.map_err(wrong)?;
    let bound = listener.local_addr().map_err(wrong)?;
    Ok((listener, bound))
}
