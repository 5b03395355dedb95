//! What a plugin keeps: taken away, and brought back.

use axum::{Json, extract::State};
use contract::{
    api::Page,
    plugins::{ImportPluginData, PluginDataTaken, PluginDatum},
};
use plugins::DataPlace;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Body, Id, Known, Listing, Onward, Query},
    http::Hub,
};

/// With what takes more than other bodies.
pub(super) fn uploads() -> OpenApiRouter<Hub> {
    OpenApiRouter::new().routes(routes!(list_plugin_data, import_plugin_data))
}

/// Everything a plugin keeps, in the hub and in every organization: values before documents, the oldest first.
///
/// A page has fewer things than were asked for where they are long. What is kept meanwhile may be on it or not.
#[utoipa::path(get, path = "/plugins/{plugin}/data", tag = "plugins", params(("plugin" = String, Path, description = "Its id"), Onward<DataPlace>), responses((status = 200, description = "As asked", body = Page<PluginDatum>)))]
async fn list_plugin_data(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(plugin): Id<String>,
    Query(which): Query<Onward<DataPlace>>,
) -> Answer<Listing<PluginDatum>> {
    let (after, at_most) = which.parts();
    let (data, next) = hub.plugins.data(&actor, &plugin, after, at_most).await?;
    Ok(Listing::new(data, next))
}

/// Take in what a plugin kept elsewhere, or here before.
///
/// All of it, or nothing where something is wrong: an organization or a person that is not here, a collection the manifest doesn't name, no
/// room. What has the same key or name is replaced, everything else stays.
#[utoipa::path(post, path = "/plugins/{plugin}/data", tag = "plugins", params(("plugin" = String, Path, description = "Its id")), request_body = ImportPluginData, responses((status = 200, description = "So much was taken in, or would be", body = PluginDataTaken)))]
async fn import_plugin_data(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(plugin): Id<String>,
    Body(form): Body<ImportPluginData>,
) -> Answer<Json<PluginDataTaken>> {
    Ok(Json(hub.plugins.take_in(&actor, &plugin, &form.data, form.dry_run).await?))
}
