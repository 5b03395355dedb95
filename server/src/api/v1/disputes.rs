//! `/disputes`: results that players dispute, judged by those who keep order.

use axum::{Json, extract::State, http::StatusCode};
use base::GameId;
use contract::{
    api::Page,
    ranking::{Dispute, Judge},
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Body, Cursor, Id, Known, Limit, Listing, Query},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new().routes(routes!(list_disputes)).routes(routes!(get_dispute)).routes(routes!(judge_dispute))
}

/// Which disputes.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WhichDisputes {
    /// Those that were judged; else those that wait to be.
    #[serde(default)]
    #[param(required = false)]
    judged: bool,
    #[param(inline)]
    cursor: Option<Cursor<GameId>>,
    #[serde(default)]
    #[param(inline, required = false)]
    limit: Limit,
}

/// Games whose players reported different results, the newest first. A page has fifty at most.
#[utoipa::path(get, path = "/disputes", tag = "moderation", params(WhichDisputes), responses((status = 200, description = "As asked", body = Page<Dispute>)))]
async fn list_disputes(
    Known(actor): Known,
    State(hub): State<Hub>,
    Query(which): Query<WhichDisputes>,
) -> Answer<Listing<Dispute>> {
    let before = which.cursor.map(|Cursor(before)| before);
    let page = hub.ranking.disputes(&actor, which.judged, before, which.limit.0).await?;
    Ok(Listing::new(page.disputes, page.next))
}

/// One of them, with each report beside the result.
#[utoipa::path(get, path = "/disputes/{game}", tag = "moderation", params(("game" = GameId, Path, description = "Of which game")), responses((status = 200, description = "As asked", body = Dispute)))]
async fn get_dispute(Known(actor): Known, State(hub): State<Hub>, Id(game): Id<GameId>) -> Answer<Json<Dispute>> {
    Ok(Json(hub.ranking.dispute(&actor, game).await?))
}

/// Confirm a result, overturn it to another report, or void it.
///
/// It may be judged again. Ladders follow within about a second. Whoever was in the game doesn't judge it.
#[utoipa::path(put, path = "/disputes/{game}/judgement", tag = "moderation", params(("game" = GameId, Path, description = "Of which game")), request_body = Judge, responses((status = 204, description = "Judged")))]
async fn judge_dispute(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(game): Id<GameId>,
    Body(form): Body<Judge>,
) -> Answer<StatusCode> {
    hub.results.judge(&actor, game, &form).await?;
    Ok(StatusCode::NO_CONTENT)
}
