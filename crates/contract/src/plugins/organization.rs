//! Plugins as an organization sees them.

use std::collections::BTreeMap;

use base::Role;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{PluginAbout, PluginHealth, PluginPower, PluginSwitch};

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
}

/// Take powers away from a plugin in an organization, and say who has its permissions there: all of it at once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "off": ["http"], "roles": {} })))]
pub struct LimitPlugin {
    /// Powers it does not have here, by their words.
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub off: Vec<String>,
    /// Who has its own permissions here; one that is left out: as the plugin says.
    pub roles: BTreeMap<String, Vec<Role>>,
}
