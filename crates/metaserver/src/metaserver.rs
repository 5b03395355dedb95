//! Starts everything: reads the rooms, opens the ports, sets the tasks going.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64},
    },
};

use base::{Chance, Clock, RoomId, UserId};
use contract::lobby::Change;
use db::Db;
use tokio::{net::TcpListener, sync::mpsc};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    audience::Audience,
    config::Config,
    directory::Directory,
    gate::Gate,
    hub::Hub,
    listener::{Port, keep_listening},
    logon::Logon,
    passes::Passes,
    record::{self, Recorder},
    room::{Door, Plan, keep_open},
    store,
};

/// The lobby.
#[derive(Debug)]
pub struct Metaserver;

/// A lobby that is open. It stops with the token it was started with.
#[derive(Clone)]
pub struct Running {
    /// Where the login server listens.
    pub login_address: SocketAddr,
    /// Where each room listens, in the operator's order.
    pub rooms: Vec<(RoomId, SocketAddr)>,
    /// Shows people out.
    pub doorman: Doorman,
}

/// Shows people out of the lobby whom those who keep order, or those who run the hub, no longer let in. Clones are the same one.
#[derive(Clone)]
pub struct Doorman(Arc<Hub>);

impl Doorman {
    /// Ends the connection of an account, wherever in the lobby it is, and takes its pass away: it would have to log on again.
    pub fn show_out(&self, user: UserId) {
        if self.0.passes.remove(user) {
            tracing::info!(target: "security", act = "shown_out", user.id = user.get(), "shown out of the lobby");
        }
    }
}

/// Why the lobby could not open. An operator reads it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A port cannot be had.
    #[error("the lobby cannot listen on {address}; is another program using that port?")]
    Bind {
        /// Which.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// There are more rooms than ports after the first.
    #[error("there are more rooms than ports from {first} on; choose a lower first room port")]
    Ports {
        /// The first room's port.
        first: u16,
    },
    /// The database did not answer.
    #[error("the lobby's rooms cannot be read")]
    Database(#[from] db::Error),
}

impl Metaserver {
    /// Opens the lobby. Every task is spawned on `tasks` and ends when `stop` is cancelled.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is a thing of its own that only the wiring has, and it calls this once"
    )]
    pub async fn start(
        config: Config,
        db: Db,
        logon: Arc<dyn Logon>,
        audience: Arc<dyn Audience>,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
        tasks: TaskTracker,
        stop: CancellationToken,
    ) -> Result<Running, StartError> {
        let ended = store::end_open_games(&db, clock.now()).await?;
        if ended > 0 {
            tracing::info!(games = ended, "games that an earlier run left open have ended");
        }
        let game_ids = Arc::new(AtomicI64::new(store::last_game_id(&db).await?));
        let rooms = store::list_rooms(&db).await?;

        let login = bind(config.login_address).await?;
        let login_address = address_of(&login, config.login_address)?;
        let mut listeners = Vec::new();
        let mut listed = Vec::new();
        for (index, mut facts) in rooms.into_iter().enumerate() {
            facts.capacity = config.limits.room_capacity.unwrap_or(facts.capacity);
            let address = SocketAddr::new(config.login_address.ip(), room_port(config.first_room_port, index)?);
            let listener = bind(address).await?;
            listed.push((facts, address_of(&listener, address)?));
            listeners.push(listener);
        }
        let directory = Arc::new(Directory::new(listed, config.public_ip));

        let (recorder, records) = Recorder::new();
        tasks.spawn(record::keep(db, records, stop.clone()));
        let inbox_size = config.limits.inbox;
        let hub = Arc::new(Hub {
            passes: Passes::new(config.limits.passes),
            gate: Gate::new(config.limits.connections, config.limits.connections_per_address),
            directory: Arc::clone(&directory),
            visits: AtomicU64::new(1),
            tasks: tasks.clone(),
            stop: stop.clone(),
            config,
            logon,
            chance,
        });
        // In the operator's order: the rooms' own tasks start in any.
        for room in directory.rooms() {
            audience.lobby_changed(Change::RoomOpened { room: room.facts.shown(Vec::new()) });
        }
        for (index, listener) in listeners.into_iter().enumerate() {
            let (inbox, commands) = mpsc::channel(inbox_size);
            let plan = Arc::new(Plan {
                index,
                directory: Arc::clone(&directory),
                audience: Arc::clone(&audience),
                logon: Arc::clone(&hub.logon),
                recorder: recorder.clone(),
                game_ids: Arc::clone(&game_ids),
                clock: Arc::clone(&clock),
                inbox: inbox.downgrade(),
            });
            let door = Arc::new(Door { facts: directory.room(index).facts.clone(), inbox });
            tasks.spawn(keep_open(plan, commands, stop.clone()));
            tasks.spawn(keep_listening(Arc::clone(&hub), listener, Port::Room(door)));
        }
        tasks.spawn(keep_listening(Arc::clone(&hub), login, Port::Login));

        let rooms = directory.rooms().iter().map(|room| (room.facts.id, room.address)).collect();
        tracing::info!(lobby.address = %login_address, "the lobby is open");
        Ok(Running { login_address, rooms, doorman: Doorman(hub) })
    }
}

fn room_port(first: Option<u16>, index: usize) -> Result<u16, StartError> {
    let Some(first) = first else { return Ok(0) };
    u16::try_from(index).ok().and_then(|index| first.checked_add(index)).ok_or(StartError::Ports { first })
}

async fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|source| StartError::Bind { address, source })
}

fn address_of(listener: &TcpListener, asked: SocketAddr) -> Result<SocketAddr, StartError> {
    listener.local_addr().map_err(|source| StartError::Bind { address: asked, source })
}
