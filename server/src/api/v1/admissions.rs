//! Who wants into an organization, and who is wanted: requests, invitations, links.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use base::{InvitationLinkId, OrgId, Secret, UserId};
use contract::organization::{
    Admissions, AnswerForm, FollowLinkForm, InvitationForm, InvitationLinkForm, JoinRequestForm, NewInvitationLink,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Body, Id, Known, shown_once},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(ask_to_join, withdraw_join_request))
        .routes(routes!(read_admissions))
        .routes(routes!(answer_join_request))
        .routes(routes!(invite_member))
        .routes(routes!(withdraw_invitation))
        .routes(routes!(answer_invitation))
        .routes(routes!(make_invitation_link))
        .routes(routes!(revoke_invitation_link))
        .routes(routes!(follow_invitation_link))
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
