//! Organizations, their members, and who wants in.

use base::{InvitationLinkId, OrgId, UserId};
use contract::{
    api::{Page, Why},
    moderation::Report,
    organization::{
        Admissions, AnswerForm, FollowLinkForm, FoundForForm, Founded, InvitationForm, InvitationLinkForm,
        JoinRequestForm, Member, MemberRoleForm, MyOrganizations, NewInvitationLink, OfferForm, OrgState, Organization,
        OrganizationCard, OrganizationForm, OwnerForm, PoliciesForm, Policy, ReasonForm, SeatsForm,
        SurveyedOrganization, TrailEntry,
    },
};
use serde::Serialize;

use crate::{Onward, operation::operations};

/// Which public organizations to list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct OrganizationQuery {
    /// Part of a name.
    pub search: String,
    /// Which part of them.
    #[serde(flatten)]
    pub part: Onward,
}

/// Which of all organizations to list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SurveyQuery {
    /// Part of a name.
    pub search: String,
    /// Only those in that state.
    pub state: Option<OrgState>,
    /// Which part of them.
    #[serde(flatten)]
    pub part: Onward,
}

operations! {
    /// The public organizations, by name.
    GET "/organizations" list_organizations() ? OrganizationQuery => Page<OrganizationCard>;
    /// Begins an organization of one's own.
    POST "/organizations" found_organization() = OrganizationForm => Founded;
    /// Every organization there is, the oldest first.
    GET "/organizations/all" survey_organizations() ? SurveyQuery => Page<SurveyedOrganization>;
    /// Begins an organization for somebody, at once.
    POST "/organizations/all" found_organization_for() = FoundForForm => Founded;
    /// Says whether an organization could be begun like that.
    POST "/organization-checks" check_organization() = OrganizationForm => ();
    /// Everything one has to do with organizations.
    GET "/me/organizations" my_organizations() => MyOrganizations;
    /// An organization's page.
    GET "/organizations/{organization}" organization(organization: OrgId) => Organization;
    /// The organization at that address.
    GET "/organizations/at/{slug}" organization_at(slug: &str) => Organization;
    /// Changes what an organization says of itself.
    PUT "/organizations/{organization}" revise_organization(organization: OrgId) = OrganizationForm => Organization;
    /// Closes an organization.
    POST "/organizations/{organization}/close" close_organization(organization: OrgId) ? Why => ();
    /// Reopens a closed one.
    POST "/organizations/{organization}/reopen" reopen_organization(organization: OrgId) ? Why => ();
    /// What was done in it, the last first.
    GET "/organizations/{organization}/audit" list_organization_trail(organization: OrgId) ? Onward => Page<TrailEntry>;

    /// What was reported about it, the newest first.
    GET "/organizations/{organization}/reports" list_reports_about_organization(organization: OrgId) ? Onward => Page<Report>;
    /// Its members, the highest roles first.
    GET "/organizations/{organization}/members" list_members(organization: OrgId) ? Onward => Page<Member>;
    /// Gives a member another role.
    PUT "/organizations/{organization}/members/{user}/role" set_member_role(organization: OrgId, user: UserId) = MemberRoleForm => ();
    /// Removes a member.
    DELETE "/organizations/{organization}/members/{user}" remove_member(organization: OrgId, user: UserId) => ();
    /// Joins an organization that is open.
    PUT "/me/memberships/{membership}" join_organization(membership: OrgId) => ();
    /// Leaves an organization.
    DELETE "/me/memberships/{membership}" leave_organization(membership: OrgId) => ();
    /// Offers a member the organization.
    POST "/organizations/{organization}/offer" offer_organization(organization: OrgId) = OfferForm => ();
    /// Takes the offer back.
    DELETE "/organizations/{organization}/offer" withdraw_offer(organization: OrgId) => ();
    /// Takes an organization over, or not.
    POST "/organizations/{organization}/offer/answer" answer_offer(organization: OrgId) = AnswerForm => ();

    /// Who asks, who is invited, and which links hold.
    GET "/organizations/{organization}/admissions" admissions(organization: OrgId) => Admissions;
    /// Asks to be let in.
    POST "/organizations/{organization}/request" ask_to_join(organization: OrgId) = JoinRequestForm => ();
    /// Asks no longer.
    DELETE "/organizations/{organization}/request" withdraw_join_request(organization: OrgId) => ();
    /// Lets in somebody who asks, or turns them away.
    POST "/organizations/{organization}/requests/{user}/answer" answer_join_request(organization: OrgId, user: UserId) = AnswerForm => ();
    /// Invites somebody by name.
    POST "/organizations/{organization}/invitations" invite_member(organization: OrgId) = InvitationForm => ();
    /// Takes an invitation back.
    DELETE "/organizations/{organization}/invitations/{user}" withdraw_invitation(organization: OrgId, user: UserId) => ();
    /// Accepts or declines an invitation.
    POST "/organizations/{organization}/invitation/answer" answer_invitation(organization: OrgId) = AnswerForm => ();
    /// Makes a link that lets people in.
    POST "/organizations/{organization}/links" make_invitation_link(organization: OrgId) = InvitationLinkForm => NewInvitationLink;
    /// Revokes a link.
    DELETE "/organizations/{organization}/links/{link}" revoke_invitation_link(organization: OrgId, link: InvitationLinkId) => ();
    /// Comes in by a link.
    POST "/organizations/links/follow" follow_invitation_link() = FollowLinkForm => ();

    /// Which roles may do what in it.
    GET "/organizations/{organization}/policies" list_policies(organization: OrgId) => Vec<Policy>;
    /// Decides who may do what, for every action at once.
    PUT "/organizations/{organization}/policies" set_policies(organization: OrgId) = PoliciesForm => ();

    /// Grants an organization that was asked for.
    POST "/organizations/{organization}/grant" grant_organization(organization: OrgId) ? Why => ();
    /// Refuses one.
    POST "/organizations/{organization}/refuse" refuse_organization(organization: OrgId) = ReasonForm => ();
    /// Stops an organization.
    POST "/organizations/{organization}/suspend" suspend_organization(organization: OrgId) = ReasonForm => ();
    /// Lets a suspended one go on.
    POST "/organizations/{organization}/resume" resume_organization(organization: OrgId) ? Why => ();
    /// Gives an organization to somebody, whoever owned it.
    PUT "/organizations/{organization}/owner" set_owner(organization: OrgId) = OwnerForm => ();
    /// Says how many may belong to it.
    PUT "/organizations/{organization}/seats" set_seats(organization: OrgId) = SeatsForm => ();
}
