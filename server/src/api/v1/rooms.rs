//! `/rooms`: the lobby's rooms, as those who run the hub set them up.

use axum::{Json, extract::State, http::StatusCode};
use base::RoomId;
use contract::{
    api::Why,
    room::{LobbyRoom, PlaceRoom, SaveRoom},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Body, Id, Known, Query},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list_rooms, open_room))
        .routes(routes!(get_room, change_room, close_room))
        .routes(routes!(place_room))
}

/// Every room that is open, in order. There are thirty at most.
#[utoipa::path(get, path = "/rooms", tag = "rooms", responses((status = 200, description = "As asked", body = Vec<LobbyRoom>)))]
async fn list_rooms(Known(actor): Known, State(hub): State<Hub>) -> Answer<Json<Vec<LobbyRoom>>> {
    Ok(Json(hub.rooms.list(&actor).await?))
}

/// Open a room, as the last of the list.
///
/// One that was closed and had the same banner is the same room again, with the games that were played in it.
#[utoipa::path(post, path = "/rooms", tag = "rooms", request_body = SaveRoom, responses((status = 201, description = "Open", body = LobbyRoom)))]
async fn open_room(
    Known(actor): Known,
    State(hub): State<Hub>,
    Body(form): Body<SaveRoom>,
) -> Answer<(StatusCode, Json<LobbyRoom>)> {
    Ok((StatusCode::CREATED, Json(hub.rooms.open(&actor, &form).await?)))
}

/// One room.
#[utoipa::path(get, path = "/rooms/{room}", tag = "rooms", params(("room" = RoomId, Path, description = "Which")), responses((status = 200, description = "As asked", body = LobbyRoom)))]
async fn get_room(Known(actor): Known, State(hub): State<Hub>, Id(room): Id<RoomId>) -> Answer<Json<LobbyRoom>> {
    Ok(Json(hub.rooms.find(&actor, room).await?))
}

/// Set a room up anew: all of it but its banner, at once.
///
/// It holds at once for those who are in it; who may not be there any more is sent away.
#[utoipa::path(put, path = "/rooms/{room}", tag = "rooms", params(("room" = RoomId, Path, description = "Which")), request_body = SaveRoom, responses((status = 200, description = "As it is now", body = LobbyRoom)))]
async fn change_room(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(room): Id<RoomId>,
    Body(form): Body<SaveRoom>,
) -> Answer<Json<LobbyRoom>> {
    Ok(Json(hub.rooms.change(&actor, room, &form).await?))
}

/// Close a room.
///
/// Whoever is in it is sent away, and its games end. The last room stays open.
#[utoipa::path(delete, path = "/rooms/{room}", tag = "rooms", params(("room" = RoomId, Path, description = "Which"), Why), responses((status = 204, description = "Closed")))]
async fn close_room(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(room): Id<RoomId>,
    Query(why): Query<Why>,
) -> Answer<StatusCode> {
    hub.rooms.close(&actor, room, &why.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give a room another place in the list. The answer holds all of them.
#[utoipa::path(put, path = "/rooms/{room}/position", tag = "rooms", params(("room" = RoomId, Path, description = "Which")), request_body = PlaceRoom, responses((status = 200, description = "As they stand now", body = Vec<LobbyRoom>)))]
async fn place_room(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(room): Id<RoomId>,
    Body(place): Body<PlaceRoom>,
) -> Answer<Json<Vec<LobbyRoom>>> {
    Ok(Json(hub.rooms.place(&actor, room, place.position.into()).await?))
}
