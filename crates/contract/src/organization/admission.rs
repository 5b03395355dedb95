//! Who wants in, and who is wanted: requests, invitations, links.

use base::{InvitationLinkId, Millis, Role};
use serde::{Deserialize, Serialize};

use super::{Named, OrganizationCard};

/// Make a link that lets people in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(utoipa::ToSchema),
    schema(example = json!({"role": "member", "uses": 10, "days": 7}))
)]
#[serde(deny_unknown_fields)]
pub struct InvitationLinkForm {
    /// Guest or member.
    pub role: Role,
    /// How many may come in by it: 1 to 1,000.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1000))]
    pub uses: u32,
    /// How many days it holds: 1 to 365.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 365))]
    pub days: u32,
}

/// Somebody who asks to join.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JoinRequest {
    /// Who.
    pub who: Named,
    /// What they say; may be empty.
    pub message: String,
    /// Since when they wait.
    pub asked_at: Millis,
}

/// Somebody who is invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invitation {
    /// Who.
    pub who: Named,
    /// As what.
    pub role: Role,
    /// By whom.
    pub by: Option<Named>,
    /// Since when.
    pub invited_at: Millis,
    /// Until when it holds.
    pub expires_at: Millis,
}

/// A link that lets people in. What stands in the link itself was told once, to whoever made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationLink {
    /// To revoke it by.
    pub id: InvitationLinkId,
    /// As what one comes in.
    pub role: Role,
    /// How many may still come in by it.
    pub uses_left: u32,
    /// How many have.
    pub used: u32,
    /// Who made it.
    pub by: Option<Named>,
    /// Since when.
    pub made_at: Millis,
    /// Until when it holds.
    pub expires_at: Millis,
}

/// A link just made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewInvitationLink {
    /// To revoke it by.
    pub id: InvitationLinkId,
    /// What has to stand in the link. Shown this once.
    pub token: String,
}

/// Who wants in, and who is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Admissions {
    /// Who asks, the longest waiting first.
    pub requests: Vec<JoinRequest>,
    /// Who is invited, the last first.
    pub invitations: Vec<Invitation>,
    /// The links that hold, the last first.
    pub links: Vec<InvitationLink>,
}

/// What stands behind an invitation link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkedInvitation {
    /// To what.
    pub organization: OrganizationCard,
    /// As what.
    pub role: Role,
    /// Whether whoever looks belongs to it already.
    pub already_in: bool,
}

/// Ask to be let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = json!({"message": "We met in the lobby."})))]
#[serde(deny_unknown_fields)]
pub struct JoinRequestForm {
    /// At most 500 characters; may be empty.
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    #[serde(default)]
    pub message: String,
}

/// Invite somebody by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = json!({"name": "Olga", "role": "member"})))]
#[serde(deny_unknown_fields)]
pub struct InvitationForm {
    /// The name of their account.
    #[cfg_attr(feature = "openapi", schema(max_length = 100))]
    pub name: String,
    /// Guest or member.
    pub role: Role,
}

/// Say yes or no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = json!({"accept": true})))]
#[serde(deny_unknown_fields)]
pub struct AnswerForm {
    /// Yes.
    pub accept: bool,
}

/// Come in by a link.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = json!({"token": "what stands in the link"})))]
#[serde(deny_unknown_fields)]
pub struct FollowLinkForm {
    /// What stands in the link behind `token=`.
    #[cfg_attr(feature = "openapi", schema(max_length = 100))]
    pub token: String,
}
