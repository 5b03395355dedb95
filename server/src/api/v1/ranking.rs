//! `/ladders`, `/games`, `/players`, `/seasons`: what was played, and what it makes of people.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use base::GameId;
use contract::{
    api::Page,
    lobby::Dialect,
    ranking::{
        Board, Class, GameResult, HeadToHead, NewSeason, Order, Played, PlayedGames, PlayerRecord, Rung, Season, Step,
    },
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Anybody, Body, Cursor, Id, Known, Limit, Listing, Query},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(read_ladder))
        .routes(routes!(list_games))
        .routes(routes!(get_game))
        .routes(routes!(get_player))
        .routes(routes!(list_player_games))
        .routes(routes!(get_player_history))
        .routes(routes!(compare_players))
        .routes(routes!(list_seasons, begin_season))
        .routes(routes!(end_season))
}

/// Which ladder.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WhichLadder {
    /// Played by which clients.
    #[serde(default = "myth")]
    #[param(inline, required = false)]
    dialect: Dialect,
    /// For what the games were played.
    #[serde(default = "ranked")]
    #[param(inline, required = false)]
    class: Class,
    /// Sorted by what.
    #[serde(default = "by_rating")]
    #[param(inline, required = false)]
    order: Order,
    /// The kind of game, as its clients number it; absent: all kinds together.
    kind: Option<u16>,
    /// Players in the largest team; absent: any size.
    team_size: Option<u16>,
    /// Which season; absent: of all time.
    season: Option<i64>,
    #[param(inline)]
    cursor: Option<Cursor<String>>,
    #[serde(default)]
    #[param(inline, required = false)]
    limit: Limit,
}

const fn myth() -> Dialect {
    Dialect::Myth2
}

const fn ranked() -> Class {
    Class::Ranked
}

const fn by_rating() -> Order {
    Order::Rating
}

/// A place in a list of games.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Before {
    #[param(inline)]
    cursor: Option<Cursor<GameId>>,
    #[serde(default)]
    #[param(inline, required = false)]
    limit: Limit,
}

fn listing(page: PlayedGames) -> Listing<Played> {
    Listing::new(page.games, page.next)
}

/// A ladder, from the top.
#[utoipa::path(get, path = "/ladders", tag = "ranking", security(()), params(WhichLadder), responses((status = 200, description = "As asked", body = Page<Rung>)))]
async fn read_ladder(
    Anybody(actor): Anybody,
    State(hub): State<Hub>,
    Query(which): Query<WhichLadder>,
) -> Answer<Listing<Rung>> {
    let WhichLadder { dialect, class, order, kind, team_size, season, cursor, limit } = which;
    let board = Board { dialect, class, kind, team_size, season };
    let after = cursor.map(|Cursor(after)| after);
    let page = hub.ranking.ladder(&actor, &board, order, after.as_deref(), limit.0).await?;
    Ok(Listing::new(page.rungs, page.next))
}

/// Games whose results stand, the newest first.
#[utoipa::path(get, path = "/games", tag = "ranking", security(()), params(Before), responses((status = 200, description = "As asked", body = Page<Played>)))]
async fn list_games(
    Anybody(actor): Anybody,
    State(hub): State<Hub>,
    Query(from): Query<Before>,
) -> Answer<Listing<Played>> {
    let before = from.cursor.map(|Cursor(before)| before);
    Ok(listing(hub.ranking.games(&actor, None, before, from.limit.0).await?))
}

/// One game whose result stands, with what each of its players reported.
#[utoipa::path(get, path = "/games/{game}", tag = "ranking", security(()), params(("game" = GameId, Path, description = "Which")), responses((status = 200, description = "As asked", body = GameResult)))]
async fn get_game(Anybody(actor): Anybody, State(hub): State<Hub>, Id(game): Id<GameId>) -> Answer<Json<GameResult>> {
    Ok(Json(hub.ranking.game(&actor, game).await?))
}

/// Everything somebody has made of their games.
#[utoipa::path(get, path = "/players/{name}", tag = "ranking", security(()), params(("name" = String, Path, description = "Whose")), responses((status = 200, description = "As asked", body = PlayerRecord)))]
async fn get_player(
    Anybody(actor): Anybody,
    State(hub): State<Hub>,
    Path(name): Path<String>,
) -> Answer<Json<PlayerRecord>> {
    Ok(Json(hub.ranking.player(&actor, &name).await?))
}

/// Somebody's games, the newest first.
#[utoipa::path(get, path = "/players/{name}/games", tag = "ranking", security(()), params(("name" = String, Path, description = "Whose"), Before), responses((status = 200, description = "As asked", body = Page<Played>)))]
async fn list_player_games(
    Anybody(actor): Anybody,
    State(hub): State<Hub>,
    Path(name): Path<String>,
    Query(from): Query<Before>,
) -> Answer<Listing<Played>> {
    let before = from.cursor.map(|Cursor(before)| before);
    Ok(listing(hub.ranking.games(&actor, Some(&name), before, from.limit.0).await?))
}

/// What somebody's last games did to their points and rating, the newest first: 500 at most.
#[utoipa::path(get, path = "/players/{name}/history", tag = "ranking", security(()), params(("name" = String, Path, description = "Whose")), responses((status = 200, description = "As asked", body = Vec<Step>)))]
async fn get_player_history(
    Anybody(actor): Anybody,
    State(hub): State<Hub>,
    Path(name): Path<String>,
) -> Answer<Json<Vec<Step>>> {
    Ok(Json(hub.ranking.history(&actor, &name, u32::MAX).await?))
}

/// How two players fared against each other.
#[utoipa::path(get, path = "/players/{name}/against/{other}", tag = "ranking", security(()), params(("name" = String, Path, description = "Who"), ("other" = String, Path, description = "Against whom")), responses((status = 200, description = "As asked", body = HeadToHead)))]
async fn compare_players(
    Anybody(actor): Anybody,
    State(hub): State<Hub>,
    Path((name, other)): Path<(String, String)>,
) -> Answer<Json<HeadToHead>> {
    Ok(Json(hub.ranking.head_to_head(&actor, &name, &other).await?))
}

/// All seasons, the newest first.
#[utoipa::path(get, path = "/seasons", tag = "ranking", security(()), responses((status = 200, description = "As asked", body = Vec<Season>)))]
async fn list_seasons(Anybody(actor): Anybody, State(hub): State<Hub>) -> Answer<Json<Vec<Season>>> {
    Ok(Json(hub.ranking.seasons(&actor).await?))
}

/// Begin a season; the one that runs ends with it.
#[utoipa::path(post, path = "/seasons", tag = "ranking", request_body = NewSeason, responses((status = 201, description = "It runs", body = Season)))]
async fn begin_season(
    Known(actor): Known,
    State(hub): State<Hub>,
    Body(form): Body<NewSeason>,
) -> Answer<(StatusCode, Json<Season>)> {
    Ok((StatusCode::CREATED, Json(hub.ranking.begin_season(&actor, &form).await?)))
}

/// End the season that runs.
#[utoipa::path(delete, path = "/seasons/running", tag = "ranking", responses((status = 204, description = "Done")))]
async fn end_season(Known(actor): Known, State(hub): State<Hub>) -> Answer<StatusCode> {
    hub.ranking.end_season(&actor).await?;
    Ok(StatusCode::NO_CONTENT)
}
