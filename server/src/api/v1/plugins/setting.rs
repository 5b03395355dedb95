//! A plugin's settings, secrets and addresses, for the hub.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use base::{Actor, OrgId, Secret};
use contract::plugins::{
    ConfigurePlugin, NewPluginWebhook, PluginSettings, PluginWebhook, PluginWebhookWithAddress, SetPluginSecret,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::told;
use crate::{
    api::{Answer, Body, Id, Known, shown_once},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(get_plugin_settings, configure_plugin))
        .routes(routes!(set_plugin_secret, forget_plugin_secret))
        .routes(routes!(list_plugin_webhooks, make_plugin_webhook))
        .routes(routes!(remove_plugin_webhook))
}

/// A plugin's settings for the hub. They count in every organization that says nothing else.
#[utoipa::path(get, path = "/plugins/{plugin}/settings", tag = "plugins", params(("plugin" = String, Path, description = "Its id")), responses((status = 200, description = "As asked", body = PluginSettings)))]
async fn get_plugin_settings(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(plugin): Id<String>,
) -> Answer<Json<PluginSettings>> {
    Ok(Json(told::settings(hub.plugins.settings(&actor, None, &plugin).await?)))
}

/// Write a plugin's settings for the hub: all of them, in place of what was there.
#[utoipa::path(put, path = "/plugins/{plugin}/settings", tag = "plugins", params(("plugin" = String, Path, description = "Its id")), request_body = ConfigurePlugin, responses((status = 200, description = "As they stand now", body = PluginSettings)))]
async fn configure_plugin(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(plugin): Id<String>,
    Body(form): Body<ConfigurePlugin>,
) -> Answer<Json<PluginSettings>> {
    configure(&hub, &actor, None, &plugin, form).await
}

/// Writes a layer, and reads what came of it.
pub(super) async fn configure(
    hub: &Hub,
    actor: &Actor,
    organization: Option<OrgId>,
    plugin: &str,
    form: ConfigurePlugin,
) -> Answer<Json<PluginSettings>> {
    hub.plugins.configure(actor, organization, plugin, form.version, form.values).await?;
    Ok(Json(told::settings(hub.plugins.settings(actor, organization, plugin).await?)))
}

/// Set a secret of a plugin's, for the hub. It is sealed, and never shown again.
#[utoipa::path(put, path = "/plugins/{plugin}/secrets/{secret}", tag = "plugins", params(("plugin" = String, Path, description = "Its id"), ("secret" = String, Path, description = "The secret's name")), request_body = SetPluginSecret, responses((status = 204, description = "Set")))]
async fn set_plugin_secret(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((plugin, secret)): Id<(String, String)>,
    Body(form): Body<SetPluginSecret>,
) -> Answer<StatusCode> {
    hub.plugins.set_secret(&actor, None, &plugin, &secret, Some(Secret::new(form.secret))).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Forget a secret of a plugin's, for the hub.
#[utoipa::path(delete, path = "/plugins/{plugin}/secrets/{secret}", tag = "plugins", params(("plugin" = String, Path, description = "Its id"), ("secret" = String, Path, description = "The secret's name")), responses((status = 204, description = "Forgotten")))]
async fn forget_plugin_secret(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((plugin, secret)): Id<(String, String)>,
) -> Answer<StatusCode> {
    hub.plugins.set_secret(&actor, None, &plugin, &secret, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The addresses of a plugin's that strangers' programs call. There are sixteen at most.
#[utoipa::path(get, path = "/plugins/{plugin}/webhooks", tag = "plugins", params(("plugin" = String, Path, description = "Its id")), responses((status = 200, description = "As asked", body = Vec<PluginWebhook>)))]
async fn list_plugin_webhooks(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(plugin): Id<String>,
) -> Answer<Json<Vec<PluginWebhook>>> {
    let found = hub.plugins.webhooks(&actor, None, &plugin).await?;
    Ok(Json(found.into_iter().map(told::webhook).collect()))
}

/// Make an address that a stranger's program calls.
///
/// The token in it says who speaks. It is shown this once: to change it, make another and remove this one.
#[utoipa::path(post, path = "/plugins/{plugin}/webhooks", tag = "plugins", params(("plugin" = String, Path, description = "Its id")), request_body = NewPluginWebhook, responses((status = 201, description = "Made", body = PluginWebhookWithAddress)))]
async fn make_plugin_webhook(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(plugin): Id<String>,
    Body(form): Body<NewPluginWebhook>,
) -> Answer<Response> {
    make_address(&hub, &actor, None, &plugin, form).await
}

/// Makes an address, and shows it this once.
pub(super) async fn make_address(
    hub: &Hub,
    actor: &Actor,
    organization: Option<OrgId>,
    plugin: &str,
    form: NewPluginWebhook,
) -> Answer<Response> {
    let (id, token) = hub.plugins.make_webhook(actor, organization, plugin, &form.name).await?;
    let address = format!("/hooks/{plugin}/{}/{}", form.name, token.expose());
    let made = PluginWebhookWithAddress { id, name: form.name, address };
    Ok(shown_once((StatusCode::CREATED, Json(made))))
}

/// Remove an address. It leads nowhere from now on.
#[utoipa::path(delete, path = "/plugins/{plugin}/webhooks/{webhook}", tag = "plugins", params(("plugin" = String, Path, description = "Its id"), ("webhook" = i64, Path, description = "Which address")), responses((status = 204, description = "Gone")))]
async fn remove_plugin_webhook(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((plugin, webhook)): Id<(String, i64)>,
) -> Answer<StatusCode> {
    hub.plugins.remove_webhook(&actor, None, &plugin, webhook).await?;
    Ok(StatusCode::NO_CONTENT)
}
