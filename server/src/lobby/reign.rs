//! Which node runs the lobby: of those that may, whichever has the claim, and when it goes another takes over by itself. Or all of them
//! together, where its rooms are spread over nodes: then each has a part in the claim.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use accounts::Accounts;
use base::{Chance, Clock, RoomId};
use db::{Claim, Claimed, Db, Engine};
use live::Board;
use metaserver::{CLAIM, Caretaker, Doorman, Reception, Running, Together};
use tokio_util::sync::CancellationToken;

use crate::{
    chat::LobbyCommands, checks::Checks, config::Settings, lifecycle::Lifecycle, mirror, order::Order,
    wiring::StartError,
};

/// How often whoever has the claim looks whether it still does, and whoever has not whether it is free.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// So often in a row it has to be free before another node takes it: one whose connection broke, or that is started again, comes first.
const LOOKS: u32 = 3;
/// How long a node that could not open the lobby leaves it to the others.
const AFTER_FAILURE: Duration = Duration::from_secs(15);

/// What this node knows of the lobby. Clones are the same.
#[derive(Clone)]
pub struct Lobby {
    known: Arc<RwLock<Known>>,
    /// Where people of this node's pages come to get into rooms, whichever node runs them.
    pub reception: Reception,
}

struct Known {
    /// Where players find it, as they are told.
    told: String,
    /// Where it listens, and who looks after it, while it is run here.
    here: Option<Here>,
}

#[derive(Clone)]
struct Here {
    address: SocketAddr,
    doorman: Doorman,
    caretaker: Caretaker,
}

impl Lobby {
    pub(crate) fn new(told: String, reception: Reception) -> Self {
        Self { known: Arc::new(RwLock::new(Known { told, here: None })), reception }
    }

    /// Where players find it, on whichever node it is.
    pub fn address(&self) -> String {
        self.known.read().unwrap_or_else(PoisonError::into_inner).told.clone()
    }

    /// Where it listens, while this node runs it.
    pub fn listens_at(&self) -> Option<SocketAddr> {
        self.here().map(|here| here.address)
    }

    /// Who shows people out, while this node runs it.
    pub(crate) fn doorman(&self) -> Option<Doorman> {
        self.here().map(|here| here.doorman)
    }

    /// Who keeps its rooms as they are wanted, while this node runs it.
    pub(crate) fn caretaker(&self) -> Option<Caretaker> {
        self.here().map(|here| here.caretaker)
    }

    fn here(&self) -> Option<Here> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).here.clone()
    }

    /// Whether this node runs a room.
    pub fn runs(&self, room: RoomId) -> bool {
        self.reception.runs(room)
    }

    /// It is run elsewhere, and found there; here too, perhaps.
    pub(crate) fn is_elsewhere(&self, told: String) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if !told.is_empty() && known.here.is_none() {
            known.told = told;
        }
    }

    fn is_here(&self, told: String, here: Here) {
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Known { told, here: Some(here) };
    }

    fn has_closed_here(&self) {
        self.known.write().unwrap_or_else(PoisonError::into_inner).here = None;
    }
}

/// Where players find the lobby that some node on this database runs; `None`: none does.
pub(crate) async fn find(db: &Db) -> Result<Option<String>, db::Error> {
    db.claimed(CLAIM).await
}

/// A node that may run the lobby, and what it takes to open one.
#[derive(Clone)]
pub(crate) struct Candidate {
    pub(crate) settings: Settings,
    pub(crate) accounts: Accounts,
    pub(crate) order: Order,
    pub(crate) ranking: ranking::Ranking,
    pub(crate) orders: orders::Orders,
    pub(crate) films: metaserver::Films,
    pub(crate) checks: Checks,
    pub(crate) chat: LobbyCommands,
    pub(crate) board: Board,
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<dyn Chance>,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) lobby: Lobby,
    /// What other nodes know this one by.
    pub(crate) node: String,
}

/// The lobby, run here until `end`, which closes it, and nothing else of this node.
enum Reign {
    Alone {
        claim: Claim,
        end: CancellationToken,
    },
    /// With other nodes. Whoever looks after its rooms holds the claim, and ends it when the claim is lost.
    Together {
        end: CancellationToken,
    },
}

impl Candidate {
    /// Opens the lobby here, or stands by where another node runs it already. What keeps it from opening keeps the node from starting.
    pub(crate) async fn stand(self) -> Result<(), StartError> {
        let stop = self.lifecycle.stop.clone();
        if self.spreads() && self.reached_at().is_none() {
            return Err("lobby.spread: players who logged in at another node can't be told where this one is: set \
                        metaserver_public_ip, or metaserver_addr to an IPv4 address of this machine"
                .into());
        }
        let reign = match self.claim().await? {
            Claimed::Alone => return self.open(None, stop).await,
            Claimed::Ours(claim) => Some(self.begin(claim).await?),
            Claimed::Taken => {
                tracing::info!("another node runs the lobby; this one takes over when it goes");
                None
            }
        };
        let tasks = self.lifecycle.tasks.clone();
        tasks.spawn(Box::pin(self.take_turns(reign)));
        Ok(())
    }

    /// Whether its rooms are spread over nodes.
    fn spreads(&self) -> bool {
        self.settings.lobby.spread && self.db.engine() == Engine::Postgres
    }

    /// Where players reach this node, wherever they logged in.
    fn reached_at(&self) -> Option<Ipv4Addr> {
        let listens = match self.settings.metaserver_addr.ip() {
            IpAddr::V4(ip) => Some(ip).filter(|ip| !ip.is_unspecified()),
            IpAddr::V6(_) => None,
        };
        self.settings.metaserver_public_ip.or(listens)
    }

    /// The lobby for this node alone, or its part in it.
    async fn claim(&self) -> Result<Claimed, db::Error> {
        if self.spreads() { self.db.share(CLAIM).await } else { self.db.claim(CLAIM).await }
    }

    async fn take_turns(self, mut reign: Option<Reign>) {
        while !self.lifecycle.stop.is_cancelled() {
            reign = match reign {
                Some(ours) => {
                    self.hold(ours).await;
                    None
                }
                None => self.wait().await,
            };
        }
    }

    /// Opens the lobby until `end`.
    async fn open(&self, together: Option<Together>, end: CancellationToken) -> Result<(), StartError> {
        let own = (self.db.engine() == Engine::Postgres).then(|| Board::new(Arc::clone(&self.clock), 0));
        let running = super::start(self, own.clone(), together, end.clone()).await?;
        let Running { login_address: address, doorman, caretaker } = running;
        let told = told_address(address, &self.settings);
        self.lobby.is_here(told, Here { address, doorman, caretaker });
        if let Some(own) = own {
            self.lifecycle.tasks.spawn(mirror::share(own, self.db.clone(), self.node.clone(), end));
        }
        Ok(())
    }

    async fn begin(&self, mut claim: Claim) -> Result<Reign, StartError> {
        let end = self.lifecycle.stop.child_token();
        if let Some(address) = self.reached_at().filter(|_| self.spreads()) {
            let together = Together { node: self.node.clone(), claim, address };
            self.open(Some(together), end.clone()).await?;
            self.lifecycle.tasks.spawn(self.show(end.clone()));
            return Ok(Reign::Together { end });
        }
        self.open(None, end.clone()).await?;
        if let Err(error) = claim.say(&self.lobby.address()).await {
            // It is as good as lost, which is found out at the first look.
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the other nodes can't be told where the lobby is"
            );
        }
        Ok(Reign::Alone { claim, end })
    }

    /// Shows the rooms that other nodes run, until `stop`.
    fn show(&self, stop: CancellationToken) -> impl Future<Output = ()> + Send + 'static {
        mirror::show(self.board.clone(), self.db.clone(), self.lobby.clone(), self.node.clone(), stop)
    }

    /// Runs the lobby until the stop, or until another node has it; then it is closed here.
    async fn hold(&self, reign: Reign) {
        let end = match reign {
            Reign::Alone { claim, end } => {
                self.keep(claim, &end).await;
                end
            }
            Reign::Together { end } => {
                end.cancelled().await;
                end
            }
        };
        if !self.lifecycle.stop.is_cancelled() {
            tracing::warn!("another node has taken the lobby over: it closes here, and players log on there");
            self.lobby.has_closed_here();
            end.cancel();
        }
    }

    /// Keeps the claim until `end`, or until another node has it.
    async fn keep(&self, claim: Claim, end: &CancellationToken) {
        let mut held = Some(claim);
        loop {
            tokio::select! {
                () = end.cancelled() => return,
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
            if let Some(claim) = &mut held
                && claim.check().await.is_ok()
            {
                continue;
            }
            held = match self.db.claim(CLAIM).await {
                // The connection was lost, and nobody was quicker.
                Ok(Claimed::Ours(mut claim)) => claim.say(&self.lobby.address()).await.is_ok().then_some(claim),
                Ok(Claimed::Taken) => return,
                // The database is away; nobody else gets it meanwhile.
                Ok(Claimed::Alone) | Err(_) => None,
            };
        }
    }

    /// Shows the lobby of another node until there is none any more, and opens one here.
    async fn wait(&self) -> Option<Reign> {
        let stop = &self.lifecycle.stop;
        let shows = stop.child_token();
        let shown = self.lifecycle.tasks.spawn(self.show(shows.clone()));
        let claim = self.claim_when_free().await;
        shows.cancel();
        // Whatever it still had in hand is on the board before the new lobby is.
        shown.await.ok();
        let claim = claim?;
        tracing::info!("nobody runs the lobby any more: it opens here");
        match self.begin(claim).await {
            Ok(reign) => Some(reign),
            Err(error) => {
                tracing::error!(error = &*error as &dyn std::error::Error, "the lobby can't be opened here");
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = tokio::time::sleep(AFTER_FAILURE) => {}
                }
                None
            }
        }
    }

    /// `None`: at the stop.
    async fn claim_when_free(&self) -> Option<Claim> {
        let mut free = 0;
        loop {
            tokio::select! {
                () = self.lifecycle.stop.cancelled() => return None,
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
            free = match find(&self.db).await {
                Ok(None) => free + 1,
                // A database that is away says nothing about the lobby.
                Ok(Some(_)) | Err(_) => 0,
            };
            if free >= LOOKS
                && let Ok(Claimed::Ours(claim)) = self.claim().await
            {
                return Some(claim);
            }
        }
    }
}

/// The address told to players where classic clients log on.
pub(crate) fn told_address(listening: SocketAddr, settings: &Settings) -> String {
    match settings.metaserver_public_ip {
        Some(ip) => SocketAddr::new(ip.into(), listening.port()).to_string(),
        None => listening.to_string(),
    }
}
