//! What a plugin asks to be allowed. Asking grants nothing.

use serde::{Deserialize, Serialize};

use super::word::{ChatPlace, ReadModel, UsersDetail};
use crate::{act::Act, http_pattern::HttpPattern};

/// Everything asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capabilities {
    /// Keep values under keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kv: Option<Quota>,
    /// Keep documents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub documents: Option<Documents>,
    /// Keep a database of its own, for all organizations together. A hub on PostgreSQL refuses to grant it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sql: Option<Quota>,
    /// Call out, to where.
    pub http: Vec<HttpPattern>,
    /// Use secrets an admin enters, by name.
    pub secrets: Vec<String>,
    /// See of people.
    pub users: UsersDetail,
    /// Look at.
    pub read: Vec<ReadModel>,
    /// Do, each asked again when it is done.
    pub act: Vec<Act>,
    /// Notify people.
    pub notify: bool,
    /// Speak where an admin says.
    pub chat: Vec<ChatPlace>,
    /// Call exports of other plugins: `presets.resolve`.
    pub call: Vec<String>,
    /// Answer strangers.
    #[serde(rename = "routes:public")]
    pub routes_public: bool,
    /// Update its pages while somebody looks at them.
    pub live: bool,
}

/// How much is kept: for each organization, but in a database of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    /// At most, in MiB.
    pub quota_mib: u32,
}

/// Documents: how much, and of which kinds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Documents {
    /// At most, in MiB, for each organization.
    pub quota_mib: u32,
    /// Of which kinds.
    pub collections: Vec<Collection>,
}

/// Documents of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Collection {
    /// Its name.
    pub name: String,
    /// Fields at the top that documents are found and ordered by.
    pub indexes: Vec<String>,
}
