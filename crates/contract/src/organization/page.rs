//! Organizations as people see them, and the form they are begun and changed by.

use base::{Millis, OrgId, Role};
use serde::{Deserialize, Serialize};

use super::{Founding, Joining, Named, OrgState, Visibility};

/// Begin an organization, or change what it says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(utoipa::ToSchema),
    schema(example = json!({"name": "The Northern Gate", "description": "We keep the lantern lit.", "visibility": "public", "joining": "request"}))
)]
#[serde(deny_unknown_fields)]
pub struct OrganizationForm {
    /// 3 to 60 characters; unique but for letter case and look-alikes.
    #[cfg_attr(feature = "openapi", schema(min_length = 3, max_length = 60))]
    pub name: String,
    /// The last part of its address: 2 to 40 lower case letters, digits and hyphens. Empty: made of the name.
    #[cfg_attr(feature = "openapi", schema(max_length = 40, pattern = "^([a-z0-9]+(-[a-z0-9]+)*)?$"))]
    #[serde(default)]
    pub slug: String,
    /// At most 4,000 characters, line breaks kept.
    #[cfg_attr(feature = "openapi", schema(max_length = 4000))]
    #[serde(default)]
    pub description: String,
    /// `public`, `unlisted` or `hidden`. Empty: public.
    #[cfg_attr(feature = "openapi", schema(pattern = "^(public|unlisted|hidden)?$"))]
    #[serde(default)]
    pub visibility: String,
    /// `open`, `request` or `invitation`. Empty: request.
    #[cfg_attr(feature = "openapi", schema(pattern = "^(open|request|invitation)?$"))]
    #[serde(default)]
    pub joining: String,
}

/// An organization where it began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Founded {
    /// Which.
    pub id: OrgId,
    /// The last part of its address.
    pub slug: String,
    /// Active, or requested.
    pub state: OrgState,
}

/// An organization in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrganizationCard {
    /// Which.
    pub id: OrgId,
    /// The last part of its address.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The beginning of what it says of itself.
    pub summary: String,
    /// How many belong to it.
    pub members: u32,
    /// Who finds it.
    pub visibility: Visibility,
    /// How one joins.
    pub joining: Joining,
    /// What has become of it.
    pub state: OrgState,
}

/// A page of the list, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrganizationList {
    /// The organizations.
    pub organizations: Vec<OrganizationCard>,
    /// To ask for the next page with; absent where this is the last.
    pub next: Option<String>,
}

/// What somebody may do in an organization. What asks for a fresh login counts as allowed: the door asks for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[expect(clippy::struct_excessive_bools, reason = "each is a button that is there or not")]
pub struct Powers {
    /// See its members.
    pub view_members: bool,
    /// See who asks, and who is invited.
    pub view_admissions: bool,
    /// Invite.
    pub invite_members: bool,
    /// Answer who asks to join.
    pub answer_requests: bool,
    /// Give roles, and remove members.
    pub manage_members: bool,
    /// Change its name and settings.
    pub manage_organization: bool,
    /// Read its audit trail.
    pub view_audit: bool,
    /// Decide which roles may do what.
    pub manage_policies: bool,
    /// Close it, or hand it on.
    pub close_organization: bool,
    /// Grant, suspend, and the like: whoever runs the hub.
    pub govern: bool,
}

/// What whoever looks is to an organization.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct You {
    /// Their role; absent: no member.
    pub role: Option<Role>,
    /// As what they are invited.
    pub invited: Option<Role>,
    /// Whether they have asked to join and wait for an answer.
    pub asked: bool,
    /// Whether they are asked to own it.
    pub heir: bool,
    /// What they may do.
    pub may: Powers,
}

/// An organization's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Organization {
    /// Which.
    pub id: OrgId,
    /// The last part of its address.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// What it says of itself; plain text.
    pub description: String,
    /// Who finds it.
    pub visibility: Visibility,
    /// How one joins.
    pub joining: Joining,
    /// What has become of it.
    pub state: OrgState,
    /// Why it is suspended or was refused; told to its members.
    pub reason: Option<String>,
    /// Its owner; absent where there is none any more.
    pub owner: Option<Named>,
    /// Who is asked to own it; told to its owner.
    pub heir: Option<Named>,
    /// How many belong to it.
    pub members: u32,
    /// How many may.
    pub seats: u32,
    /// Since when it exists.
    pub created_at: Millis,
    /// When a closed one is gone for good.
    pub gone_at: Option<Millis>,
    /// What whoever looks is to it.
    pub you: You,
}

/// An organization that was looked for by its address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Located {
    /// There it is.
    Here(Box<Organization>),
    /// It has another address now: the last part of it.
    Moved(String),
}

/// An organization one belongs to, or is about to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mine {
    /// The organization.
    pub organization: OrganizationCard,
    /// What one is to it, or would be.
    pub role: Role,
}

/// Everything one has to do with organizations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MyOrganizations {
    /// Where one belongs.
    pub member_of: Vec<Mine>,
    /// Where one is invited.
    pub invited_to: Vec<Mine>,
    /// What one is asked to own.
    pub heir_to: Vec<OrganizationCard>,
    /// Where one has asked to join.
    pub asked: Vec<OrganizationCard>,
    /// Whether one may begin another.
    pub founding: Founding,
}
