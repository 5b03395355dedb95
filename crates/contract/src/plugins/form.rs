//! What is done with plugins.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::words::words;

/// Take a package in, from the hub's folder of plugins or from an address: one of the two.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "path": "poll.tar.gz" })))]
pub struct FetchPackage {
    /// Its path within the hub's folder of plugins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub path: Option<String>,
    /// Its address: https, and below one that the operator has named as a source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 2000))]
    pub url: Option<String>,
    /// SHA-256 that the package of an address has to have, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-fA-F]{64}$"))]
    pub sha256: Option<String>,
}

/// Have a staged version run, with what it is granted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "granted": ["documents", "kv"]
})))]
pub struct ApprovePlugin {
    /// SHA-256 of the package that was looked at, in hexadecimal.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-fA-F]{64}$"))]
    pub sha256: String,
    /// What of the powers it asks for it is granted, by their words.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub granted: Vec<String>,
    /// Yes to another key than the one its packages were signed with.
    #[serde(default)]
    pub other_signer: bool,
}

/// Switch a plugin on or off.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "on": true })))]
pub struct SwitchPlugin {
    /// On, or off.
    pub on: bool,
    /// With what it needs, or with what needs it. Else it is refused where there is any, with their names.
    #[serde(default)]
    pub together: bool,
    /// Switched off: what it was to do once is forgotten. Else it waits, and is left undone where it comes due meanwhile.
    #[serde(default)]
    pub drop_pending: bool,
}

/// Keep a plugin from being called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "why": "It greets everybody twice." })))]
pub struct QuarantinePlugin {
    /// Why.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub why: String,
}

words! {
    /// What becomes of what a removed plugin kept.
    KeptData {
        /// It stays for thirty days.
        Keep = "keep",
        /// It goes at once.
        Delete = "delete",
    }
}

/// How a plugin is removed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct RemovePlugin {
    /// Also where it is on: it is switched off everywhere first.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(required = false))]
    pub everywhere: bool,
    /// What becomes of what it kept. It is kept where nothing is said.
    #[serde(default = "keep")]
    #[cfg_attr(feature = "openapi", param(inline, required = false))]
    pub data: KeptData,
}

const fn keep() -> KeptData {
    KeptData::Keep
}

/// Write a plugin's settings: all of the layer, in place of what was there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "version": 0, "values": {} })))]
pub struct ConfigurePlugin {
    /// The version that was read: somebody else may have been quicker.
    #[cfg_attr(feature = "openapi", schema(minimum = 0))]
    pub version: i64,
    /// The values, as the schema has them. A secret that is absent or null stays, one that is empty is forgotten.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub values: Value,
}

/// Set a secret.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "secret": "1101234567890/an-example-token" })))]
pub struct SetPluginSecret {
    /// What it says, in at most 4,096 bytes. It is sealed, and never shown again.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 4096))]
    pub secret: String,
}

impl fmt::Debug for SetPluginSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SetPluginSecret(…)")
    }
}

/// Make an address that a stranger's program calls.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "name": "incoming" })))]
pub struct NewPluginWebhook {
    /// Which of the manifest's webhooks.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
    pub name: String,
}
