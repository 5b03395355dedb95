//! Organizations: the forms, and what people see of them.

use base::{AuditId, InvitationLinkId, Millis, OrgId, Role, UserId};
use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$word_doc])* $variant,)+
        }

        impl $name {
            /// All of them, in the order they are offered.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$variant),+];

            /// The word in forms and in the database.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// The one of that word.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|one| one.word() == word)
            }
        }
    };
}

words! {
    /// Who finds an organization.
    Visibility {
        /// Everybody: it is in the list.
        Public = "public",
        /// Whoever knows its address.
        Unlisted = "unlisted",
        /// Its members and whoever is invited. For everybody else it does not exist.
        Hidden = "hidden",
    }
}

words! {
    /// How one becomes a member.
    Joining {
        /// By a press of a button.
        Open = "open",
        /// By asking, and being let in.
        Request = "request",
        /// By being invited.
        Invitation = "invitation",
    }
}

words! {
    /// What has become of an organization.
    OrgState {
        /// Asked for; whoever runs the hub has not answered yet.
        Requested = "requested",
        /// In its normal life.
        Active = "active",
        /// Stopped by whoever runs the hub.
        Suspended = "suspended",
        /// At its end. For thirty days it can be reopened, then it is gone.
        Closed = "closed",
    }
}

/// The reason of an organization that was closed because the account of its owner is gone: a word that pages put into a sentence.
pub const OWNER_GONE: &str = "owner_gone";

words! {
    /// Whether one may begin an organization.
    Founding {
        /// It is there at once.
        AtOnce = "at_once",
        /// It has to be granted by whoever runs the hub.
        OnRequest = "on_request",
        /// Only those who run the hub begin organizations.
        Closed = "closed",
        /// One owns as many as one person may.
        Full = "full",
        /// Log in first.
        LogInFirst = "log_in_first",
    }
}

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

/// Somebody, as an organization names them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Named {
    /// Who.
    pub id: UserId,
    /// The name others see; empty for somebody who is gone.
    pub name: String,
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
    /// By what door: `person`, `token`, `job`, `operator` and the like.
    pub door: String,
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

/// Hand one action to other roles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = json!({"action": "invite_members", "roles": ["member", "moderator", "admin"]})))]
#[serde(deny_unknown_fields)]
pub struct PolicyForm {
    /// The action's word.
    #[cfg_attr(feature = "openapi", schema(max_length = 100))]
    pub action: String,
    /// Who may; the owner always.
    #[cfg_attr(feature = "openapi", schema(max_items = 7))]
    pub roles: Vec<Role>,
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
