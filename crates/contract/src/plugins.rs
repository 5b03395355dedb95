//! Plugins, as those who look after them see them, and what is done with them.

pub mod data;
mod form;
mod organization;

use base::{Millis, OrgId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::words::words;

pub use data::{ImportPluginData, PluginDataHead, PluginDataTaken, PluginDatum, PluginDocument, PluginValue};
pub use form::{
    ApprovePlugin, ConfigurePlugin, FetchPackage, KeptData, NewPluginWebhook, QuarantinePlugin, RemovePlugin,
    SetPluginSecret, SwitchPlugin,
};
pub use organization::{LimitPlugin, OrganizationPlugin, OrganizationPluginDetail, PluginKeeps};

words! {
    /// A part of the hub, or somebody else's.
    PluginKind {
        /// A part of the hub.
        Builtin = "builtin",
        /// Somebody else's, run in a sandbox.
        Guest = "guest",
    }
}

words! {
    /// How far a plugin has come.
    PluginState {
        /// It waits to be approved.
        Staged = "staged",
        /// It was approved.
        Installed = "installed",
        /// It was removed; what it kept is still there.
        Removed = "removed",
    }
}

words! {
    /// How a plugin is, in the process that answers.
    PluginHealth {
        /// It can be called.
        Ready = "ready",
        /// It can't start, and is tried again.
        Failing = "failing",
        /// It is kept from being called.
        Quarantined = "quarantined",
        /// It is not installed.
        Absent = "absent",
    }
}

words! {
    /// Where a switch stands.
    SwitchState {
        /// Off.
        Off = "off",
        /// On.
        On = "on",
        /// It was on, and can't be.
        Suspended = "suspended",
    }
}

/// A plugin's switch, for the hub or in an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PluginSwitch {
    /// Where it stands.
    pub state: SwitchState,
    /// Why it is suspended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// How often a plugin was called, and how that went.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PluginCalls {
    /// So often.
    pub calls: u64,
    /// So often it failed.
    pub failures: u64,
    /// So long it computed, in milliseconds.
    pub cpu_ms: u64,
    /// The longest it took, in milliseconds.
    pub longest_ms: u64,
}

/// What a plugin says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PluginAbout {
    /// Its name in addresses.
    pub id: String,
    /// Its name before people.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What it is for.
    pub description: String,
    /// Who made it.
    pub author: String,
    /// Its page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// Its licence, an SPDX expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
    /// Among what it is listed.
    pub category: String,
    /// One switch for the whole hub.
    pub hub_wide: bool,
    /// Only organizations that were given access see it.
    pub private: bool,
}

/// A plugin in the hub's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Plugin {
    /// What it says about itself.
    #[serde(flatten)]
    pub about: PluginAbout,
    /// A part of the hub, or somebody else's.
    pub kind: PluginKind,
    /// How far it has come.
    pub state: PluginState,
    /// How it is, in the process that answers.
    pub health: PluginHealth,
    /// Why it fails or is quarantined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Its switch for the hub.
    pub switch: PluginSwitch,
    /// In how many organizations it is on.
    pub organizations: u64,
    /// Calls of yesterday and today.
    pub calls: PluginCalls,
    /// How much it keeps.
    pub stored_bytes: u64,
    /// How many events wait for it.
    pub waiting: u64,
    /// How many could not be told it, and were put aside.
    pub parked: u64,
    /// A version that waits to be approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staged: Option<String>,
    /// Of a removed one: when what it kept goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purge_at: Option<Millis>,
}

/// A power that a plugin asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PluginPower {
    /// Its word: `http`, `kv`.
    pub power: String,
    /// What belongs to it: addresses, names, MiB.
    pub detail: Vec<String>,
    /// Whether it has it.
    pub granted: bool,
    /// Whether it is more than the version that runs asks for.
    pub wider: bool,
}

/// A version that waits to be approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StagedPlugin {
    /// Of which plugin.
    pub id: String,
    /// Which.
    pub version: String,
    /// SHA-256 of its package, in hexadecimal: what is approved.
    pub sha256: String,
    /// What it asks for.
    pub powers: Vec<PluginPower>,
    /// The key it is signed with, in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signer: Option<String>,
    /// The plugin was signed with another key before, or this version is not signed at all.
    pub other_signer: bool,
    /// The version that runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runs: Option<String>,
    /// It asks for more than that one, or none runs: it has to be approved power by power.
    pub wider: bool,
}

/// A version that was staged once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PluginVersion {
    /// Which.
    pub version: String,
    /// SHA-256 of its package, in hexadecimal.
    pub sha256: String,
    /// When it was staged.
    pub staged_at: Millis,
    /// When it was approved.
    pub approved_at: Option<Millis>,
    /// Since when another one runs.
    pub replaced_at: Option<Millis>,
    /// Since when its package is gone.
    pub removed_at: Option<Millis>,
}

/// A plugin's switch in an organization, as those who run the hub see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PluginPlace {
    /// Which organization.
    pub organization: OrgId,
    /// Its switch there.
    pub switch: PluginSwitch,
    /// Whether a private one may be seen there.
    pub access: bool,
}

/// Calls of one day, of one of a plugin's functions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PluginDay {
    /// The day's beginning, UTC.
    pub day: Millis,
    /// Which function: `page`, `route`.
    pub export: String,
    /// How often, and how it went.
    pub calls: PluginCalls,
}

/// A time a guest had to be stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PluginStrike {
    /// When.
    pub at: Millis,
    /// In which organization; absent: for the hub.
    pub organization: Option<OrgId>,
    /// In which version.
    pub version: String,
    /// In which of its functions.
    pub export: String,
    /// Why.
    pub why: String,
    /// By what the hub's log knows the call.
    pub trace: String,
}

/// One plugin, whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PluginDetail {
    /// As in the list.
    pub plugin: Plugin,
    /// Its manifest: pages, routes, commands, tasks and the rest.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub manifest: Value,
    /// What it asks for, and has.
    pub powers: Vec<PluginPower>,
    /// SHA-256 of the package that runs, in hexadecimal.
    pub sha256: Option<String>,
    /// The key its packages are signed with, in base64.
    pub signer: Option<String>,
    /// When it was installed.
    pub installed_at: Option<Millis>,
    /// What waits to be approved, the newest first.
    pub staged: Vec<StagedPlugin>,
    /// Its versions, the newest first.
    pub versions: Vec<PluginVersion>,
    /// Where it is on, suspended or may be seen.
    pub organizations: Vec<PluginPlace>,
    /// Calls of the last thirty days, the newest first.
    pub days: Vec<PluginDay>,
    /// Its last strikes, the newest first.
    pub strikes: Vec<PluginStrike>,
    /// What is wrong with how it fits in.
    pub problems: Vec<String>,
}

/// A package that somebody has laid into the hub's folder of plugins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FoundPackage {
    /// Its path within that folder.
    pub path: String,
    /// Which plugin it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugin: Option<String>,
    /// In which version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What is wrong with it, where something is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
}

/// Where packages come from, beside what is uploaded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PluginSources {
    /// What the operator has named: a package's address begins with one of these.
    pub sources: Vec<String>,
    /// What lies in the hub's folder of plugins, and is not installed in that version.
    pub found: Vec<FoundPackage>,
}

/// A secret that is set. What it says is never shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecretSet {
    /// Which.
    pub name: String,
    /// Since when.
    pub set_at: Millis,
}

/// A plugin's settings, for the hub or in an organization. No secret is among them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PluginSettings {
    /// The JSON Schema they follow.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub schema: Value,
    /// What counts: the schema's defaults, then the hub's, then the organization's.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub merged: Value,
    /// What those who run the hub have set.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub installation: Value,
    /// What the organization has set, where they are one's.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub organization: Value,
    /// What a change has to name.
    pub version: i64,
    /// Which secrets are set here.
    pub secrets: Vec<SecretSet>,
    /// Secrets beside those of the schema: the ones the plugin asks to use.
    pub secret_names: Vec<String>,
}

/// A line a plugin wrote down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PluginLine {
    /// When.
    pub at: Millis,
    /// In which organization; absent: for the hub.
    pub organization: Option<OrgId>,
    /// `debug`, `info`, `warn` or `error`.
    pub level: String,
    /// What.
    pub text: String,
    /// By what the hub's log knows the call.
    pub trace: String,
}

/// An event that could not be told a plugin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ParkedEvent {
    /// Which.
    pub id: i64,
    /// In which organization; absent: for the hub.
    pub organization: Option<OrgId>,
    /// What happened, as the plugin would have been told it.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub event: Value,
    /// How often it was tried.
    pub attempts: u32,
    /// Since when it lies there.
    pub parked_at: Option<Millis>,
    /// Why, the last time.
    pub why: Option<String>,
}

/// An address that a stranger's program calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PluginWebhook {
    /// Which.
    pub id: i64,
    /// Its name in the manifest.
    pub name: String,
    /// When it was made.
    pub created_at: Millis,
    /// When it was called last.
    pub last_used_at: Option<Millis>,
}

/// An address that was just made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PluginWebhookWithAddress {
    /// Which.
    pub id: i64,
    /// Its name in the manifest.
    pub name: String,
    /// Where it is called, below the hub's own address: its token stands in it. It is shown this once.
    pub address: String,
}
