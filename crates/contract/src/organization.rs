//! Organizations: the forms, and what people see of them.

mod admission;
mod governing;
mod member;
mod page;
mod policy;
mod trail;
mod word;

pub use admission::{
    Admissions, AnswerForm, FollowLinkForm, Invitation, InvitationForm, InvitationLink, InvitationLinkForm,
    JoinRequest, JoinRequestForm, LinkedInvitation, NewInvitationLink,
};
pub use governing::{FoundForForm, OwnerForm, ReasonForm, SeatsForm, Survey, SurveyedOrganization};
pub use member::{Member, MemberList, MemberRoleForm, Named, OfferForm};
pub use page::{
    Founded, Located, Mine, MyOrganizations, Organization, OrganizationCard, OrganizationForm, OrganizationList,
    Powers, You,
};
pub use policy::{PoliciesForm, Policy, PolicyForm};
pub use trail::{Trail, TrailEntry};
pub use word::{Founding, Joining, OWNER_GONE, OrgState, Visibility};
