//! What those who run the hub do with a plugin that is installed.

use axum::{Json, extract::State, http::StatusCode};
use base::OrgId;
use contract::plugins::{KeptData, PluginDetail, QuarantinePlugin, RemovePlugin, SwitchPlugin};
use plugins::Data;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::told;
use crate::{
    api::{Answer, Body, Id, Known, Query},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(switch_plugin))
        .routes(routes!(quarantine_plugin, release_plugin))
        .routes(routes!(roll_back_plugin))
        .routes(routes!(give_plugin_access, take_plugin_access))
}

/// Switch a plugin on or off for the hub: its pages, routes and commands outside organizations.
///
/// One that is `hub_wide` is on in every organization with it. What it keeps stays when it is switched off.
#[utoipa::path(put, path = "/plugins/{plugin}/switch", tag = "plugins", params(("plugin" = String, Path, description = "Its id")), request_body = SwitchPlugin, responses((status = 200, description = "As it stands now", body = PluginDetail)))]
async fn switch_plugin(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(plugin): Id<String>,
    Body(form): Body<SwitchPlugin>,
) -> Answer<Json<PluginDetail>> {
    if form.on {
        hub.plugins.enable(&actor, None, &plugin, form.together).await?;
    } else {
        hub.plugins.disable(&actor, None, &plugin, form.together, form.drop_pending).await?;
    }
    Ok(Json(told::detail(hub.plugins.find(&actor, &plugin).await?)))
}

/// Keep a plugin from being called, everywhere, until it is released or another version comes.
#[utoipa::path(put, path = "/plugins/{plugin}/quarantine", tag = "plugins", params(("plugin" = String, Path, description = "Its id")), request_body = QuarantinePlugin, responses((status = 200, description = "As it stands now", body = PluginDetail)))]
async fn quarantine_plugin(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(plugin): Id<String>,
    Body(form): Body<QuarantinePlugin>,
) -> Answer<Json<PluginDetail>> {
    hub.plugins.quarantine(&actor, &plugin, &form.why).await?;
    Ok(Json(told::detail(hub.plugins.find(&actor, &plugin).await?)))
}

/// Let a plugin be called again.
///
/// What it had to be stopped for before does not count any more.
#[utoipa::path(delete, path = "/plugins/{plugin}/quarantine", tag = "plugins", params(("plugin" = String, Path, description = "Its id")), responses((status = 200, description = "As it stands now", body = PluginDetail)))]
async fn release_plugin(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(plugin): Id<String>,
) -> Answer<Json<PluginDetail>> {
    hub.plugins.release(&actor, &plugin).await?;
    Ok(Json(told::detail(hub.plugins.find(&actor, &plugin).await?)))
}

/// Have the version run again that ran before this one.
///
/// What was kept meanwhile stays as it is; the older version is told nothing.
#[utoipa::path(post, path = "/plugins/{plugin}/roll-back", tag = "plugins", params(("plugin" = String, Path, description = "Its id")), responses((status = 200, description = "As it stands now", body = PluginDetail)))]
async fn roll_back_plugin(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(plugin): Id<String>,
) -> Answer<Json<PluginDetail>> {
    hub.plugins.roll_back(&actor, &plugin).await?;
    Ok(Json(told::detail(hub.plugins.find(&actor, &plugin).await?)))
}

/// Remove a plugin. A part of the hub can't be removed.
#[utoipa::path(delete, path = "/plugins/{plugin}", tag = "plugins", params(("plugin" = String, Path, description = "Its id"), RemovePlugin), responses((status = 204, description = "Gone")))]
pub(super) async fn remove_plugin(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(plugin): Id<String>,
    Query(how): Query<RemovePlugin>,
) -> Answer<StatusCode> {
    let data = match how.data {
        KeptData::Keep => Data::Keep,
        KeptData::Delete => Data::Delete,
    };
    hub.plugins.remove(&actor, &plugin, how.everywhere, data).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Let an organization see a private plugin.
#[utoipa::path(put, path = "/plugins/{plugin}/access/{organization}", tag = "plugins", params(("plugin" = String, Path, description = "Its id"), ("organization" = OrgId, Path, description = "Which organization")), responses((status = 204, description = "It sees it")))]
async fn give_plugin_access(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((plugin, organization)): Id<(String, OrgId)>,
) -> Answer<StatusCode> {
    hub.plugins.allow(&actor, &plugin, organization, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// No longer let an organization see a private plugin. It is switched off there.
#[utoipa::path(delete, path = "/plugins/{plugin}/access/{organization}", tag = "plugins", params(("plugin" = String, Path, description = "Its id"), ("organization" = OrgId, Path, description = "Which organization")), responses((status = 204, description = "It sees it no more")))]
async fn take_plugin_access(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((plugin, organization)): Id<(String, OrgId)>,
) -> Answer<StatusCode> {
    hub.plugins.allow(&actor, &plugin, organization, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Have an event told again that was put aside.
#[utoipa::path(post, path = "/plugins/{plugin}/parked/{event}/replay", tag = "plugins", params(("plugin" = String, Path, description = "Its id"), ("event" = i64, Path, description = "Which one")), responses((status = 204, description = "In the queue")))]
pub(super) async fn replay_event(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((plugin, event)): Id<(String, i64)>,
) -> Answer<StatusCode> {
    hub.plugins.replay(&actor, &plugin, event).await?;
    Ok(StatusCode::NO_CONTENT)
}
