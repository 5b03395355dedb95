//! `/organizations`: organizations, and what they say of themselves.

use axum::{Json, extract::State, http::StatusCode};
use base::{AuditId, OrgId};
use contract::{
    api::{Page, Why},
    organization::{Founded, MyOrganizations, Organization, OrganizationCard, OrganizationForm, TrailEntry},
};
use orgs::OrgQuery;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Anybody, Body, ByName, Id, Known, Listing, Onward, Query},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list_organizations, found_organization))
        .routes(routes!(read_my_organizations))
        .routes(routes!(read_organization, revise_organization))
        .routes(routes!(list_organization_trail))
        .routes(routes!(close_organization))
        .routes(routes!(reopen_organization))
        .routes(routes!(read_organization_at))
        .routes(routes!(check_organization))
}

/// The public organizations, by name.
#[utoipa::path(
    get, path = "/organizations", tag = "organizations",
    params(ByName),
    responses((status = 200, description = "As asked", body = Page<OrganizationCard>)),
    security(()),
)]
async fn list_organizations(
    Anybody(actor): Anybody,
    State(hub): State<Hub>,
    Query(which): Query<ByName>,
) -> Answer<Listing<OrganizationCard>> {
    let (search, after, at_most) = which.parts();
    let query = OrgQuery { search, after: after.unwrap_or_default(), at_most };
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

/// Close an organization.
///
/// For thirty days it can be reopened; one that was only asked for is gone at once.
#[utoipa::path(
    post, path = "/organizations/{organization}/close", tag = "organizations",
    params(("organization" = OrgId, Path, description = "Which organization"), Why),
    responses((status = 204, description = "Done")),
)]
async fn close_organization(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
    Query(why): Query<Why>,
) -> Answer<StatusCode> {
    hub.orgs.close(&actor, organization, &why.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Reopen a closed organization.
#[utoipa::path(
    post, path = "/organizations/{organization}/reopen", tag = "organizations",
    params(("organization" = OrgId, Path, description = "Which organization"), Why),
    responses((status = 204, description = "Done")),
)]
async fn reopen_organization(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
    Query(why): Query<Why>,
) -> Answer<StatusCode> {
    hub.orgs.reopen(&actor, organization, &why.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What was done in it, the last first.
#[utoipa::path(
    get, path = "/organizations/{organization}/audit", tag = "organizations",
    params(Onward<AuditId>, ("organization" = OrgId, Path, description = "Which organization")),
    responses((status = 200, description = "As asked", body = Page<TrailEntry>)),
)]
async fn list_organization_trail(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
    Query(which): Query<Onward<AuditId>>,
) -> Answer<Listing<TrailEntry>> {
    let (before, at_most) = which.parts();
    let page = hub.orgs.trail(&actor, organization, before, at_most).await?;
    Ok(Listing::new(page.entries, page.next))
}

/// The organization at that address: the last part of it, or a former one.
#[utoipa::path(
    get, path = "/organizations/at/{slug}", tag = "organizations",
    params(("slug" = String, Path, description = "The last part of its address", example = "the-northern-gate")),
    responses((status = 200, description = "As whoever asks may see it", body = Organization)),
    security(()),
)]
async fn read_organization_at(
    Anybody(actor): Anybody,
    State(hub): State<Hub>,
    Id(slug): Id<String>,
) -> Answer<Json<Organization>> {
    let organization = hub.orgs.id_of(&actor, &slug).await?;
    Ok(Json(hub.orgs.organization(&actor, organization).await?))
}

/// Say whether an organization could be begun like that: name and address are free and fit.
#[utoipa::path(
    post, path = "/organization-checks", tag = "organizations",
    request_body = OrganizationForm,
    responses((status = 204, description = "It could")),
)]
async fn check_organization(
    Known(actor): Known,
    State(hub): State<Hub>,
    Body(form): Body<OrganizationForm>,
) -> Answer<StatusCode> {
    hub.orgs.check_form(&actor, &form).await?;
    Ok(StatusCode::NO_CONTENT)
}
