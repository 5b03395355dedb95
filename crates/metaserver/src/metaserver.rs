//! Starts everything: reads the rooms, opens the ports, sets the tasks going.

use std::{io, net::SocketAddr, sync::Arc};

use base::{Chance, Clock, OrderId, RoomId, UserId};
use db::Db;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    audience::Audience,
    caretaker::{Caretaker, Means, bind},
    config::Config,
    game_numbers::GameNumbers,
    hosting::Proxy,
    hub::Hub,
    listener::{Port, keep_listening},
    logon::Logon,
    nodes::{Holding, Nodes, PLACES, Together, keep},
    reception::Reception,
    record::{self, Recorder},
    store,
    unheard::Unseated,
    usher::Usher,
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

/// Shows people out of the lobby whom those who keep order, or those who run the hub, no longer let in, and tells those within when their
/// company changes. Clones are the same one.
#[derive(Clone)]
pub struct Doorman(Arc<Hub>);

impl Doorman {
    /// Ends the connection of an account, wherever in the lobby it is, and takes its pass away: it would have to log on again.
    pub fn show_out(&self, user: UserId) {
        // The page first: it would take the place of the game.
        let page = self.0.seats.remove(user).map(|seat| seat.give_up(&self.0.tasks, Unseated::ShutOut)).is_some();
        if let Some(nodes) = &self.0.nodes {
            nodes.revoke_pass(user);
        }
        if self.0.passes.remove(user) || page {
            tracing::info!(target: "security", act = "shown_out", user.id = user.get(), "shown out of the lobby");
        }
    }

    /// Somebody's friends changed, or whom they let see that they are here: tables are drawn anew, theirs and their friends'.
    pub fn company_changed(&self, user: UserId) {
        self.0.circles.changed(user);
    }

    /// An order changed; `user`: whoever came to it or left it.
    pub fn order_changed(&self, order: OrderId, user: Option<UserId>) {
        self.0.circles.order_changed(order, user);
    }

    /// Nobody knows what was missed: everybody's company is read anew.
    pub fn all_company_changed(&self) {
        self.0.circles.all_changed();
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
    /// There are fewer ports after the first of the host proxy than it is to have.
    #[error(
        "there are fewer ports from {first} on than the host proxy is to have; choose a lower first one, or fewer pairs"
    )]
    ProxyPorts {
        /// The first of its ports.
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
    /// Opens the lobby, to people of the `reception` too. Every task is spawned on `tasks` and ends when `stop` is cancelled.
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
        reception: &Reception,
        together: Option<Together>,
        tasks: TaskTracker,
        stop: CancellationToken,
    ) -> Result<Running, StartError> {
        if let Some(films) = &config.films {
            films.forget_unfinished(together.is_some()).await;
        }
        let (login, login_address) = bind(config.login_address).await?;
        let (others, holding, numbers) = match together {
            None => {
                store::take_over(&db, None, clock.now()).await?;
                (None, None, GameNumbers::after(store::last_game_id(&db).await?))
            }
            Some(Together { node, claim, address }) => {
                let nodes = Nodes::new(db.clone(), Arc::clone(&clock), tasks.clone(), node, address);
                let numbers = GameNumbers::default();
                let bulletins = nodes.arrive().await?;
                nodes.supply(&numbers).await?;
                let told = SocketAddr::new(address.into(), login_address.port()).to_string();
                (Some((Arc::new(nodes), bulletins)), Some(Holding::begin(db.clone(), claim, told).await?), numbers)
            }
        };
        let numbers = Arc::new(numbers);

        let (recorder, records) = Recorder::new();
        tasks.spawn(record::keep(db.clone(), records, stop.clone()));
        let nodes = others.as_ref().map(|(nodes, _)| Arc::clone(nodes));
        let hub = Arc::new(Hub::new(config, logon, Arc::clone(&clock), chance, nodes, tasks.clone(), stop.clone()));
        if let Some(holding) = &holding {
            hub.passes.number_guests(holding.place(), PLACES);
        }
        if let Some(wanted) = hub.config.hosting.proxy.clone() {
            let (listens, told) = (hub.config.login_address.ip(), hub.config.public_ip);
            hub.hosting.engage(Proxy::open(wanted, listens, told, hub.gate.clone(), &tasks, &stop).await?);
        }
        let (hub_of_rooms, weak) = (Arc::clone(&hub), recorder.downgrade());
        let (numbers_of_rooms, recorder_of_rooms) = (Arc::clone(&numbers), weak);
        let caretaker = Caretaker::new(Means {
            hub: hub_of_rooms,
            db,
            audience,
            recorder: recorder_of_rooms,
            numbers: numbers_of_rooms,
            clock,
            holding,
        });
        caretaker.open_all().await?;
        if let Some((nodes, bulletins)) = others {
            // It keeps the records open as long as it may open rooms: at times a node has none.
            let talking = keep(Arc::clone(&hub), nodes, bulletins, caretaker.clone(), numbers, stop.clone());
            tasks.spawn(async move {
                talking.await;
                drop(recorder);
            });
        } else {
            drop(recorder);
        }
        tasks.spawn(keep_listening(Arc::clone(&hub), login, Port::Login, stop.clone()));
        reception.open(Usher::new(Arc::clone(&hub), caretaker.clone()), &tasks, stop);

        tracing::info!(lobby.address = %login_address, "the lobby is open");
        Ok(Running { login_address, doorman: Doorman(hub), caretaker })
    }
}
