//! What the lobby asks of the other domains: who may log on, and who wants to know what happens in it.

use std::{net::IpAddr, sync::Arc};

use accounts::{Accounts, GameLogin};
use base::{Actor, Chance, Clock, Kind};
use contract::lobby::Change;
use db::Db;
use futures::future::BoxFuture;
use live::Board;
use metaserver::{Account, Audience, Config, Denied, Limits, Logon, Metaserver, Running};

use crate::{config::Settings, lifecycle::Lifecycle, wiring::StartError};

/// The accounts, as the lobby sees them.
struct GamePasswords(Accounts);

impl Logon for GamePasswords {
    fn guests_allowed(&self) -> bool {
        self.0.site_at_hand().lobby_guests
    }

    fn check_game_password<'a>(
        &'a self,
        name: &'a str,
        password: &'a str,
        address: IpAddr,
    ) -> BoxFuture<'a, Result<Account, Denied>> {
        Box::pin(async move { answer(self.0.check_game_password(name, password, Some(address)).await) })
    }

    fn redeem_token<'a>(
        &'a self,
        name: &'a str,
        token: &'a [u8; 16],
        _address: IpAddr,
    ) -> BoxFuture<'a, Result<Account, Denied>> {
        Box::pin(async move { answer(self.0.redeem_lobby_token(name, token).await) })
    }

    fn is_name_taken<'a>(&'a self, name: &'a str) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            match self.0.find_user(&Actor::Job, name).await {
                Ok(found) => found.is_some(),
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "a guest's name can't be looked up");
                    true
                }
            }
        })
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

/// Starts the lobby with the limits of the configuration.
pub(crate) async fn start(
    settings: &Settings,
    accounts: &Accounts,
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
            ..Limits::default()
        },
        ..Config::at(settings.metaserver_addr)
    };
    let running = Metaserver::start(
        config,
        db.clone(),
        Arc::new(GamePasswords(accounts.clone())),
        Arc::new(Everybody(board.clone())),
        Arc::clone(clock),
        Arc::clone(chance),
        lifecycle.tasks.clone(),
        lifecycle.stop.clone(),
    )
    .await?;
    Ok(running)
}
