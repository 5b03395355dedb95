//! What every connection is handed: the operator's choices, the desk that checks logins, and the rooms.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use base::{Chance, ChanceExt as _, network_of};
use metaserver_proto::{LoginConfig, LoginRequest, Proof, Refusal, Welcome};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    config::Config,
    directory::Directory,
    gate::Gate,
    logon::{Denied, Known, Logon},
    passes::{Passes, Token},
    visitor::{Arrival, Visitor},
};

/// Shared by all connections.
pub(crate) struct Hub {
    pub(crate) config: Config,
    pub(crate) logon: Arc<dyn Logon>,
    pub(crate) chance: Arc<dyn Chance>,
    pub(crate) passes: Passes,
    pub(crate) directory: Arc<Directory>,
    pub(crate) gate: Gate,
    pub(crate) tasks: TaskTracker,
    pub(crate) stop: CancellationToken,
    pub(crate) visits: AtomicU64,
}

impl Hub {
    pub(crate) const fn login_config(&self) -> LoginConfig {
        LoginConfig {
            minimum_version: self.config.minimum_version,
            minimum_build: self.config.minimum_build,
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
        here: Option<Ipv4Addr>,
    ) -> Result<(Welcome, Token), Refusal> {
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
            known,
        };
        let visitor = if let Some(account) = account {
            Visitor::member(arrival, account.user, account.role, &account.name)
        } else {
            let visitor = Visitor::guest(arrival);
            self.admit_guest(&visitor).await?;
            visitor
        };
        let rooms = self.directory.at_login(&visitor, here);
        if rooms.is_empty() {
            return Err(if visitor.is_guest() { Refusal::NoGuests } else { Refusal::Unavailable });
        }
        let (player_id, player) = (visitor.number.0, visitor.look.clone());
        let order = match visitor.dialect {
            metaserver_proto::Dialect::Myth2 => -1,
            metaserver_proto::Dialect::AlephOne => 0,
        };
        let token = self.passes.issue(Arc::new(visitor), &*self.chance).ok_or(Refusal::Full)?;
        Ok((Welcome { player_id, order, token, player, rooms }, token))
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
