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
        Board, Choices, Class, GameResult, HeadToHead, NewSeason, Order, Period, Played, PlayedGames, PlayerRecord,
        Rung, Season, Shares, Step,
    },
};
use ranking::Ask;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Anybody, Body, Cursor, Id, Known, Limit, Listing, Onward, Query},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(read_ladder))
        .routes(routes!(list_ladder_choices))
        .routes(routes!(list_games))
        .routes(routes!(get_game))
        .routes(routes!(get_player))
        .routes(routes!(list_player_games))
        .routes(routes!(get_player_history))
        .routes(routes!(get_player_shares))
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
    #[param(maximum = 65_535)]
    kind: Option<u16>,
    /// Players in the largest team; absent: any size.
    #[param(maximum = 65_535)]
    team_size: Option<u16>,
    /// Which season; absent: of all time.
    season: Option<i64>,
    /// Only those who have played within that time; absent: everybody.
    #[param(inline)]
    active: Option<Period>,
    /// The page this player is on, instead of one after a cursor.
    around: Option<String>,
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

/// Which games, or which films of theirs.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichGames {
    /// Part of the name of the game, its map or one of its players; letter case makes no difference.
    #[serde(default)]
    #[param(required = false, max_length = 100)]
    text: String,
    #[param(inline)]
    cursor: Option<Cursor<GameId>>,
    #[serde(default)]
    #[param(inline, required = false)]
    limit: Limit,
}

impl WhichGames {
    /// What is looked for, where to go on, and how much to give.
    pub(super) fn parts(self) -> (String, Option<GameId>, u32) {
        (self.text, self.cursor.map(|Cursor(before)| before), self.limit.0)
    }
}

fn listing(page: PlayedGames) -> Listing<Played> {
    Listing::new(page.games, page.next)
}

/// A ladder, from the top, from where a page ended, or from the page a player is on.
///
/// Whoever keeps their page from the one who asks is left out and keeps their place.
#[utoipa::path(get, path = "/ladders", tag = "ranking", security(()), params(WhichLadder), responses((status = 200, description = "As asked", body = Page<Rung>)))]
async fn read_ladder(
    Anybody(actor): Anybody,
    State(hub): State<Hub>,
    Query(which): Query<WhichLadder>,
) -> Answer<Listing<Rung>> {
    let WhichLadder { dialect, class, order, kind, team_size, season, active, around, cursor, limit } = which;
    let board = Board { dialect, class, kind, team_size, season };
    let after = cursor.map(|Cursor(after)| after);
    let ask = Ask { active, ..Ask::top(board, order, limit.0) }.starting(after.as_deref(), around.as_deref());
    let page = hub.ranking.ladder(&actor, &ask).await?;
    Ok(Listing::new(page.rungs, page.next))
}

/// Which ladders there are.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WhichChoices {
    /// Played by which clients.
    #[serde(default = "myth")]
    #[param(inline, required = false)]
    dialect: Dialect,
    /// For what the games were played.
    #[serde(default = "ranked")]
    #[param(inline, required = false)]
    class: Class,
}

/// The kinds of game and the sizes of team that have ladders.
#[utoipa::path(get, path = "/ladders/choices", tag = "ranking", security(()), params(WhichChoices), responses((status = 200, description = "As asked", body = Choices)))]
async fn list_ladder_choices(
    Anybody(actor): Anybody,
    State(hub): State<Hub>,
    Query(which): Query<WhichChoices>,
) -> Answer<Json<Choices>> {
    Ok(Json(hub.ranking.choices(&actor, which.dialect, which.class).await?))
}

/// Games whose results stand, the newest first.
#[utoipa::path(get, path = "/games", tag = "ranking", security(()), params(WhichGames), responses((status = 200, description = "As asked", body = Page<Played>)))]
async fn list_games(
    Anybody(actor): Anybody,
    State(hub): State<Hub>,
    Query(which): Query<WhichGames>,
) -> Answer<Listing<Played>> {
    let (text, before, at_most) = which.parts();
    Ok(listing(hub.ranking.search_games(&actor, &text, before, at_most).await?))
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
#[utoipa::path(get, path = "/players/{name}/games", tag = "ranking", security(()), params(("name" = String, Path, description = "Whose"), Onward<GameId>), responses((status = 200, description = "As asked", body = Page<Played>)))]
async fn list_player_games(
    Anybody(actor): Anybody,
    State(hub): State<Hub>,
    Path(name): Path<String>,
    Query(which): Query<Onward<GameId>>,
) -> Answer<Listing<Played>> {
    let (before, at_most) = which.parts();
    Ok(listing(hub.ranking.games(&actor, Some(&name), before, at_most).await?))
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

/// What somebody has made of each map and of each type of game, those played most first.
#[utoipa::path(get, path = "/players/{name}/shares", tag = "ranking", security(()), params(("name" = String, Path, description = "Whose")), responses((status = 200, description = "As asked", body = Shares)))]
async fn get_player_shares(
    Anybody(actor): Anybody,
    State(hub): State<Hub>,
    Path(name): Path<String>,
) -> Answer<Json<Shares>> {
    Ok(Json(hub.ranking.shares(&actor, &name).await?))
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
