//! `/films`: films of games whose results stand.

use axum::{
    Json,
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use base::GameId;
use contract::{
    api::{Page, Why},
    film::Film,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::ranking::WhichGames;
use crate::{
    api::{Answer, Anybody, Id, Known, Listing, Query},
    http::{Hub, film_file},
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list_films))
        .routes(routes!(get_film, remove_film))
        .routes(routes!(download_film))
}

/// Films of games whose results stand, the newest game first.
#[utoipa::path(get, path = "/films", tag = "films", security(()), params(WhichGames), responses((status = 200, description = "As asked", body = Page<Film>)))]
async fn list_films(
    Anybody(actor): Anybody,
    State(hub): State<Hub>,
    Query(which): Query<WhichGames>,
) -> Answer<Listing<Film>> {
    let (text, before, at_most) = which.parts();
    let page = hub.films.list(&actor, &text, before, at_most).await?;
    Ok(Listing::new(page.films, page.next))
}

/// The film of one game.
#[utoipa::path(get, path = "/films/{game}", tag = "films", security(()), params(("game" = GameId, Path, description = "Of which game")), responses((status = 200, description = "As asked", body = Film)))]
async fn get_film(Anybody(actor): Anybody, State(hub): State<Hub>, Id(game): Id<GameId>) -> Answer<Json<Film>> {
    Ok(Json(hub.films.find(&actor, game).await?))
}

/// The film itself, as Myth II plays it.
///
/// A part of it is given to whoever asks for one by `Range`.
#[utoipa::path(get, path = "/films/{game}/content", tag = "films", security(()), params(("game" = GameId, Path, description = "Of which game")), responses((status = 200, description = "As asked", content_type = "application/octet-stream", body = Vec<u8>)))]
async fn download_film(
    Anybody(actor): Anybody,
    State(hub): State<Hub>,
    Id(game): Id<GameId>,
    request: Request,
) -> Answer<Response> {
    let (film, path) = hub.films.open(&actor, game).await?;
    Ok(film_file(&film, &path, request).await)
}

/// Take a film away for good.
#[utoipa::path(delete, path = "/films/{game}", tag = "films", params(("game" = GameId, Path, description = "Of which game"), Why), responses((status = 204, description = "Gone")))]
async fn remove_film(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(game): Id<GameId>,
    Query(why): Query<Why>,
) -> Answer<StatusCode> {
    hub.films.remove(&actor, game, &why.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}
