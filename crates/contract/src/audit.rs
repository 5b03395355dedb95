//! The audit trail as it is read.

use base::{AuditId, Millis, OrgId, UserId};
use serde::{Deserialize, Serialize};

/// Somebody the trail names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Named {
    /// Their account.
    pub id: UserId,
    /// Their name today; absent where the account is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A plugin the trail names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NamedPlugin {
    /// Its id.
    pub id: String,
    /// As it was called then: it may be gone.
    pub name: String,
}

/// One thing that was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEntry {
    /// Rises with every entry.
    pub id: AuditId,
    /// When.
    pub at: Millis,
    /// By what door: `person`, `token`, `guise`, `game`, `chat`, `stranger`, `plugin`, `job` or `operator`.
    pub actor: String,
    /// Which plugin, where one did it: for itself, or for the person named beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugin: Option<NamedPlugin>,
    /// Who, where they have an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<Named>,
    /// In a guise: who really acted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behind: Option<Named>,
    /// The network address they came from, where they came from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// What was done: `user.locked`.
    pub act: String,
    /// The kind of thing it was done to: `user`.
    pub target_kind: String,
    /// Which one; empty where there is but one.
    pub target_id: String,
    /// In which organization, where it was in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<OrgId>,
    /// What changed, as it was: a JSON object, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What changed, as it became: a JSON object, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// Which entries are asked for; what is absent does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditFilter {
    /// Who did it.
    pub user: Option<UserId>,
    /// What was done; all that begin like it where it ends in a dot.
    pub act: Option<String>,
    /// The kind of thing it was done to.
    pub target_kind: Option<String>,
    /// Which one.
    pub target_id: Option<String>,
    /// In which organization.
    pub organization: Option<OrgId>,
    /// From then on.
    pub from: Option<Millis>,
    /// Until then, and not at it.
    pub until: Option<Millis>,
}
