//! Plugins as an organization sees them.

use std::collections::BTreeMap;

use base::Role;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{PluginAbout, PluginHealth, PluginLine, PluginPower, PluginSwitch};

/// A plugin there is for an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrganizationPlugin {
    /// What it says about itself.
    #[serde(flatten)]
    pub about: PluginAbout,
    /// How it is.
    pub health: PluginHealth,
    /// Its switch here.
    pub switch: PluginSwitch,
}

/// One of them, whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrganizationPluginDetail {
    /// As in the list.
    pub plugin: OrganizationPlugin,
    /// Its manifest: pages, routes, commands, tasks and the rest.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub manifest: Value,
    /// What it may do, and what of that it may here.
    pub powers: Vec<PluginPower>,
    /// What is taken away from it here, and who has its permissions.
    pub limits: LimitPlugin,
    /// What it keeps here, by store.
    pub keeps: Vec<PluginKeeps>,
    /// What would be switched with it: what it needs, where it is off; what needs it, where it is on.
    pub together: Vec<String>,
    /// What keeps it from being switched on, a sentence each.
    pub problems: Vec<String>,
    /// What went wrong with it here, as it wrote that down; the newest first, ten at most.
    pub errors: Vec<PluginLine>,
}

/// What a plugin keeps in one of its stores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PluginKeeps {
    /// The store, by its power's word.
    pub store: String,
    /// So many bytes.
    pub bytes: u64,
    /// So many it may.
    pub most: u64,
}

/// Take powers, room and requests away from a plugin in an organization, and say who has its permissions there: all of it at once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "off": ["http"], "roles": {}, "quotas": {}, "requests_a_minute": 60 })))]
pub struct LimitPlugin {
    /// Powers it does not have here, by their words.
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub off: Vec<String>,
    /// Who has its own permissions here; one that is left out: as the plugin says.
    pub roles: BTreeMap<String, Vec<Role>>,
    /// How much it may keep here, in MiB, by the store's power; one that is left out: as much as it was granted.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub quotas: BTreeMap<String, u32>,
    /// How often a minute it may be asked here, by everybody together; absent: as often as the hub allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1200))]
    pub requests_a_minute: Option<u32>,
}
