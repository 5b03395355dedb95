//! What every connection is handed: the operator's choices, the desk that checks logins, and the rooms.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use base::{Chance, ChanceExt as _, Clock, network_of};
use metaserver_proto::{LoginConfig, LoginRequest, Proof, Refusal, TooOld, Welcome};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    catalogue::Catalogue,
    circles::Circles,
    config::Config,
    directory::Directory,
    gate::Gate,
    hosting::Helpers,
    hubs::Hubs,
    logon::{Denied, Known, Logon},
    nodes::{Nodes, Stamp},
    passes::{Passes, Token},
    seats::Seats,
    versions::Software,
    visitor::{Arrival, Visitor},
};

/// Shared by all connections.
pub(crate) struct Hub {
    pub(crate) config: Config,
    pub(crate) logon: Arc<dyn Logon>,
    pub(crate) chance: Arc<dyn Chance>,
    pub(crate) passes: Passes,
    pub(crate) seats: Seats,
    pub(crate) circles: Circles,
    pub(crate) directory: Arc<Directory>,
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) hubs: Hubs,
    /// The other nodes, where rooms are spread over several.
    pub(crate) nodes: Option<Arc<Nodes>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) hosting: Arc<Helpers>,
    /// What those are told whose game is too old.
    pub(crate) too_old: Arc<TooOld>,
    pub(crate) gate: Gate,
    pub(crate) tasks: TaskTracker,
    pub(crate) stop: CancellationToken,
    pub(crate) visits: AtomicU64,
}

impl Hub {
    /// With nobody in it and no room yet.
    pub(crate) fn new(
        config: Config,
        logon: Arc<dyn Logon>,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
        nodes: Option<Arc<Nodes>>,
        tasks: TaskTracker,
        stop: CancellationToken,
    ) -> Self {
        let hosting = Helpers::new(&config.hosting.tests, Arc::clone(&chance), tasks.clone(), stop.clone());
        Self {
            hosting: Arc::new(hosting),
            too_old: Arc::new(config.versions.too_old()),
            passes: Passes::new(config.limits.passes),
            seats: Seats::default(),
            circles: Circles::default(),
            gate: Gate::new(config.limits.connections, config.limits.connections_per_address),
            directory: Arc::new(Directory::new(config.public_ip)),
            catalogue: Arc::default(),
            hubs: Hubs::new(config.remote_hubs.clone(), Arc::clone(&logon)),
            nodes,
            clock,
            visits: AtomicU64::new(1),
            tasks,
            stop,
            config,
            logon,
            chance,
        }
    }

    pub(crate) const fn login_config(&self) -> LoginConfig {
        LoginConfig {
            minimum_version: self.config.minimum_version,
            minimum_build: self.config.minimum_build,
            in_clear: self.config.versions.in_clear(),
            myth_minimum_patch: self.config.versions.myth_minimum_patch,
            aleph_minimum_version: self.config.versions.aleph_one_minimum_version,
            aleph_https: self.config.aleph_one_https,
            aleph_clear_text: self.config.aleph_one_clear_text,
        }
    }

    /// A number for a connection, never given twice.
    pub(crate) fn next_visit(&self) -> u64 {
        self.visits.fetch_add(1, Ordering::Relaxed)
    }

    /// Eight bytes to begin a connection's stream of padding with.
    pub(crate) fn grain(&self) -> u64 {
        u64::from_le_bytes(self.chance.bytes())
    }

    /// Decides about a login. `peer` is where it comes from, `here` the address of ours that it reached.
    pub(crate) async fn check(
        &self,
        request: LoginRequest,
        peer: SocketAddr,
        here: Option<IpAddr>,
    ) -> Result<(Welcome, Token), Refusal> {
        let (software, here_by_ipv4) = (Software::of(&request), here.and_then(ipv4));
        if self.config.public_ip.or(here_by_ipv4).is_none() && !software.knows_where_it_is() {
            return Err(Refusal::NoIpv4);
        }
        let name = request.user_name.plain().to_string();
        let account = match &request.proof {
            Proof::Guest => None,
            Proof::Password(password) => {
                Some(self.logon.check_game_password(&name, &password.to_string(), peer.ip()).await.map_err(refusal)?)
            }
            Proof::HttpsToken(token) => Some(self.logon.redeem_token(&name, token, peer.ip()).await.map_err(refusal)?),
        };
        if !self.logon.is_welcome(account.as_ref().map(|account| account.user), peer.ip()).await {
            return Err(Refusal::Locked);
        }
        let known = match &account {
            Some(account) => self.logon.known_of(account.user).await,
            None => Known::default(),
        };
        let arrival = Arrival {
            number: self.passes.number(account.as_ref().map(|account| account.user)),
            dialect: request.dialect,
            user_name: request.user_name,
            look: request.player,
            address: ipv4(peer.ip()),
            network: network_of(peer.ip()),
            software,
            here,
            known,
        };
        let visitor = if let Some(account) = account {
            Visitor::member(arrival, account.user, account.role, &account.name)
        } else {
            let visitor = Visitor::guest(arrival);
            self.admit_guest(&visitor).await?;
            visitor
        };
        let rooms = self.directory.at_login(&visitor, here_by_ipv4);
        if rooms.is_empty() {
            return Err(if visitor.is_guest() { Refusal::NoGuests } else { Refusal::Unavailable });
        }
        let (player_id, player) = (visitor.number.0, visitor.look.clone());
        let order = visitor.order_as_told(request.dialect);
        let visitor = Arc::new(visitor);
        let token = self.passes.issue(Arc::clone(&visitor), &*self.chance).ok_or(Refusal::Full)?;
        if let Some(nodes) = &self.nodes
            && !nodes.keep_pass(&token, &visitor).await
        {
            self.passes.stays_here(&token);
        }
        Ok((Welcome { player_id, order, token, player, rooms }, token))
    }

    /// Has a pass of another node at hand, if it is one and good.
    pub(crate) async fn fetch_pass(&self, token: &Token) {
        let Some(nodes) = self.nodes.as_ref().filter(|_| self.passes.dialect(token).is_none()) else { return };
        match nodes.find_pass(token).await {
            Ok(Some(visitor)) => {
                self.passes.adopt(*token, Arc::new(visitor));
            }
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a pass of another node can't be read");
            }
        }
    }

    /// The holder of a pass comes into a room by that connection: the other nodes are told, and may know better. Says which pass it is of all.
    pub(crate) async fn take_pass(&self, token: &Token, visit: u64) -> Result<Stamp, Refusal> {
        let Some(nodes) = self.nodes.as_ref().filter(|_| !self.passes.is_here_alone(token)) else {
            return Ok(Stamp::default());
        };
        self.fetch_pass(token).await;
        match nodes.take_pass(token, visit).await {
            Ok(stamp) => stamp.ok_or(Refusal::NotLoggedIn),
            // Nobody waits for a database that is away, whose pass is at hand.
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the other nodes can't be told who comes in");
                Ok(Stamp::default())
            }
        }
    }

    async fn admit_guest(&self, guest: &Visitor) -> Result<(), Refusal> {
        if !self.logon.guests_allowed() {
            return Err(Refusal::NoGuests);
        }
        if self.logon.is_name_taken(&guest.name).await {
            return Err(Refusal::GuestNameTaken);
        }
        Ok(())
    }
}

const fn refusal(denied: Denied) -> Refusal {
    match denied {
        Denied::WrongCredentials => Refusal::BadLogin,
        Denied::Locked => Refusal::Locked,
        Denied::Unavailable => Refusal::Unavailable,
    }
}

/// The address in the only form the protocol has (spec section 21, U1).
pub(crate) const fn ipv4(address: IpAddr) -> Option<Ipv4Addr> {
    match address.to_canonical() {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(_) => None,
    }
}
