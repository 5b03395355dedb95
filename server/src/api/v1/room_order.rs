//! `/rooms/{room}/…`: the order that is kept in a room.

use axum::{Json, extract::State, http::StatusCode};
use base::{RestraintId, RoomId, UserId};
use contract::{
    api::{Page, Why},
    room::{
        Everywhere, HeldIn, Kick, MuteWord, MutedWords, Restrain, RoomModerator, RoomPlayer, RoomRestraint, SlowRoom,
    },
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Body, Id, Known, Listing, Onward, Query},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list_restraints))
        .routes(routes!(list_room_players))
        .routes(routes!(kick_from_room))
        .routes(routes!(slow_room))
        .routes(routes!(list_room_restraints, restrain_in_room))
        .routes(routes!(release_in_room))
        .routes(routes!(list_muted_words))
        .routes(routes!(mute_word, unmute_word))
        .routes(routes!(list_room_moderators))
        .routes(routes!(name_room_moderator, dismiss_room_moderator))
}

/// Whom nobody hears, and who may not enter, in any room: the newest first.
#[utoipa::path(get, path = "/restraints", tag = "rooms", params(Onward<RestraintId>), responses((status = 200, description = "As asked", body = Page<HeldIn>)))]
async fn list_restraints(
    Known(actor): Known,
    State(hub): State<Hub>,
    Query(which): Query<Onward<RestraintId>>,
) -> Answer<Listing<HeldIn>> {
    let (before, at_most) = which.parts();
    let (held, next) = hub.rooms.all_restraints(&actor, before, at_most).await?;
    Ok(Listing::new(held, next))
}

/// Who is in a room now.
#[utoipa::path(get, path = "/rooms/{room}/players", tag = "rooms", params(("room" = RoomId, Path, description = "In which room")), responses((status = 200, description = "As asked", body = Vec<RoomPlayer>)))]
async fn list_room_players(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(room): Id<RoomId>,
) -> Answer<Json<Vec<RoomPlayer>>> {
    Ok(Json(hub.rooms.players(&actor, room).await?))
}

/// Send somebody out of a room. They may come back.
#[utoipa::path(post, path = "/rooms/{room}/kicks", tag = "rooms", params(("room" = RoomId, Path, description = "Out of which room")), request_body = Kick, responses((status = 204, description = "They leave")))]
async fn kick_from_room(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(room): Id<RoomId>,
    Body(form): Body<Kick>,
) -> Answer<StatusCode> {
    hub.rooms.kick(&actor, room, &form.player, &form.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Say how fast people may talk in a room.
#[utoipa::path(put, path = "/rooms/{room}/slow", tag = "rooms", params(("room" = RoomId, Path, description = "In which room")), request_body = SlowRoom, responses((status = 204, description = "It holds")))]
async fn slow_room(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(room): Id<RoomId>,
    Body(form): Body<SlowRoom>,
) -> Answer<StatusCode> {
    hub.rooms.slow(&actor, room, form.slow_secs).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whom nobody hears in a room, and who may not enter it, the newest first. There are five hundred at most.
#[utoipa::path(get, path = "/rooms/{room}/restraints", tag = "rooms", params(("room" = RoomId, Path, description = "In which room")), responses((status = 200, description = "As asked", body = Vec<RoomRestraint>)))]
async fn list_room_restraints(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(room): Id<RoomId>,
) -> Answer<Json<Vec<RoomRestraint>>> {
    Ok(Json(hub.rooms.restraints(&actor, room).await?))
}

/// Gag somebody in a room, or bar them from it. It holds at once.
#[utoipa::path(post, path = "/rooms/{room}/restraints", tag = "rooms", params(("room" = RoomId, Path, description = "In which room")), request_body = Restrain, responses((status = 201, description = "Done", body = RoomRestraint)))]
async fn restrain_in_room(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(room): Id<RoomId>,
    Body(form): Body<Restrain>,
) -> Answer<(StatusCode, Json<RoomRestraint>)> {
    Ok((StatusCode::CREATED, Json(hub.rooms.restrain(&actor, room, &form).await?)))
}

/// Let somebody talk or enter again.
#[utoipa::path(delete, path = "/rooms/{room}/restraints/{restraint}", tag = "rooms", params(("room" = RoomId, Path, description = "In which room"), ("restraint" = RestraintId, Path, description = "Which"), Why), responses((status = 204, description = "Lifted")))]
async fn release_in_room(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((room, restraint)): Id<(RoomId, RestraintId)>,
    Query(why): Query<Why>,
) -> Answer<StatusCode> {
    hub.rooms.release(&actor, room, restraint, &why.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The words that nobody says in a room.
#[utoipa::path(get, path = "/rooms/{room}/words", tag = "rooms", params(("room" = RoomId, Path, description = "In which room")), responses((status = 200, description = "As asked", body = MutedWords)))]
async fn list_muted_words(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(room): Id<RoomId>,
) -> Answer<Json<MutedWords>> {
    Ok(Json(hub.rooms.words(&actor, room).await?))
}

/// Mute a word in a room, or in all. With a star at its end every word that begins so.
#[utoipa::path(put, path = "/rooms/{room}/words/{word}", tag = "rooms", params(("room" = RoomId, Path, description = "In which room"), ("word" = String, Path, description = "Which word"), Everywhere), responses((status = 200, description = "As they are now", body = MutedWords)))]
async fn mute_word(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((room, word)): Id<(RoomId, String)>,
    Query(Everywhere { everywhere }): Query<Everywhere>,
) -> Answer<Json<MutedWords>> {
    Ok(Json(hub.rooms.mute_word(&actor, room, &MuteWord { word, everywhere }).await?))
}

/// Let a word be said again.
#[utoipa::path(delete, path = "/rooms/{room}/words/{word}", tag = "rooms", params(("room" = RoomId, Path, description = "In which room"), ("word" = String, Path, description = "Which word"), Everywhere), responses((status = 200, description = "As they are now", body = MutedWords)))]
async fn unmute_word(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((room, word)): Id<(RoomId, String)>,
    Query(Everywhere { everywhere }): Query<Everywhere>,
) -> Answer<Json<MutedWords>> {
    Ok(Json(hub.rooms.unmute_word(&actor, room, &MuteWord { word, everywhere }).await?))
}

/// Who keeps order in a room, beside the hub's moderators.
#[utoipa::path(get, path = "/rooms/{room}/moderators", tag = "rooms", params(("room" = RoomId, Path, description = "In which room")), responses((status = 200, description = "As asked", body = Vec<RoomModerator>)))]
async fn list_room_moderators(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(room): Id<RoomId>,
) -> Answer<Json<Vec<RoomModerator>>> {
    Ok(Json(hub.rooms.moderators(&actor, room).await?))
}

/// Have somebody keep order in a room.
#[utoipa::path(put, path = "/rooms/{room}/moderators/{user}", tag = "rooms", params(("room" = RoomId, Path, description = "In which room"), ("user" = UserId, Path, description = "Who")), responses((status = 200, description = "As they are now", body = Vec<RoomModerator>)))]
async fn name_room_moderator(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((room, user)): Id<(RoomId, UserId)>,
) -> Answer<Json<Vec<RoomModerator>>> {
    Ok(Json(hub.rooms.set_moderator(&actor, room, user, true).await?))
}

/// Have somebody keep order in a room no more.
#[utoipa::path(delete, path = "/rooms/{room}/moderators/{user}", tag = "rooms", params(("room" = RoomId, Path, description = "In which room"), ("user" = UserId, Path, description = "Who")), responses((status = 200, description = "As they are now", body = Vec<RoomModerator>)))]
async fn dismiss_room_moderator(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((room, user)): Id<(RoomId, UserId)>,
) -> Answer<Json<Vec<RoomModerator>>> {
    Ok(Json(hub.rooms.set_moderator(&actor, room, user, false).await?))
}
