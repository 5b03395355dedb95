//! `/people` and what one keeps of others: pages, friends, blocks, reports.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use base::{ReportId, SanctionId, UserId};
use contract::{
    api::Page,
    moderation::{MakeReport, MyReport, MySanction, Taken, Words},
    people::{Card, GameTexts, MyProfile, Privacy, Profile, SaveProfile},
};
use people::{List, PeopleQuery};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Anybody, Body, ByName, Cursor, Id, Known, Listing, Query},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list_people))
        .routes(routes!(get_person))
        .routes(routes!(get_my_profile, save_my_profile))
        .routes(routes!(remove_my_game_texts))
        .routes(routes!(save_my_privacy))
        .routes(routes!(list_friends))
        .routes(routes!(list_asking))
        .routes(routes!(list_blocked))
        .routes(routes!(list_muted))
        .routes(routes!(befriend, unfriend))
        .routes(routes!(block_person, unblock_person))
        .routes(routes!(mute_person, unmute_person))
        .routes(routes!(list_my_reports, report))
        .routes(routes!(list_my_sanctions))
        .routes(routes!(appeal))
}

/// A place in a list of people.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct After {
    #[param(inline)]
    cursor: Option<Cursor<String>>,
}

/// A place in a list of reports.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Before {
    #[param(inline)]
    cursor: Option<Cursor<ReportId>>,
}

fn listing(page: contract::people::People) -> Listing<Card> {
    Listing::new(page.people, page.next)
}

/// The people, by name.
///
/// Who keeps their page from the one who asks is not among them.
#[utoipa::path(get, path = "/people", tag = "people", security(()), params(ByName), responses((status = 200, description = "As asked", body = Page<Card>)))]
async fn list_people(
    Anybody(actor): Anybody,
    State(hub): State<Hub>,
    Query(which): Query<ByName>,
) -> Answer<Listing<Card>> {
    let (text, after, at_most) = which.parts();
    let query = PeopleQuery { text, after, at_most };
    Ok(listing(hub.people.search(&actor, &query).await?))
}

/// Somebody's page, as far as the one who asks may see it.
#[utoipa::path(get, path = "/people/{name}", tag = "people", security(()), params(("name" = String, Path, description = "Whose")), responses((status = 200, description = "As asked", body = Profile)))]
async fn get_person(
    Anybody(actor): Anybody,
    State(hub): State<Hub>,
    Path(name): Path<String>,
) -> Answer<Json<Profile>> {
    let here = |user| hub.board.is_here(user);
    Ok(Json(hub.people.profile(&actor, &name, here).await?))
}

/// One's own page, and who may see it.
#[utoipa::path(get, path = "/me/profile", tag = "people", responses((status = 200, description = "As asked", body = MyProfile)))]
async fn get_my_profile(Known(actor): Known, State(hub): State<Hub>) -> Answer<Json<MyProfile>> {
    Ok(Json(hub.people.my_profile(&actor).await?))
}

/// Change what one writes of oneself.
#[utoipa::path(put, path = "/me/profile", tag = "people", request_body = SaveProfile, responses((status = 204, description = "Done")))]
async fn save_my_profile(
    Known(actor): Known,
    State(hub): State<Hub>,
    Body(form): Body<SaveProfile>,
) -> Answer<StatusCode> {
    hub.people.save_profile(&actor, &form).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take off one's page what one wrote in a game.
///
/// The game's own form writes it anew.
#[utoipa::path(delete, path = "/me/profile/game", tag = "people", responses((status = 204, description = "There is none any more")))]
async fn remove_my_game_texts(Known(actor): Known, State(hub): State<Hub>) -> Answer<StatusCode> {
    hub.people.save_game_texts(&actor, &GameTexts::default()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Change who may see what of oneself.
#[utoipa::path(put, path = "/me/privacy", tag = "people", request_body = Privacy, responses((status = 204, description = "Done")))]
async fn save_my_privacy(
    Known(actor): Known,
    State(hub): State<Hub>,
    Body(privacy): Body<Privacy>,
) -> Answer<StatusCode> {
    hub.people.save_privacy(&actor, privacy).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One's friends, by name.
#[utoipa::path(get, path = "/me/friends", tag = "people", params(After), responses((status = 200, description = "As asked", body = Page<Card>)))]
async fn list_friends(
    Known(actor): Known,
    State(hub): State<Hub>,
    Query(after): Query<After>,
) -> Answer<Listing<Card>> {
    Ok(listing(hub.people.my_list(&actor, List::Friends, after.cursor.map(|Cursor(after)| after)).await?))
}

/// Who asks to be friends, by name.
#[utoipa::path(get, path = "/me/friend-requests", tag = "people", params(After), responses((status = 200, description = "As asked", body = Page<Card>)))]
async fn list_asking(Known(actor): Known, State(hub): State<Hub>, Query(after): Query<After>) -> Answer<Listing<Card>> {
    Ok(listing(hub.people.my_list(&actor, List::Asking, after.cursor.map(|Cursor(after)| after)).await?))
}

/// Whom one has blocked, by name.
#[utoipa::path(get, path = "/me/blocks", tag = "people", params(After), responses((status = 200, description = "As asked", body = Page<Card>)))]
async fn list_blocked(
    Known(actor): Known,
    State(hub): State<Hub>,
    Query(after): Query<After>,
) -> Answer<Listing<Card>> {
    Ok(listing(hub.people.my_list(&actor, List::Blocked, after.cursor.map(|Cursor(after)| after)).await?))
}

/// Whom one has muted, by name.
#[utoipa::path(get, path = "/me/mutes", tag = "people", params(After), responses((status = 200, description = "As asked", body = Page<Card>)))]
async fn list_muted(Known(actor): Known, State(hub): State<Hub>, Query(after): Query<After>) -> Answer<Listing<Card>> {
    Ok(listing(hub.people.my_list(&actor, List::Muted, after.cursor.map(|Cursor(after)| after)).await?))
}

/// Ask somebody to be friends, or say yes to whoever has asked.
#[utoipa::path(put, path = "/me/friends/{user}", tag = "people", params(("user" = UserId, Path, description = "Whom")), responses((status = 204, description = "Done")))]
async fn befriend(Known(actor): Known, State(hub): State<Hub>, Id(user): Id<UserId>) -> Answer<StatusCode> {
    hub.people.ask(&actor, user).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End a friendship, take a request back, or say no to one.
#[utoipa::path(delete, path = "/me/friends/{user}", tag = "people", params(("user" = UserId, Path, description = "Whom")), responses((status = 204, description = "Done")))]
async fn unfriend(Known(actor): Known, State(hub): State<Hub>, Id(user): Id<UserId>) -> Answer<StatusCode> {
    hub.people.part(&actor, user).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Block somebody: neither sees the other any more.
#[utoipa::path(put, path = "/me/blocks/{user}", tag = "people", params(("user" = UserId, Path, description = "Whom")), responses((status = 204, description = "Done")))]
async fn block_person(Known(actor): Known, State(hub): State<Hub>, Id(user): Id<UserId>) -> Answer<StatusCode> {
    hub.people.block(&actor, user).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End a block.
#[utoipa::path(delete, path = "/me/blocks/{user}", tag = "people", params(("user" = UserId, Path, description = "Whom")), responses((status = 204, description = "Done")))]
async fn unblock_person(Known(actor): Known, State(hub): State<Hub>, Id(user): Id<UserId>) -> Answer<StatusCode> {
    hub.people.unblock(&actor, user).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Mute somebody: one no longer hears them.
#[utoipa::path(put, path = "/me/mutes/{user}", tag = "people", params(("user" = UserId, Path, description = "Whom")), responses((status = 204, description = "Done")))]
async fn mute_person(Known(actor): Known, State(hub): State<Hub>, Id(user): Id<UserId>) -> Answer<StatusCode> {
    hub.people.mute(&actor, user).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End a mute.
#[utoipa::path(delete, path = "/me/mutes/{user}", tag = "people", params(("user" = UserId, Path, description = "Whom")), responses((status = 204, description = "Done")))]
async fn unmute_person(Known(actor): Known, State(hub): State<Hub>, Id(user): Id<UserId>) -> Answer<StatusCode> {
    hub.people.unmute(&actor, user).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One's own reports and what became of them, the newest first.
#[utoipa::path(get, path = "/me/reports", tag = "people", params(Before), responses((status = 200, description = "As asked", body = Page<MyReport>)))]
async fn list_my_reports(
    Known(actor): Known,
    State(hub): State<Hub>,
    Query(before): Query<Before>,
) -> Answer<Listing<MyReport>> {
    let page = hub.moderation.my_reports(&actor, before.cursor.map(|Cursor(before)| before)).await?;
    Ok(Listing::new(page.reports, page.next))
}

/// Report something to those who keep order.
#[utoipa::path(post, path = "/me/reports", tag = "people", request_body = MakeReport, responses((status = 201, description = "Taken", body = Taken)))]
async fn report(
    Known(actor): Known,
    State(hub): State<Hub>,
    Body(form): Body<MakeReport>,
) -> Answer<(StatusCode, Json<Taken>)> {
    let id = hub.moderation.report(&actor, &form).await?;
    Ok((StatusCode::CREATED, Json(Taken { id })))
}

/// What was done about oneself, the newest first.
#[utoipa::path(get, path = "/me/sanctions", tag = "people", responses((status = 200, description = "As asked", body = Vec<MySanction>)))]
async fn list_my_sanctions(Known(actor): Known, State(hub): State<Hub>) -> Answer<Json<Vec<MySanction>>> {
    Ok(Json(hub.moderation.my_sanctions(&actor).await?))
}

/// Appeal against something that was done about oneself.
#[utoipa::path(post, path = "/me/sanctions/{sanction}/appeal", tag = "people", params(("sanction" = SanctionId, Path, description = "Against what")), request_body = Words, responses((status = 204, description = "Done")))]
async fn appeal(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(sanction): Id<SanctionId>,
    Body(words): Body<Words>,
) -> Answer<StatusCode> {
    hub.moderation.appeal(&actor, sanction, &words.text).await?;
    Ok(StatusCode::NO_CONTENT)
}
