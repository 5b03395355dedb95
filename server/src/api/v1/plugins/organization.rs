//! Plugins in an organization: switched on and off, set, and kept in bounds there.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use base::{Actor, Kind, OrgId, Secret};
use contract::plugins::{
    ConfigurePlugin, LimitPlugin, NewPluginWebhook, OrganizationPlugin, OrganizationPluginDetail, PluginSettings,
    PluginWebhook, PluginWebhookWithAddress, SetPluginSecret, SwitchPlugin,
};
use plugins::Narrowed;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    setting::{configure, make_address},
    told,
};
use crate::{
    api::{Answer, Body, Id, Known},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list_organization_plugins))
        .routes(routes!(get_organization_plugin))
        .routes(routes!(switch_organization_plugin))
        .routes(routes!(limit_organization_plugin))
        .routes(routes!(get_organization_plugin_settings, configure_organization_plugin))
        .routes(routes!(set_organization_plugin_secret, forget_organization_plugin_secret))
        .routes(routes!(list_organization_plugin_webhooks, make_organization_plugin_webhook))
        .routes(routes!(remove_organization_plugin_webhook))
}

/// The plugins there are for an organization, by id.
#[utoipa::path(get, path = "/organizations/{organization}/plugins", tag = "plugins", params(("organization" = OrgId, Path, description = "Which organization")), responses((status = 200, description = "As asked", body = Vec<OrganizationPlugin>)))]
async fn list_organization_plugins(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
) -> Answer<Json<Vec<OrganizationPlugin>>> {
    let cards = hub.plugins.in_organization(&actor, organization).await?;
    Ok(Json(cards.into_iter().map(told::listed).collect()))
}

/// One of them: what it adds, and what it may do here.
#[utoipa::path(get, path = "/organizations/{organization}/plugins/{plugin}", tag = "plugins", params(("organization" = OrgId, Path, description = "Which organization"), ("plugin" = String, Path, description = "Its id")), responses((status = 200, description = "As asked", body = OrganizationPluginDetail)))]
async fn get_organization_plugin(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((organization, plugin)): Id<(OrgId, String)>,
) -> Answer<Json<OrganizationPluginDetail>> {
    found(&hub, &actor, organization, &plugin).await
}

async fn found(hub: &Hub, actor: &Actor, organization: OrgId, plugin: &str) -> Answer<Json<OrganizationPluginDetail>> {
    let cards = hub.plugins.in_organization(actor, organization).await?;
    let card = cards.into_iter().find(|card| card.manifest.id.as_str() == plugin).ok_or(Kind::NotFound)?;
    let errors = hub.plugins.errors_in(actor, organization, plugin).await?;
    Ok(Json(told::in_organization(card, errors)))
}

/// Switch a plugin on or off in an organization. What it keeps stays when it is switched off.
#[utoipa::path(put, path = "/organizations/{organization}/plugins/{plugin}/switch", tag = "plugins", params(("organization" = OrgId, Path, description = "Which organization"), ("plugin" = String, Path, description = "Its id")), request_body = SwitchPlugin, responses((status = 200, description = "As it stands now", body = OrganizationPluginDetail)))]
async fn switch_organization_plugin(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((organization, plugin)): Id<(OrgId, String)>,
    Body(form): Body<SwitchPlugin>,
) -> Answer<Json<OrganizationPluginDetail>> {
    if form.on {
        hub.plugins.enable(&actor, Some(organization), &plugin, form.together).await?;
    } else {
        hub.plugins.disable(&actor, Some(organization), &plugin, form.together, form.drop_pending).await?;
    }
    found(&hub, &actor, organization, &plugin).await
}

/// Take powers, room and requests away from a plugin in an organization, and say who has its permissions there: all of it at once.
///
/// Nothing can be given that way that the hub has not granted.
#[utoipa::path(put, path = "/organizations/{organization}/plugins/{plugin}/limits", tag = "plugins", params(("organization" = OrgId, Path, description = "Which organization"), ("plugin" = String, Path, description = "Its id")), request_body = LimitPlugin, responses((status = 200, description = "As it stands now", body = OrganizationPluginDetail)))]
async fn limit_organization_plugin(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((organization, plugin)): Id<(OrgId, String)>,
    Body(form): Body<LimitPlugin>,
) -> Answer<Json<OrganizationPluginDetail>> {
    let LimitPlugin { off, roles, quotas, requests_a_minute } = form;
    let narrowed = Narrowed { off: off.into_iter().collect(), roles, quotas, requests_a_minute };
    hub.plugins.narrow(&actor, organization, &plugin, narrowed).await?;
    found(&hub, &actor, organization, &plugin).await
}

/// A plugin's settings in an organization.
#[utoipa::path(get, path = "/organizations/{organization}/plugins/{plugin}/settings", tag = "plugins", params(("organization" = OrgId, Path, description = "Which organization"), ("plugin" = String, Path, description = "Its id")), responses((status = 200, description = "As asked", body = PluginSettings)))]
async fn get_organization_plugin_settings(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((organization, plugin)): Id<(OrgId, String)>,
) -> Answer<Json<PluginSettings>> {
    Ok(Json(told::settings(hub.plugins.settings(&actor, Some(organization), &plugin).await?)))
}

/// Write a plugin's settings in an organization: all of them, in place of what was there.
#[utoipa::path(put, path = "/organizations/{organization}/plugins/{plugin}/settings", tag = "plugins", params(("organization" = OrgId, Path, description = "Which organization"), ("plugin" = String, Path, description = "Its id")), request_body = ConfigurePlugin, responses((status = 200, description = "As they stand now", body = PluginSettings)))]
async fn configure_organization_plugin(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((organization, plugin)): Id<(OrgId, String)>,
    Body(form): Body<ConfigurePlugin>,
) -> Answer<Json<PluginSettings>> {
    configure(&hub, &actor, Some(organization), &plugin, form).await
}

/// Set a secret of a plugin's in an organization. It is sealed, and never shown again.
#[utoipa::path(put, path = "/organizations/{organization}/plugins/{plugin}/secrets/{secret}", tag = "plugins", params(("organization" = OrgId, Path, description = "Which organization"), ("plugin" = String, Path, description = "Its id"), ("secret" = String, Path, description = "The secret's name")), request_body = SetPluginSecret, responses((status = 204, description = "Set")))]
async fn set_organization_plugin_secret(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((organization, plugin, secret)): Id<(OrgId, String, String)>,
    Body(form): Body<SetPluginSecret>,
) -> Answer<StatusCode> {
    let set = Some(Secret::new(form.secret));
    hub.plugins.set_secret(&actor, Some(organization), &plugin, &secret, set).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Forget a secret of a plugin's in an organization.
#[utoipa::path(delete, path = "/organizations/{organization}/plugins/{plugin}/secrets/{secret}", tag = "plugins", params(("organization" = OrgId, Path, description = "Which organization"), ("plugin" = String, Path, description = "Its id"), ("secret" = String, Path, description = "The secret's name")), responses((status = 204, description = "Forgotten")))]
async fn forget_organization_plugin_secret(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((organization, plugin, secret)): Id<(OrgId, String, String)>,
) -> Answer<StatusCode> {
    hub.plugins.set_secret(&actor, Some(organization), &plugin, &secret, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The addresses of a plugin's that strangers' programs call, in an organization. There are sixteen at most.
#[utoipa::path(get, path = "/organizations/{organization}/plugins/{plugin}/webhooks", tag = "plugins", params(("organization" = OrgId, Path, description = "Which organization"), ("plugin" = String, Path, description = "Its id")), responses((status = 200, description = "As asked", body = Vec<PluginWebhook>)))]
async fn list_organization_plugin_webhooks(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((organization, plugin)): Id<(OrgId, String)>,
) -> Answer<Json<Vec<PluginWebhook>>> {
    let found = hub.plugins.webhooks(&actor, Some(organization), &plugin).await?;
    Ok(Json(found.into_iter().map(told::webhook).collect()))
}

/// Make an address that a stranger's program calls, in an organization.
///
/// The token in it says who speaks. It is shown this once: to change it, make another and remove this one.
#[utoipa::path(post, path = "/organizations/{organization}/plugins/{plugin}/webhooks", tag = "plugins", params(("organization" = OrgId, Path, description = "Which organization"), ("plugin" = String, Path, description = "Its id")), request_body = NewPluginWebhook, responses((status = 201, description = "Made", body = PluginWebhookWithAddress)))]
async fn make_organization_plugin_webhook(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((organization, plugin)): Id<(OrgId, String)>,
    Body(form): Body<NewPluginWebhook>,
) -> Answer<Response> {
    make_address(&hub, &actor, Some(organization), &plugin, form).await
}

/// Remove an address of an organization's. It leads nowhere from now on.
#[utoipa::path(delete, path = "/organizations/{organization}/plugins/{plugin}/webhooks/{webhook}", tag = "plugins", params(("organization" = OrgId, Path, description = "Which organization"), ("plugin" = String, Path, description = "Its id"), ("webhook" = i64, Path, description = "Which address")), responses((status = 204, description = "Gone")))]
async fn remove_organization_plugin_webhook(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((organization, plugin, webhook)): Id<(OrgId, String, i64)>,
) -> Answer<StatusCode> {
    hub.plugins.remove_webhook(&actor, Some(organization), &plugin, webhook).await?;
    Ok(StatusCode::NO_CONTENT)
}
