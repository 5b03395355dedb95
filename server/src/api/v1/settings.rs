//! `/settings`: what those who run the hub decide.

use axum::{Json, extract::State};
use contract::{
    api::Page,
    settings::{Choice, Held},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Body, Id, Known, Listing},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new().routes(routes!(list_settings)).routes(routes!(read_setting, choose_setting, reset_setting))
}

/// Every setting as it stands.
#[utoipa::path(get, path = "/settings", tag = "settings", responses((status = 200, description = "As asked", body = Page<Held>)))]
async fn list_settings(Known(actor): Known, State(hub): State<Hub>) -> Answer<Listing<Held>> {
    let held = hub.accounts.hub().list(&actor).await?;
    Ok(Listing::new(held, None::<i64>))
}

/// One setting as it stands.
#[utoipa::path(get, path = "/settings/{key}", tag = "settings", params(("key" = String, Path, description = "Which", example = "site.name")), responses((status = 200, description = "As asked", body = Held)))]
async fn read_setting(Known(actor): Known, State(hub): State<Hub>, Id(key): Id<String>) -> Answer<Json<Held>> {
    Ok(Json(hub.accounts.hub().get_named(&actor, &key).await?))
}

/// Choose. It holds from now on.
#[utoipa::path(put, path = "/settings/{key}", tag = "settings", params(("key" = String, Path, description = "Which", example = "site.name")), request_body = Choice, responses((status = 200, description = "As it stands now", body = Held)))]
async fn choose_setting(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(key): Id<String>,
    Body(choice): Body<Choice>,
) -> Answer<Json<Held>> {
    Ok(Json(hub.accounts.hub().set_named(&actor, &key, choice.value).await?))
}

/// Put a setting back to its default.
#[utoipa::path(delete, path = "/settings/{key}", tag = "settings", params(("key" = String, Path, description = "Which", example = "site.name")), responses((status = 200, description = "As it stands now", body = Held)))]
async fn reset_setting(Known(actor): Known, State(hub): State<Hub>, Id(key): Id<String>) -> Answer<Json<Held>> {
    Ok(Json(hub.accounts.hub().reset_named(&actor, &key).await?))
}
