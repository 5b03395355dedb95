//! What is live, as a page is first drawn with it.

use base::Millis;
use contract::{
    live::{Position, Presence},
    lobby::Lobby,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// The state of every topic the live page follows, and its place in each, from where the socket goes on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Now {
    /// The hub's time.
    pub at: Millis,
    /// Rooms, players, games, chat.
    pub lobby: Lobby,
    /// Its place.
    pub lobby_position: Position,
    /// Who is on the site.
    pub site: Presence,
    /// Its place.
    pub site_position: Position,
}

/// What is live.
#[server(endpoint = "live_now")]
pub async fn live_now() -> Result<Now, AppError> {
    use contract::live::{State, Topic};

    use crate::context;

    context::visitor().actor.may(base::Action::ViewLive)?;
    let services = context::services();
    let (lobby_position, State::Lobby(lobby)) = services.board.state(Topic::Lobby) else {
        return Err(base::Kind::Internal.into());
    };
    let (site_position, State::Site(site)) = services.board.state(Topic::Site) else {
        return Err(base::Kind::Internal.into());
    };
    Ok(Now { at: services.clock.now(), lobby, lobby_position, site, site_position })
}
