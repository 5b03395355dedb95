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
use db::Db;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    audience::Audience,
    caretaker::{Caretaker, Means, bind},
    config::Config,
    directory::Directory,
    gate::Gate,
    hub::Hub,
    listener::{Port, keep_listening},
    logon::Logon,
    passes::Passes,
    record::{self, Recorder},
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
    /// Shows people out.
    pub doorman: Doorman,
    /// Keeps the rooms as they are wanted.
    pub caretaker: Caretaker,
}

impl Running {
    /// Where each room listens, in their order.
    pub fn rooms(&self) -> Vec<(RoomId, SocketAddr)> {
        self.caretaker.addresses()
    }
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
    /// The hub stops.
    #[error("the hub stops")]
    Stopping,
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
        let settled = store::settle_reported(&db, clock.now()).await?;
        if settled > 0 {
            tracing::info!(games = settled, "reports that an earlier run had taken became results");
        }
        let game_ids = Arc::new(AtomicI64::new(store::last_game_id(&db).await?));
        let (login, login_address) = bind(config.login_address).await?;

        let (recorder, records) = Recorder::new();
        tasks.spawn(record::keep(db.clone(), records, stop.clone()));
        let hub = Arc::new(Hub {
            passes: Passes::new(config.limits.passes),
            gate: Gate::new(config.limits.connections, config.limits.connections_per_address),
            directory: Arc::new(Directory::new(config.public_ip)),
            visits: AtomicU64::new(1),
            tasks: tasks.clone(),
            stop: stop.clone(),
            config,
            logon,
            chance,
        });
        let (hub_of_rooms, weak) = (Arc::clone(&hub), recorder.downgrade());
        let caretaker = Caretaker::new(Means { hub: hub_of_rooms, db, audience, recorder: weak, game_ids, clock });
        caretaker.open_all().await?;
        drop(recorder);
        tasks.spawn(keep_listening(Arc::clone(&hub), login, Port::Login, stop));

        tracing::info!(lobby.address = %login_address, "the lobby is open");
        Ok(Running { login_address, doorman: Doorman(hub), caretaker })
    }
}
