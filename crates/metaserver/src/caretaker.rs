//! Opens rooms, sets them up anew and closes them while the lobby runs, as its tables say.

use std::{collections::BTreeSet, io, net::SocketAddr, sync::Arc};

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
    game_numbers::GameNumbers,
    hub::Hub,
    listener::{Port, keep_listening},
    logon::Account,
    metaserver::StartError,
    nodes::{Holding, Lost, PLACES, ToldRoom},
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
    numbers: Arc<GameNumbers>,
    clock: Arc<dyn Clock>,
    /// Locked while rooms are looked at: whoever looks next sees what this one did.
    rooms: Mutex<Rooms>,
}

/// The rooms as they are.
#[derive(Default)]
struct Rooms {
    /// As they are wanted, in their order, whichever node runs them.
    wanted: Vec<RoomFacts>,
    /// Those that are open here, in their order.
    open: Vec<Open>,
    /// Those that other nodes run.
    elsewhere: Vec<Arc<Listed>>,
    /// Which of them are this node's, where there are others.
    holding: Option<Holding>,
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
    pub(crate) numbers: Arc<GameNumbers>,
    pub(crate) clock: Arc<dyn Clock>,
    /// Where rooms are spread over nodes.
    pub(crate) holding: Option<Holding>,
}

impl Caretaker {
    pub(crate) fn new(means: Means) -> Self {
        let Means { hub, db, audience, recorder, numbers, clock, holding } = means;
        let rooms = Mutex::new(Rooms { holding, ..Rooms::default() });
        Self(Arc::new(Inner { hub, db, audience, recorder, numbers, clock, rooms }))
    }

    /// Opens every room there is, or this node's share of them; one that can't be opened is an error.
    pub(crate) async fn open_all(&self) -> Result<(), StartError> {
        let mut rooms = self.0.rooms.lock().await;
        rooms.wanted = self.wanted().await?;
        let ours = self.ours(&mut rooms, true).await.map_err(|_lost| StartError::Stopping)?;
        for facts in rooms.wanted.clone() {
            if ours.contains(&facts.id) {
                let one = self.open(facts, &rooms.open).await?;
                rooms.open.push(one);
            }
        }
        self.arrange(&mut rooms);
        drop(rooms);
        Ok(())
    }

    /// Looks at the tables anew and makes the rooms what they say, at once. A room whose port can't be had is left out until the next look:
    /// the others are not to suffer for it.
    pub async fn refresh(&self) -> Result<(), db::Error> {
        let mut rooms = self.0.rooms.lock().await;
        rooms.wanted = self.wanted().await?;
        if let Ok(ours) = self.ours(&mut rooms, false).await {
            self.make_so(&mut rooms, &ours).await;
        }
        drop(rooms);
        Ok(())
    }

    /// Looks whether rooms of other nodes are free, or this one has more than its share. Where a node has taken the lobby for itself, it
    /// closes here.
    pub(crate) async fn look(&self) {
        let mut rooms = self.0.rooms.lock().await;
        match self.ours(&mut rooms, false).await {
            Ok(ours) if rooms.open.iter().map(|one| one.room.id).collect::<BTreeSet<_>>() != ours => {
                match self.wanted().await {
                    Ok(wanted) => {
                        rooms.wanted = wanted;
                        self.make_so(&mut rooms, &ours).await;
                    }
                    Err(error) => {
                        tracing::warn!(error = &error as &dyn std::error::Error, "the lobby's rooms can't be read");
                    }
                }
            }
            Ok(_) => {}
            Err(_lost) => self.0.hub.stop.cancel(),
        }
        let place = rooms.holding.as_ref().map(Holding::place);
        drop(rooms);
        if let Some(place) = place {
            self.0.hub.passes.number_guests(place, PLACES);
        }
    }

    /// The lobby is closed here: its rooms are the other nodes'.
    pub(crate) async fn let_go(&self) {
        self.0.rooms.lock().await.holding = None;
    }

    /// The other nodes have told something new of their rooms.
    pub(crate) async fn hear_of_rooms(&self) {
        let mut rooms = self.0.rooms.lock().await;
        let here = |id| rooms.open.iter().any(|one| one.room.id == id);
        let theirs = rooms.wanted.iter().filter(|facts| !here(facts.id)).map(|facts| (facts.id, self.told(facts.id)));
        let theirs: Vec<_> = theirs.filter_map(|(id, told)| Some((id, told?))).collect();
        let same = theirs.len() == rooms.elsewhere.len()
            && theirs
                .iter()
                .zip(&rooms.elsewhere)
                .all(|((id, told), known)| *id == known.id && SocketAddr::from(told.address) == known.address);
        if same {
            for ((_, told), known) in theirs.iter().zip(&rooms.elsewhere) {
                self.0.hub.directory.note(known, told.players, told.games);
            }
        } else {
            self.arrange(&mut rooms);
        }
    }

    /// Where each room listens, in their order.
    pub(crate) fn addresses(&self) -> Vec<(RoomId, SocketAddr)> {
        self.0.hub.directory.rooms().iter().map(|room| (room.id, room.address)).collect()
    }

    /// Sends somebody out of a room.
    pub async fn kick(&self, room: RoomId, number: PlayerNumber, reason: &str) {
        let rooms = self.0.rooms.lock().await;
        if let Some(one) = rooms.open.iter().find(|one| one.room.id == room) {
            self.send(one, Command::Kick { number, reason: reason.to_owned() });
        }
        drop(rooms);
    }

    /// Others may be muted in the whole hub than before: whatever words of theirs still stand in rooms are taken away.
    pub async fn hush(&self) {
        let rooms = self.0.rooms.lock().await;
        for one in &rooms.open {
            self.send(one, Command::Hush);
        }
        drop(rooms);
    }

    /// Has a room hear a line of a plugin's.
    pub async fn announce(&self, room: RoomId, from: &str, text: &str) {
        let rooms = self.0.rooms.lock().await;
        if let Some(one) = rooms.open.iter().find(|one| one.room.id == room) {
            self.send(one, Command::Announce { from: from.to_owned(), text: text.to_owned() });
        }
        drop(rooms);
    }

    /// The way into a room; `None`: it is not open.
    pub(crate) async fn door(&self, room: RoomId) -> Option<Arc<Door>> {
        let rooms = self.0.rooms.lock().await;
        let one = rooms.open.iter().find(|one| one.room.id == room)?;
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

    /// Which rooms are this node's to run: all, or its share.
    async fn ours(&self, rooms: &mut Rooms, at_once: bool) -> Result<BTreeSet<RoomId>, Lost> {
        if self.0.hub.stop.is_cancelled() {
            return Err(Lost);
        }
        let Rooms { wanted, open, holding, .. } = rooms;
        let wanted: Vec<RoomId> = wanted.iter().map(|facts| facts.id).collect();
        let Some(holding) = holding else { return Ok(wanted.into_iter().collect()) };
        let is_empty = |id| open.iter().find(|one| one.room.id == id).is_none_or(|one| one.room.counts() == (0, 0));
        holding.look(&wanted, is_empty, at_once).await
    }

    /// Opens, sets up anew and closes, until those are open here that are to be.
    async fn make_so(&self, rooms: &mut Rooms, ours: &BTreeSet<RoomId>) {
        let mut before = std::mem::take(&mut rooms.open);
        let mut new = Vec::new();
        for facts in rooms.wanted.iter().filter(|facts| ours.contains(&facts.id)) {
            match before.iter().position(|one| one.room.id == facts.id) {
                Some(place) => {
                    let one = before.swap_remove(place);
                    self.set_up_anew(&one, facts.clone());
                    rooms.open.push(one);
                }
                None => new.push((rooms.open.len() + new.len(), facts.clone())),
            }
        }
        for gone in before {
            gone.stop.cancel();
            self.send(&gone, Command::Close);
        }
        // After those that close: a new room may want the port of one of them.
        for (place, facts) in new {
            let id = facts.id;
            match self.open(facts, &rooms.open).await {
                Ok(one) => {
                    let place = place.min(rooms.open.len());
                    rooms.open.insert(place, one);
                }
                Err(error) => {
                    metrics::counter!("guildhall_lobby_room_failures_total").increment(1);
                    tracing::error!(
                        room.id = id.get(),
                        error = &error as &dyn std::error::Error,
                        "a room can't be opened"
                    );
                    if let Some(holding) = &mut rooms.holding {
                        holding.give_up(id).await;
                    }
                }
            }
        }
        self.arrange(rooms);
    }

    /// Lists the rooms in their order: those here, and those of other nodes as they tell them. One that no node runs is not listed.
    fn arrange(&self, rooms: &mut Rooms) {
        let hub = &self.0.hub;
        let mut listed = Vec::new();
        let before = std::mem::take(&mut rooms.elsewhere);
        for facts in &rooms.wanted {
            if let Some(one) = rooms.open.iter().find(|one| one.room.id == facts.id) {
                listed.push(Arc::clone(&one.room));
            } else if let Some(told) = self.told(facts.id) {
                let known = before.iter().find(|one| one.id == told.room && one.address == told.address.into());
                let room = known.cloned().unwrap_or_else(|| Arc::new(Listed::elsewhere(facts.clone(), told.address)));
                room.set(facts.clone());
                hub.directory.note(&room, told.players, told.games);
                rooms.elsewhere.push(Arc::clone(&room));
                listed.push(room);
            }
        }
        hub.directory.set(listed);
        let order = rooms.wanted.iter().map(|facts| facts.id).collect();
        self.0.audience.lobby_changed(Change::RoomsArranged { rooms: order });
    }

    fn told(&self, room: RoomId) -> Option<ToldRoom> {
        self.0.hub.nodes.as_ref()?.room(room)
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
        if this.hub.nodes.is_some() {
            crate::store::take_over(&this.db, Some(facts.id), this.clock.now()).await?;
        }
        let (listener, address) = self.bind(beside).await?;
        // In the order of those who run the hub: the rooms' own tasks start in any.
        let lines = this.audience.last_lines(facts.id);
        this.audience.lobby_changed(Change::RoomOpened { room: facts.shown(lines.clone()) });
        let room = Arc::new(match &this.hub.nodes {
            Some(nodes) => Listed::at(facts, address, nodes.address),
            None => Listed::new(facts, address),
        });
        let (inbox, commands) = mpsc::channel(this.hub.config.limits.inbox);
        let plan = this.plan(&room, recorder, inbox.downgrade());
        let stop = this.hub.stop.child_token();
        let door = Arc::new(Door { room: Arc::clone(&room), inbox: inbox.clone() });
        this.hub.tasks.spawn(keep_open(Arc::new(plan), commands, lines.into(), this.hub.stop.clone()));
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
        Plan::new(&self.hub, Arc::clone(room), inbox, recorder, &self.audience, &self.numbers, &self.clock)
    }
}

/// Listens there; says where that is.
pub(crate) async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let wrong = |source: io::Error| StartError::Bind { address, source };
    let listener = TcpListener::bind(address).await.map_err(wrong)?;
    let bound = listener.local_addr().map_err(wrong)?;
    Ok((listener, bound))
}
