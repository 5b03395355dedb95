//! Who belongs to an organization.

use base::{Millis, Role, UserId};
use serde::{Deserialize, Serialize};

/// Somebody, as an organization names them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Named {
    /// Who.
    pub id: UserId,
    /// The name others see; empty for somebody who is gone.
    pub name: String,
}

/// A member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Member {
    /// Who.
    pub who: Named,
    /// What they are to it.
    pub role: Role,
    /// Since when they belong.
    pub joined_at: Millis,
    /// Whether whoever looks may change their standing.
    pub yours_to_change: bool,
}

/// A page of members, the highest roles first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberList {
    /// The members.
    pub members: Vec<Member>,
    /// To ask for the next page with; absent where this is the last.
    pub next: Option<String>,
    /// The roles whoever looks may give.
    pub yours_to_give: Vec<Role>,
}

/// Give a member another role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = json!({"role": "moderator"})))]
#[serde(deny_unknown_fields)]
pub struct MemberRoleForm {
    /// Any below one's own.
    pub role: Role,
}

/// Offer a member the organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = json!({"user": 1})))]
#[serde(deny_unknown_fields)]
pub struct OfferForm {
    /// Whose account.
    pub user: UserId,
}
