//! `/rooms/{room}/lines`: what is said in a room.

use axum::{Json, extract::State, http::StatusCode};
use base::{Action, Kind, RoomId};
use contract::{
    live::{State as Shown, Topic},
    lobby::{Line, Say},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Anybody, Body, Id, Known},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new().routes(routes!(list_room_lines, say_in_room))
}

/// The last lines said in a room, the oldest first. There are fifty at most.
///
/// Whoever wants to hear each as it is said follows the live socket.
#[utoipa::path(get, path = "/rooms/{room}/lines", tag = "rooms", security(()), params(("room" = RoomId, Path, description = "In which room")), responses((status = 200, description = "As asked", body = Vec<Line>)))]
async fn list_room_lines(
    Anybody(actor): Anybody,
    State(hub): State<Hub>,
    Id(room): Id<RoomId>,
) -> Answer<Json<Vec<Line>>> {
    actor.may(Action::ViewLive)?;
    let (_, Shown::Lobby(lobby)) = hub.board.state(Topic::Lobby) else { return Err(Kind::NotFound.into()) };
    let found = lobby.rooms.into_iter().find(|one| one.id == room).ok_or(Kind::NotFound)?;
    Ok(Json(found.lines))
}

/// Say a line in a room, to everybody or to one player.
///
/// Whoever is not in the room comes in by it, as a player who is listed to all, and stays for three minutes after their last line. The room's
/// rules and its order hold as for anybody: why a line was not heard is in the code. Where the caller's game is in the room, it is that player
/// who speaks.
#[utoipa::path(post, path = "/rooms/{room}/lines", tag = "rooms", params(("room" = RoomId, Path, description = "In which room")), request_body = Say, responses((status = 204, description = "Said")))]
async fn say_in_room(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(room): Id<RoomId>,
    Body(say): Body<Say>,
) -> Answer<StatusCode> {
    hub.lobby.reception.say(&actor, room, &say).await?;
    Ok(StatusCode::NO_CONTENT)
}
