//! `/plugins`, `/plugin-packages` and `/organizations/{organization}/plugins`: what others add to the hub, as those who run it and organizations
//! look after it.

mod data;
mod life;
mod organization;
mod packages;
mod setting;
mod told;

use axum::{Json, extract::State};
use contract::{
    api::Page,
    plugins::{ParkedEvent, Plugin, PluginDetail, PluginLine},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Id, Known, Listing, Onward, Query},
    http::Hub,
};

/// What takes more than other bodies.
pub(super) fn uploads() -> OpenApiRouter<Hub> {
    packages::uploads().merge(data::uploads())
}

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list_plugins))
        .routes(routes!(get_plugin, life::remove_plugin))
        .routes(routes!(list_plugin_log))
        .routes(routes!(list_parked_events))
        .routes(routes!(life::replay_event))
        .merge(packages::routes())
        .merge(life::routes())
        .merge(setting::routes())
        .merge(organization::routes())
}

/// All plugins there are, by id: the hub's own, and those of others.
#[utoipa::path(get, path = "/plugins", tag = "plugins", responses((status = 200, description = "As asked", body = Vec<Plugin>)))]
async fn list_plugins(Known(actor): Known, State(hub): State<Hub>) -> Answer<Json<Vec<Plugin>>> {
    let cards = hub.plugins.list(&actor).await?;
    Ok(Json(cards.into_iter().map(told::plugin).collect()))
}

/// One plugin: what it asks for and has, its versions, where it is on, how it fared.
#[utoipa::path(get, path = "/plugins/{plugin}", tag = "plugins", params(("plugin" = String, Path, description = "Its id")), responses((status = 200, description = "As asked", body = PluginDetail)))]
async fn get_plugin(Known(actor): Known, State(hub): State<Hub>, Id(plugin): Id<String>) -> Answer<Json<PluginDetail>> {
    Ok(Json(told::detail(hub.plugins.find(&actor, &plugin).await?)))
}

/// What a plugin wrote down, the newest first.
#[utoipa::path(get, path = "/plugins/{plugin}/log", tag = "plugins", params(("plugin" = String, Path, description = "Its id"), Onward<i64>), responses((status = 200, description = "As asked", body = Page<PluginLine>)))]
async fn list_plugin_log(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(plugin): Id<String>,
    Query(which): Query<Onward<i64>>,
) -> Answer<Listing<PluginLine>> {
    let (before, at_most) = which.parts();
    let lines = hub.plugins.log(&actor, &plugin, before, at_most).await?;
    let next = goes_on(&lines, at_most, |line| line.id);
    Ok(Listing::new(lines.into_iter().map(told::line).collect(), next))
}

/// Events that could not be told a plugin, the newest first.
#[utoipa::path(get, path = "/plugins/{plugin}/parked", tag = "plugins", params(("plugin" = String, Path, description = "Its id"), Onward<i64>), responses((status = 200, description = "As asked", body = Page<ParkedEvent>)))]
async fn list_parked_events(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(plugin): Id<String>,
    Query(which): Query<Onward<i64>>,
) -> Answer<Listing<ParkedEvent>> {
    let (before, at_most) = which.parts();
    let parked = hub.plugins.parked(&actor, &plugin, before, at_most).await?;
    let next = goes_on(&parked, at_most, |parked| parked.id);
    Ok(Listing::new(parked.into_iter().map(told::parked).collect(), next))
}

/// Where a list goes on, where it was cut: after its last.
fn goes_on<T>(found: &[T], at_most: u32, id: impl Fn(&T) -> i64) -> Option<i64> {
    found.last().filter(|_| found.len() >= at_most as usize).map(id)
}
