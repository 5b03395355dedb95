//! Organizations: the forms, and what people see of them.

use base::{InvitationLinkId, Millis, OrgId, Role, UserId};
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
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrganizationForm {
    /// 3 to 60 characters; unique but for letter case and look-alikes.
    pub name: String,
    /// The last part of its address: 2 to 40 lower case letters, digits and hyphens. Empty: made of the name.
    #[serde(default)]
    pub slug: String,
    /// At most 4,000 characters, line breaks kept.
    #[serde(default)]
    pub description: String,
    /// `public`, `unlisted` or `hidden`. Empty: public.
    #[serde(default)]
    pub visibility: String,
    /// `open`, `request` or `invitation`. Empty: request.
    #[serde(default)]
    pub joining: String,
}

/// Make a link that lets people in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationLinkForm {
    /// Guest or member.
    pub role: Role,
    /// How many may come in by it: 1 to 1,000.
    pub uses: u32,
    /// How many days it holds: 1 to 365.
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
