//! What the lobby asks of the other domains: who may log on, and who wants to know what happens in it.

use std::{net::IpAddr, sync::Arc, time::Duration};

use accounts::{Accounts, GameLogin};
use base::{Actor, Chance, Clock, Kind, UserId};
use contract::lobby::Change;
use db::{Claim, Claimed, Db};
use futures::future::BoxFuture;
use live::Board;
use metaserver::{Account, Audience, Config, Denied, Keepalive, Limits, Logon, Metaserver, Running};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{config::Settings, lifecycle::Lifecycle, order::Order, wiring::StartError};

/// The accounts, as the lobby sees them.
struct GamePasswords {
    accounts: Accounts,
    order: Order,
}

impl Logon for GamePasswords {
    fn guests_allowed(&self) -> bool {
        self.accounts.site_at_hand().lobby_guests
    }

    fn check_game_password<'a>(
        &'a self,
        name: &'a str,
        password: &'a str,
        address: IpAddr,
    ) -> BoxFuture<'a, Result<Account, Denied>> {
        Box::pin(async move { answer(self.accounts.check_game_password(name, password, Some(address)).await) })
    }

    fn redeem_token<'a>(
        &'a self,
        name: &'a str,
        token: &'a [u8; 16],
        _address: IpAddr,
    ) -> BoxFuture<'a, Result<Account, Denied>> {
        Box::pin(async move { answer(self.accounts.redeem_lobby_token(name, token).await) })
    }

    fn is_name_taken<'a>(&'a self, name: &'a str) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            match self.accounts.find_user(&Actor::Job, name).await {
                Ok(found) => found.is_some() || self.order.is_name_barred(name).await,
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "a guest's name can't be looked up");
                    true
                }
            }
        })
    }

    fn is_welcome(&self, user: Option<UserId>, address: IpAddr) -> BoxFuture<'_, bool> {
        Box::pin(self.order.is_welcome(user, address))
    }

    fn may_talk(&self, user: UserId) -> bool {
        !self.order.moderation.is_muted(user)
    }

    fn may_whisper(&self, from: UserId, to: UserId) -> bool {
        self.order.quiet.may_whisper(from, to)
    }
}

fn answer(result: Result<GameLogin, accounts::Error>) -> Result<Account, Denied> {
    match result {
        Ok(login) => Ok(Account { user: login.user, name: login.name, role: login.role }),
        Err(accounts::Error::Locked) => Err(Denied::Locked),
        Err(error) => match error.kind() {
            Kind::Unavailable => Err(Denied::Unavailable),
            Kind::Internal => {
                tracing::error!(error = &error as &dyn std::error::Error, "a game password can't be checked");
                Err(Denied::Unavailable)
            }
            _ => Err(Denied::WrongCredentials),
        },
    }
}

/// The live board, as the lobby sees it.
struct Everybody(Board);

impl Audience for Everybody {
    fn lobby_changed(&self, change: Change) {
        self.0.lobby_changed(change);
    }
}

/// The number under which a node claims the lobby.
const CLAIM: u32 = 7_165_414;
/// How long a node that starts waits for one that has just gone: its connection may outlive it for a moment.
const PATIENCE: Duration = Duration::from_secs(10);
const AGAIN: Duration = Duration::from_millis(250);
/// How often a node that has the claim looks whether it still does.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// Sees to it that no other node on this database runs the lobby: two would end each other's games, and give two games one number.
pub(crate) async fn claim(db: &Db, lifecycle: &Lifecycle) -> Result<(), StartError> {
    let began = Instant::now();
    loop {
        match db.claim(CLAIM).await? {
            Claimed::Alone => return Ok(()),
            Claimed::Ours(claim) => {
                lifecycle.tasks.spawn(keep(claim, db.clone(), lifecycle.stop.clone()));
                return Ok(());
            }
            Claimed::Taken if began.elapsed() < PATIENCE => tokio::time::sleep(AGAIN).await,
            Claimed::Taken => {
                return Err(
                    "another node on this database runs the lobby; set lobby.enabled to false on this one".into()
                );
            }
        }
    }
}

/// Whether any node on this database runs the lobby.
pub(crate) async fn is_run(db: &Db) -> Result<bool, db::Error> {
    db.is_claimed(CLAIM).await
}

/// Holds the claim until `stop`, and claims again what a lost connection gave away.
async fn keep(claim: Claim, db: Db, stop: CancellationToken) {
    let mut held = Some(claim);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        if let Some(claim) = &mut held
            && claim.check().await.is_ok()
        {
            continue;
        }
        held = match db.claim(CLAIM).await {
            Ok(Claimed::Ours(claim)) => Some(claim),
            Ok(Claimed::Taken) => {
                tracing::error!(
                    "another node has opened a lobby on this database as well: set lobby.enabled to false on one of them, and restart it"
                );
                None
            }
            // The database is away; nobody else gets it meanwhile.
            Ok(Claimed::Alone) | Err(_) => None,
        };
    }
}

/// Starts the lobby with the limits of the configuration.
#[expect(
    clippy::too_many_arguments,
    reason = "each is a thing of its own that only the wiring has, and it calls this once"
)]
pub(crate) async fn start(
    settings: &Settings,
    accounts: &Accounts,
    order: &Order,
    board: &Board,
    db: &Db,
    clock: &Arc<dyn Clock>,
    chance: &Arc<dyn Chance>,
    lifecycle: &Lifecycle,
) -> Result<Running, StartError> {
    let given = &settings.lobby;
    let config = Config {
        first_room_port: settings.metaserver_room_ports,
        public_ip: settings.metaserver_public_ip,
        aleph_one_clear_text: given.aleph_one_clear_text,
        limits: Limits {
            connections: given.connections,
            connections_per_address: given.connections_per_address,
            room_capacity: given.room_capacity,
            chat_burst: given.chat_burst,
            chat_per_second: given.chat_per_second,
            packet_burst: given.packet_burst,
            packets_per_second: given.packets_per_second,
            first_packet: Duration::from_secs(given.first_packet_secs),
            login: Duration::from_secs(given.login_secs),
            write_stall: Duration::from_secs(given.write_stall_secs),
            outbox_packets: given.outbox_packets,
            outbox_bytes: given.outbox_bytes,
            inbox: given.room_inbox,
            passes: given.passes,
            aleph_one_keepalive: Keepalive {
                ping_after: Duration::from_secs(given.aleph_one_ping_secs),
                gone_after: Duration::from_secs(given.aleph_one_gone_secs),
            },
            myth_keepalive: Keepalive {
                ping_after: Duration::from_secs(given.myth_ping_secs),
                gone_after: Duration::from_secs(given.myth_gone_secs),
            },
        },
        minimum_version: given.myth_minimum_version,
        minimum_build: given.myth_minimum_build,
        ..Config::at(settings.metaserver_addr)
    };
    let running = Metaserver::start(
        config,
        db.clone(),
        Arc::new(GamePasswords { accounts: accounts.clone(), order: order.clone() }),
        Arc::new(Everybody(board.clone())),
        Arc::clone(clock),
        Arc::clone(chance),
        lifecycle.tasks.clone(),
        lifecycle.stop.clone(),
    )
    .await?;
    Ok(running)
}
