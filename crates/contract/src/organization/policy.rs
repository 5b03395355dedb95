//! Which roles may do what in an organization.

use base::Role;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

/// Which roles may do something in an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Policy {
    /// The action's word.
    pub action: String,
    /// Who may.
    pub roles: Vec<Role>,
    /// Who may by default.
    pub by_default: Vec<Role>,
    /// To whom it can be handed.
    pub possible: Vec<Role>,
}

/// Hand one action to other roles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = json!({"action": "invite_members", "roles": ["member", "moderator", "admin"]})))]
#[serde(deny_unknown_fields)]
pub struct PolicyForm {
    /// The action's word.
    #[cfg_attr(feature = "openapi", schema(max_length = 100))]
    pub action: String,
    /// Who may; the owner always.
    #[serde(deserialize_with = "as_many_as_there_are")]
    #[cfg_attr(feature = "openapi", schema(max_items = 7))]
    pub roles: Vec<Role>,
}

fn as_many_as_there_are<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Role>, D::Error> {
    let roles = Vec::deserialize(deserializer)?;
    if roles.len() <= Role::ALL.len() { Ok(roles) } else { Err(D::Error::custom("more roles than there are")) }
}

/// Decide who may do what, for every action at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = json!({"policies": [{"action": "invite_members", "roles": ["member", "moderator", "admin"]}]})))]
#[serde(deny_unknown_fields)]
pub struct PoliciesForm {
    /// What is left out is as by default.
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub policies: Vec<PolicyForm>,
}
