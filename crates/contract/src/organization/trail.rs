//! What was done in an organization.

use base::{AuditId, Millis};
use serde::{Deserialize, Serialize};

use super::Named;

/// One thing that was done in an organization, as its admins read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrailEntry {
    /// Rises with every entry.
    pub id: AuditId,
    /// When.
    pub at: Millis,
    /// Who did it, where they have an account.
    pub by: Option<Named>,
    /// By what door: `person`, `token`, `plugin`, `job`, `operator` and the like.
    pub door: String,
    /// What the plugin was called that did it, where one did: for itself, or for whoever did it through it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugin: Option<String>,
    /// What was done: `org.invited`.
    pub act: String,
    /// To whom, where it was done to somebody.
    pub about: Option<Named>,
    /// What changed, as it was: a JSON object, as text.
    pub before: Option<String>,
    /// What changed, as it became: a JSON object, as text.
    pub after: Option<String>,
}

/// A page of what was done, the last first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Trail {
    /// What was done.
    pub entries: Vec<TrailEntry>,
    /// To ask for the next page with; absent where this is the last.
    pub next: Option<AuditId>,
}
