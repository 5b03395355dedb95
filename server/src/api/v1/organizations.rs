//! `/organizations`: organizations, their members, and who wants in.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use base::{AuditId, InvitationLinkId, OrgId, Secret, UserId};
use contract::{
    api::Page,
    organization::{
        Admissions, AnswerForm, FollowLinkForm, Founded, InvitationForm, InvitationLinkForm, JoinRequestForm, Member,
        MemberRoleForm, MyOrganizations, NewInvitationLink, OfferForm, OrgState, Organization, OrganizationCard,
        OrganizationForm, OwnerForm, PoliciesForm, Policy, ReasonForm, SeatsForm, SurveyedOrganization, TrailEntry,
    },
};
use orgs::{MemberQuery, OrgQuery, SurveyQuery};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Anybody, Body, Cursor, Id, Known, Limit, Listing, Query, shown_once},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list_organizations, found_organization))
        .routes(routes!(survey_organizations))
        .routes(routes!(read_my_organizations))
        .routes(routes!(read_organization, revise_organization))
        .routes(routes!(join_organization, leave_organization))
        .routes(routes!(ask_to_join, withdraw_join_request))
        .routes(routes!(list_members))
        .routes(routes!(set_member_role))
        .routes(routes!(remove_member))
        .routes(routes!(read_admissions))
        .routes(routes!(answer_join_request))
        .routes(routes!(invite_member))
        .routes(routes!(withdraw_invitation))
        .routes(routes!(answer_invitation))
        .routes(routes!(make_invitation_link))
        .routes(routes!(revoke_invitation_link))
        .routes(routes!(follow_invitation_link))
        .routes(routes!(list_policies, set_policies))
        .routes(routes!(list_organization_trail))
        .routes(routes!(offer_organization, withdraw_offer))
        .routes(routes!(answer_offer))
        .routes(routes!(close_organization))
        .routes(routes!(reopen_organization))
        .routes(routes!(grant_organization))
        .routes(routes!(refuse_organization))
        .routes(routes!(suspend_organization))
        .routes(routes!(resume_organization))
        .routes(routes!(set_owner))
        .routes(routes!(set_seats))
}

/// Which organizations to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Part of a name.
    #[serde(default)]
    #[param(max_length = 100, required = false)]
    search: String,
    #[param(inline)]
    cursor: Option<Cursor<String>>,
    #[serde(default)]
    #[param(inline, required = false)]
    limit: Limit,
}

/// Which of all organizations to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Surveyed {
    /// Part of a name.
    #[serde(default)]
    #[param(max_length = 100, required = false)]
    search: String,
    /// Only those in that state.
    #[param(inline)]
    state: Option<OrgState>,
    #[param(inline)]
    cursor: Option<Cursor<OrgId>>,
    #[serde(default)]
    #[param(inline, required = false)]
    limit: Limit,
}

/// Which members to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Members {
    #[param(inline)]
    cursor: Option<Cursor<String>>,
    #[serde(default)]
    #[param(inline, required = false)]
    limit: Limit,
}

/// Which entries to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Older {
    #[param(inline)]
    cursor: Option<Cursor<AuditId>>,
    #[serde(default)]
    #[param(inline, required = false)]
    limit: Limit,
}

/// The public organizations, by name.
#[utoipa::path(
    get, path = "/organizations", tag = "organizations",
    params(Which),
    responses((status = 200, description = "As asked", body = Page<OrganizationCard>)),
    security(()),
)]
async fn list_organizations(
    Anybody(actor): Anybody,
    State(hub): State<Hub>,
    Query(which): Query<Which>,
) -> Answer<Listing<OrganizationCard>> {
    let after = which.cursor.map(|Cursor(after)| after).unwrap_or_default();
    let query = OrgQuery { search: which.search, after, at_most: which.limit.0 };
    let page = hub.orgs.list(&actor, &query).await?;
    Ok(Listing::new(page.organizations, page.next))
}

/// Begin an organization of one's own.
///
/// Whether it is there at once or has to be granted, the hub's settings decide.
#[utoipa::path(
    post, path = "/organizations", tag = "organizations",
    request_body = OrganizationForm,
    responses((status = 201, description = "Begun, or asked for", body = Founded)),
)]
async fn found_organization(
    Known(actor): Known,
    State(hub): State<Hub>,
    Body(form): Body<OrganizationForm>,
) -> Answer<(StatusCode, Json<Founded>)> {
    Ok((StatusCode::CREATED, Json(hub.orgs.found(&actor, form).await?)))
}

/// Every organization there is, the oldest first.
///
/// For those who run the hub: hidden, requested and closed ones as well.
#[utoipa::path(
    get, path = "/organizations/all", tag = "organizations",
    params(Surveyed),
    responses((status = 200, description = "As asked", body = Page<SurveyedOrganization>)),
)]
async fn survey_organizations(
    Known(actor): Known,
    State(hub): State<Hub>,
    Query(which): Query<Surveyed>,
) -> Answer<Listing<SurveyedOrganization>> {
    let query = SurveyQuery {
        search: which.search,
        state: which.state,
        after: which.cursor.map(|Cursor(after)| after),
        at_most: which.limit.0,
    };
    let page = hub.orgs.survey(&actor, query).await?;
    Ok(Listing::new(page.organizations, page.next))
}

/// Everything one has to do with organizations.
#[utoipa::path(
    get, path = "/me/organizations", tag = "organizations",
    responses((status = 200, description = "Memberships, invitations and requests", body = MyOrganizations)),
)]
async fn read_my_organizations(Known(actor): Known, State(hub): State<Hub>) -> Answer<Json<MyOrganizations>> {
    Ok(Json(hub.orgs.mine(&actor).await?))
}

/// An organization's page.
#[utoipa::path(
    get, path = "/organizations/{organization}", tag = "organizations",
    params(("organization" = OrgId, Path, description = "Which organization")),
    responses((status = 200, description = "As whoever asks may see it", body = Organization)),
    security(()),
)]
async fn read_organization(
    Anybody(actor): Anybody,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
) -> Answer<Json<Organization>> {
    Ok(Json(hub.orgs.organization(&actor, organization).await?))
}

/// Change what an organization says of itself.
///
/// A former address goes on leading to it.
#[utoipa::path(
    put, path = "/organizations/{organization}", tag = "organizations",
    params(("organization" = OrgId, Path, description = "Which organization")),
    request_body = OrganizationForm,
    responses((status = 200, description = "As it is now", body = Organization)),
)]
async fn revise_organization(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
    Body(form): Body<OrganizationForm>,
) -> Answer<Json<Organization>> {
    hub.orgs.revise(&actor, organization, form).await?;
    Ok(Json(hub.orgs.organization(&actor, organization).await?))
}

/// Join an organization that is open.
///
/// A membership goes by the number of its organization.
#[utoipa::path(
    put, path = "/me/memberships/{membership}", tag = "organizations",
    params(("membership" = OrgId, Path, description = "Which organization")),
    responses((status = 204, description = "Done")),
)]
async fn join_organization(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(membership): Id<OrgId>,
) -> Answer<StatusCode> {
    hub.orgs.join(&actor, membership).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Leave an organization.
///
/// The owner can't: they hand it on, or close it.
#[utoipa::path(
    delete, path = "/me/memberships/{membership}", tag = "organizations",
    params(("membership" = OrgId, Path, description = "Which organization")),
    responses((status = 204, description = "Done")),
)]
async fn leave_organization(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(membership): Id<OrgId>,
) -> Answer<StatusCode> {
    hub.orgs.leave(&actor, membership).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ask to be let in.
#[utoipa::path(
    post, path = "/organizations/{organization}/request", tag = "organizations",
    params(("organization" = OrgId, Path, description = "Which organization")),
    request_body = JoinRequestForm,
    responses((status = 204, description = "Done")),
)]
async fn ask_to_join(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
    Body(form): Body<JoinRequestForm>,
) -> Answer<StatusCode> {
    hub.orgs.ask(&actor, organization, &form.message).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ask no longer.
#[utoipa::path(
    delete, path = "/organizations/{organization}/request", tag = "organizations",
    params(("organization" = OrgId, Path, description = "Which organization")),
    responses((status = 204, description = "Done")),
)]
async fn withdraw_join_request(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
) -> Answer<StatusCode> {
    hub.orgs.withdraw_request(&actor, organization).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Its members, the highest roles first.
#[utoipa::path(
    get, path = "/organizations/{organization}/members", tag = "organizations",
    params(Members, ("organization" = OrgId, Path, description = "Which organization")),
    responses((status = 200, description = "As asked", body = Page<Member>)),
)]
async fn list_members(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
    Query(which): Query<Members>,
) -> Answer<Listing<Member>> {
    let after = which.cursor.map(|Cursor(after)| after).unwrap_or_default();
    let query = MemberQuery { after, at_most: which.limit.0 };
    let page = hub.orgs.members(&actor, organization, &query).await?;
    Ok(Listing::new(page.members, page.next))
}

/// Give a member another role, below one's own.
#[utoipa::path(
    put, path = "/organizations/{organization}/members/{user}/role", tag = "organizations",
    params(("organization" = OrgId, Path, description = "Which organization"), ("user" = UserId, Path, description = "Who")),
    request_body = MemberRoleForm,
    responses((status = 204, description = "Done")),
)]
async fn set_member_role(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((organization, user)): Id<(OrgId, UserId)>,
    Body(form): Body<MemberRoleForm>,
) -> Answer<StatusCode> {
    hub.orgs.set_role(&actor, organization, user, form.role).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Remove a member whose role is below one's own.
#[utoipa::path(
    delete, path = "/organizations/{organization}/members/{user}", tag = "organizations",
    params(("organization" = OrgId, Path, description = "Which organization"), ("user" = UserId, Path, description = "Who")),
    responses((status = 204, description = "Done")),
)]
async fn remove_member(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((organization, user)): Id<(OrgId, UserId)>,
) -> Answer<StatusCode> {
    hub.orgs.remove_member(&actor, organization, user).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who asks, who is invited, and which links hold.
#[utoipa::path(
    get, path = "/organizations/{organization}/admissions", tag = "organizations",
    params(("organization" = OrgId, Path, description = "Which organization")),
    responses((status = 200, description = "All of them", body = Admissions)),
)]
async fn read_admissions(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
) -> Answer<Json<Admissions>> {
    Ok(Json(hub.orgs.admissions(&actor, organization).await?))
}

/// Let in somebody who asks, or turn them away.
#[utoipa::path(
    post, path = "/organizations/{organization}/requests/{user}/answer", tag = "organizations",
    params(("organization" = OrgId, Path, description = "Which organization"), ("user" = UserId, Path, description = "Who")),
    request_body = AnswerForm,
    responses((status = 204, description = "Done")),
)]
async fn answer_join_request(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((organization, user)): Id<(OrgId, UserId)>,
    Body(form): Body<AnswerForm>,
) -> Answer<StatusCode> {
    hub.orgs.answer_request(&actor, organization, user, form.accept).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Invite somebody by name.
#[utoipa::path(
    post, path = "/organizations/{organization}/invitations", tag = "organizations",
    params(("organization" = OrgId, Path, description = "Which organization")),
    request_body = InvitationForm,
    responses((status = 204, description = "Done")),
)]
async fn invite_member(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
    Body(form): Body<InvitationForm>,
) -> Answer<StatusCode> {
    hub.orgs.invite(&actor, organization, &form.name, form.role).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take an invitation back.
#[utoipa::path(
    delete, path = "/organizations/{organization}/invitations/{user}", tag = "organizations",
    params(("organization" = OrgId, Path, description = "Which organization"), ("user" = UserId, Path, description = "Who")),
    responses((status = 204, description = "Done")),
)]
async fn withdraw_invitation(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((organization, user)): Id<(OrgId, UserId)>,
) -> Answer<StatusCode> {
    hub.orgs.withdraw_invitation(&actor, organization, user).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Accept or decline an invitation.
#[utoipa::path(
    post, path = "/organizations/{organization}/invitation/answer", tag = "organizations",
    params(("organization" = OrgId, Path, description = "Which organization")),
    request_body = AnswerForm,
    responses((status = 204, description = "Done")),
)]
async fn answer_invitation(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
    Body(form): Body<AnswerForm>,
) -> Answer<StatusCode> {
    hub.orgs.answer_invitation(&actor, organization, form.accept).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make a link that lets people in.
#[utoipa::path(
    post, path = "/organizations/{organization}/links", tag = "organizations",
    params(("organization" = OrgId, Path, description = "Which organization")),
    request_body = InvitationLinkForm,
    responses((status = 201, description = "What stands in it, told this once", body = NewInvitationLink)),
)]
async fn make_invitation_link(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
    Body(form): Body<InvitationLinkForm>,
) -> Answer<Response> {
    let made = hub.orgs.make_link(&actor, organization, &form).await?;
    Ok(shown_once((StatusCode::CREATED, Json(made))))
}

/// Revoke a link.
#[utoipa::path(
    delete, path = "/organizations/{organization}/links/{link}", tag = "organizations",
    params(("organization" = OrgId, Path, description = "Which organization"), ("link" = InvitationLinkId, Path, description = "Which link")),
    responses((status = 204, description = "Done")),
)]
async fn revoke_invitation_link(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((organization, link)): Id<(OrgId, InvitationLinkId)>,
) -> Answer<StatusCode> {
    hub.orgs.revoke_link(&actor, organization, link).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Come in by an invitation link.
#[utoipa::path(
    post, path = "/organizations/links/follow", tag = "organizations",
    request_body = FollowLinkForm,
    responses((status = 204, description = "In")),
)]
async fn follow_invitation_link(
    Known(actor): Known,
    State(hub): State<Hub>,
    Body(form): Body<FollowLinkForm>,
) -> Answer<StatusCode> {
    hub.orgs.follow_link(&actor, &Secret::new(form.token)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which roles may do what in it, where that is its own to decide.
#[utoipa::path(
    get, path = "/organizations/{organization}/policies", tag = "organizations",
    params(("organization" = OrgId, Path, description = "Which organization")),
    responses((status = 200, description = "Every such action", body = Vec<Policy>)),
)]
async fn list_policies(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
) -> Answer<Json<Vec<Policy>>> {
    Ok(Json(hub.orgs.policies(&actor, organization).await?))
}

/// Decide who may do what, for every action at once.
#[utoipa::path(
    put, path = "/organizations/{organization}/policies", tag = "organizations",
    params(("organization" = OrgId, Path, description = "Which organization")),
    request_body = PoliciesForm,
    responses((status = 204, description = "Done")),
)]
async fn set_policies(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
    Body(form): Body<PoliciesForm>,
) -> Answer<StatusCode> {
    let wanted = form.policies.into_iter().map(|policy| (policy.action, policy.roles)).collect();
    hub.orgs.set_policies(&actor, organization, wanted).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What was done in it, the last first.
#[utoipa::path(
    get, path = "/organizations/{organization}/audit", tag = "organizations",
    params(Older, ("organization" = OrgId, Path, description = "Which organization")),
    responses((status = 200, description = "As asked", body = Page<TrailEntry>)),
)]
async fn list_organization_trail(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
    Query(which): Query<Older>,
) -> Answer<Listing<TrailEntry>> {
    let before = which.cursor.map(|Cursor(before)| before);
    let page = hub.orgs.trail(&actor, organization, before, which.limit.0).await?;
    Ok(Listing::new(page.entries, page.next))
}

/// Offer a member the organization.
#[utoipa::path(
    post, path = "/organizations/{organization}/offer", tag = "organizations",
    params(("organization" = OrgId, Path, description = "Which organization")),
    request_body = OfferForm,
    responses((status = 204, description = "Done")),
)]
async fn offer_organization(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
    Body(form): Body<OfferForm>,
) -> Answer<StatusCode> {
    hub.orgs.offer(&actor, organization, form.user).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take the offer back.
#[utoipa::path(
    delete, path = "/organizations/{organization}/offer", tag = "organizations",
    params(("organization" = OrgId, Path, description = "Which organization")),
    responses((status = 204, description = "Done")),
)]
async fn withdraw_offer(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
) -> Answer<StatusCode> {
    hub.orgs.withdraw_offer(&actor, organization).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take an organization over, or not.
#[utoipa::path(
    post, path = "/organizations/{organization}/offer/answer", tag = "organizations",
    params(("organization" = OrgId, Path, description = "Which organization")),
    request_body = AnswerForm,
    responses((status = 204, description = "Done")),
)]
async fn answer_offer(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
    Body(form): Body<AnswerForm>,
) -> Answer<StatusCode> {
    hub.orgs.answer_offer(&actor, organization, form.accept).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Close an organization.
///
/// For thirty days it can be reopened; one that was only asked for is gone at once.
#[utoipa::path(
    post, path = "/organizations/{organization}/close", tag = "organizations",
    params(("organization" = OrgId, Path, description = "Which organization")),
    responses((status = 204, description = "Done")),
)]
async fn close_organization(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
) -> Answer<StatusCode> {
    hub.orgs.close(&actor, organization).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Reopen a closed organization.
#[utoipa::path(
    post, path = "/organizations/{organization}/reopen", tag = "organizations",
    params(("organization" = OrgId, Path, description = "Which organization")),
    responses((status = 204, description = "Done")),
)]
async fn reopen_organization(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
) -> Answer<StatusCode> {
    hub.orgs.reopen(&actor, organization).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Grant an organization that was asked for.
#[utoipa::path(
    post, path = "/organizations/{organization}/grant", tag = "organizations",
    params(("organization" = OrgId, Path, description = "Which organization")),
    responses((status = 204, description = "Done")),
)]
async fn grant_organization(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
) -> Answer<StatusCode> {
    hub.orgs.grant(&actor, organization).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Refuse an organization that was asked for.
#[utoipa::path(
    post, path = "/organizations/{organization}/refuse", tag = "organizations",
    params(("organization" = OrgId, Path, description = "Which organization")),
    request_body = ReasonForm,
    responses((status = 204, description = "Done")),
)]
async fn refuse_organization(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
    Body(form): Body<ReasonForm>,
) -> Answer<StatusCode> {
    hub.orgs.refuse(&actor, organization, &form.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Stop an organization.
#[utoipa::path(
    post, path = "/organizations/{organization}/suspend", tag = "organizations",
    params(("organization" = OrgId, Path, description = "Which organization")),
    request_body = ReasonForm,
    responses((status = 204, description = "Done")),
)]
async fn suspend_organization(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
    Body(form): Body<ReasonForm>,
) -> Answer<StatusCode> {
    hub.orgs.suspend(&actor, organization, &form.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Let a suspended organization go on.
#[utoipa::path(
    post, path = "/organizations/{organization}/resume", tag = "organizations",
    params(("organization" = OrgId, Path, description = "Which organization")),
    responses((status = 204, description = "Done")),
)]
async fn resume_organization(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
) -> Answer<StatusCode> {
    hub.orgs.resume(&actor, organization).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give an organization to somebody, whoever owned it.
#[utoipa::path(
    put, path = "/organizations/{organization}/owner", tag = "organizations",
    params(("organization" = OrgId, Path, description = "Which organization")),
    request_body = OwnerForm,
    responses((status = 204, description = "Done")),
)]
async fn set_owner(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
    Body(form): Body<OwnerForm>,
) -> Answer<StatusCode> {
    hub.orgs.set_owner(&actor, organization, &form.name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Say how many may belong to it.
#[utoipa::path(
    put, path = "/organizations/{organization}/seats", tag = "organizations",
    params(("organization" = OrgId, Path, description = "Which organization")),
    request_body = SeatsForm,
    responses((status = 204, description = "Done")),
)]
async fn set_seats(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
    Body(form): Body<SeatsForm>,
) -> Answer<StatusCode> {
    hub.orgs.set_seats(&actor, organization, form.seats).await?;
    Ok(StatusCode::NO_CONTENT)
}
