//! `/organizations/{organization}/members` and `/me/memberships`: who belongs to an organization, as what, and who owns it.

use axum::{extract::State, http::StatusCode};
use base::{OrgId, UserId};
use contract::{
    api::Page,
    organization::{AnswerForm, Member, MemberRoleForm, OfferForm},
};
use orgs::MemberQuery;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Body, Id, Known, Listing, Onward, Query},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(join_organization, leave_organization))
        .routes(routes!(list_members))
        .routes(routes!(set_member_role))
        .routes(routes!(remove_member))
        .routes(routes!(offer_organization, withdraw_offer))
        .routes(routes!(answer_offer))
}

/// Its members, the highest roles first.
#[utoipa::path(
    get, path = "/organizations/{organization}/members", tag = "organizations",
    params(Onward<String>, ("organization" = OrgId, Path, description = "Which organization")),
    responses((status = 200, description = "As asked", body = Page<Member>)),
)]
async fn list_members(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
    Query(which): Query<Onward<String>>,
) -> Answer<Listing<Member>> {
    let (after, at_most) = which.parts();
    let query = MemberQuery { after: after.unwrap_or_default(), at_most };
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
