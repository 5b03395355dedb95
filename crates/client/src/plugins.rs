//! Plugins: the hub's, and what organizations make of them.

use base::OrgId;
use bytes::Bytes;
use contract::{
    api::Page,
    plugins::{
        ApprovePlugin, ConfigurePlugin, FetchPackage, ImportPluginData, LimitPlugin, NewPluginWebhook,
        OrganizationPlugin, OrganizationPluginDetail, ParkedEvent, Plugin, PluginDataTaken, PluginDatum, PluginDetail,
        PluginLine, PluginSettings, PluginSources, PluginWebhook, PluginWebhookWithAddress, QuarantinePlugin,
        RemovePlugin, SetPluginSecret, StagedPlugin, SwitchPlugin,
    },
};
use hyper::Method;

use crate::{Client, Error, Onward, call::Asked, operation::operations};

operations! {
    /// All plugins there are, by id.
    GET "/plugins" list_plugins() => Vec<Plugin>;
    /// One of them, whole.
    GET "/plugins/{plugin}" plugin(plugin: &str) => PluginDetail;
    /// Removes one.
    DELETE "/plugins/{plugin}" remove_plugin(plugin: &str) ? RemovePlugin => ();
    /// What it wrote down, the newest first.
    GET "/plugins/{plugin}/log" list_plugin_log(plugin: &str) ? Onward => Page<PluginLine>;
    /// Events that could not be told it, the newest first.
    GET "/plugins/{plugin}/parked" list_parked_events(plugin: &str) ? Onward => Page<ParkedEvent>;
    /// Has one of them told again.
    POST "/plugins/{plugin}/parked/{event}/replay" replay_event(plugin: &str, event: i64) => ();
    /// Everything it keeps.
    GET "/plugins/{plugin}/data" list_plugin_data(plugin: &str) ? Onward => Page<PluginDatum>;
    /// Takes in what it kept elsewhere, or here before.
    POST "/plugins/{plugin}/data" import_plugin_data(plugin: &str) = ImportPluginData => PluginDataTaken;

    /// Where packages come from.
    GET "/plugin-packages" plugin_sources() => PluginSources;
    /// Takes a package in from the hub's folder or from an address.
    POST "/plugin-packages" fetch_package() = FetchPackage => StagedPlugin;
    /// Has a version run, with what it is granted.
    PUT "/plugins/{plugin}/versions/{version}/approval" approve_plugin(plugin: &str, version: &str) = ApprovePlugin => PluginDetail;
    /// Has a newer version run that asks for no more.
    POST "/plugins/{plugin}/versions/{version}/upgrade" upgrade_plugin(plugin: &str, version: &str) => PluginDetail;
    /// Throws a version away that waits.
    DELETE "/plugins/{plugin}/versions/{version}" refuse_plugin(plugin: &str, version: &str) => ();

    /// Switches it for the hub.
    PUT "/plugins/{plugin}/switch" switch_plugin(plugin: &str) = SwitchPlugin => PluginDetail;
    /// Keeps it from being called.
    PUT "/plugins/{plugin}/quarantine" quarantine_plugin(plugin: &str) = QuarantinePlugin => PluginDetail;
    /// Lets it be called again.
    DELETE "/plugins/{plugin}/quarantine" release_plugin(plugin: &str) => PluginDetail;
    /// Has the version run again that ran before.
    POST "/plugins/{plugin}/roll-back" roll_back_plugin(plugin: &str) => PluginDetail;
    /// Lets an organization see a private one.
    PUT "/plugins/{plugin}/access/{organization}" give_plugin_access(plugin: &str, organization: OrgId) => ();
    /// No longer lets it.
    DELETE "/plugins/{plugin}/access/{organization}" take_plugin_access(plugin: &str, organization: OrgId) => ();

    /// Its settings for the hub.
    GET "/plugins/{plugin}/settings" plugin_settings(plugin: &str) => PluginSettings;
    /// Writes them.
    PUT "/plugins/{plugin}/settings" configure_plugin(plugin: &str) = ConfigurePlugin => PluginSettings;
    /// Sets a secret of its.
    PUT "/plugins/{plugin}/secrets/{secret}" set_plugin_secret(plugin: &str, secret: &str) = SetPluginSecret => ();
    /// Forgets one.
    DELETE "/plugins/{plugin}/secrets/{secret}" forget_plugin_secret(plugin: &str, secret: &str) => ();
    /// Its addresses that strangers' programs call.
    GET "/plugins/{plugin}/webhooks" list_plugin_webhooks(plugin: &str) => Vec<PluginWebhook>;
    /// Makes one.
    POST "/plugins/{plugin}/webhooks" make_plugin_webhook(plugin: &str) = NewPluginWebhook => PluginWebhookWithAddress;
    /// Removes one.
    DELETE "/plugins/{plugin}/webhooks/{webhook}" remove_plugin_webhook(plugin: &str, webhook: i64) => ();

    /// The plugins there are for an organization.
    GET "/organizations/{organization}/plugins" list_organization_plugins(organization: OrgId) => Vec<OrganizationPlugin>;
    /// One of them, whole.
    GET "/organizations/{organization}/plugins/{plugin}" organization_plugin(organization: OrgId, plugin: &str) => OrganizationPluginDetail;
    /// Switches it there.
    PUT "/organizations/{organization}/plugins/{plugin}/switch" switch_organization_plugin(organization: OrgId, plugin: &str) = SwitchPlugin => OrganizationPluginDetail;
    /// Takes powers away from it there.
    PUT "/organizations/{organization}/plugins/{plugin}/limits" limit_organization_plugin(organization: OrgId, plugin: &str) = LimitPlugin => OrganizationPluginDetail;
    /// Its settings there.
    GET "/organizations/{organization}/plugins/{plugin}/settings" organization_plugin_settings(organization: OrgId, plugin: &str) => PluginSettings;
    /// Writes them.
    PUT "/organizations/{organization}/plugins/{plugin}/settings" configure_organization_plugin(organization: OrgId, plugin: &str) = ConfigurePlugin => PluginSettings;
    /// Sets a secret of its there.
    PUT "/organizations/{organization}/plugins/{plugin}/secrets/{secret}" set_organization_plugin_secret(organization: OrgId, plugin: &str, secret: &str) = SetPluginSecret => ();
    /// Forgets one there.
    DELETE "/organizations/{organization}/plugins/{plugin}/secrets/{secret}" forget_organization_plugin_secret(organization: OrgId, plugin: &str, secret: &str) => ();
    /// Its addresses there.
    GET "/organizations/{organization}/plugins/{plugin}/webhooks" list_organization_plugin_webhooks(organization: OrgId, plugin: &str) => Vec<PluginWebhook>;
    /// Makes one there.
    POST "/organizations/{organization}/plugins/{plugin}/webhooks" make_organization_plugin_webhook(organization: OrgId, plugin: &str) = NewPluginWebhook => PluginWebhookWithAddress;
    /// Removes one there.
    DELETE "/organizations/{organization}/plugins/{plugin}/webhooks/{webhook}" remove_organization_plugin_webhook(organization: OrgId, plugin: &str, webhook: i64) => ();
}

impl Client {
    /// Takes in the package that is sent along.
    pub async fn upload_package(&self, package: impl Into<Bytes>) -> Result<StagedPlugin, Error> {
        let asked = Asked::new(Method::PUT, format_args!("/plugin-packages/upload")).with_bytes(package.into());
        self.answer(asked).await
    }
}
