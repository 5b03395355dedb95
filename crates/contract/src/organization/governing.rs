//! Organizations as those who run the hub see them, and what they do about them.

use base::{Millis, OrgId};
use serde::{Deserialize, Serialize};

use super::{Named, OrganizationCard, OrganizationForm};

/// An organization as those who run the hub see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SurveyedOrganization {
    /// The organization.
    pub organization: OrganizationCard,
    /// Its owner; absent where there is none any more.
    pub owner: Option<Named>,
    /// How many may belong to it.
    pub seats: u32,
    /// Why it is suspended or was refused.
    pub reason: Option<String>,
    /// Since when it exists.
    pub created_at: Millis,
    /// When a closed one is gone for good.
    pub gone_at: Option<Millis>,
}

/// A page of organizations as those who run the hub see them, by age.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Survey {
    /// The organizations.
    pub organizations: Vec<SurveyedOrganization>,
    /// To ask for the next page with; absent where this is the last.
    pub next: Option<OrgId>,
}

/// Give an organization to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = json!({"name": "Olga"})))]
#[serde(deny_unknown_fields)]
pub struct OwnerForm {
    /// The name of their account.
    #[cfg_attr(feature = "openapi", schema(max_length = 100))]
    pub name: String,
}

/// Refuse or stop an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = json!({"reason": "Too like another one."})))]
#[serde(deny_unknown_fields)]
pub struct ReasonForm {
    /// Why; its members read it.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub reason: String,
}

/// Say how many may belong to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = json!({"seats": 200})))]
#[serde(deny_unknown_fields)]
pub struct SeatsForm {
    /// Not fewer than do.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 100_000))]
    pub seats: u32,
}

/// Begin an organization for somebody, at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = json!({"owner": "Freya", "organization": {"name": "The Southern Gate"}})))]
#[serde(deny_unknown_fields)]
pub struct FoundForForm {
    /// The name of the account that owns it.
    #[cfg_attr(feature = "openapi", schema(max_length = 100))]
    pub owner: String,
    /// What it says of itself.
    pub organization: OrganizationForm,
}
