//! What those who run the hub do about organizations.

use axum::{Json, extract::State, http::StatusCode};
use base::OrgId;
use contract::{
    api::{Page, Why},
    organization::{FoundForForm, Founded, OrgState, OwnerForm, ReasonForm, SeatsForm, SurveyedOrganization},
};
use orgs::SurveyQuery;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Body, Cursor, Id, Known, Limit, Listing, Query},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(survey_organizations, found_organization_for))
        .routes(routes!(grant_organization))
        .routes(routes!(refuse_organization))
        .routes(routes!(suspend_organization))
        .routes(routes!(resume_organization))
        .routes(routes!(set_owner))
        .routes(routes!(set_seats))
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

/// Grant an organization that was asked for.
#[utoipa::path(
    post, path = "/organizations/{organization}/grant", tag = "organizations",
    params(("organization" = OrgId, Path, description = "Which organization"), Why),
    responses((status = 204, description = "Done")),
)]
async fn grant_organization(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
    Query(why): Query<Why>,
) -> Answer<StatusCode> {
    hub.orgs.grant(&actor, organization, &why.reason).await?;
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
    params(("organization" = OrgId, Path, description = "Which organization"), Why),
    responses((status = 204, description = "Done")),
)]
async fn resume_organization(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
    Query(why): Query<Why>,
) -> Answer<StatusCode> {
    hub.orgs.resume(&actor, organization, &why.reason).await?;
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

/// Begin an organization for somebody, at once.
#[utoipa::path(
    post, path = "/organizations/all", tag = "organizations",
    request_body = FoundForForm,
    responses((status = 201, description = "Begun", body = Founded)),
)]
async fn found_organization_for(
    Known(actor): Known,
    State(hub): State<Hub>,
    Body(form): Body<FoundForForm>,
) -> Answer<(StatusCode, Json<Founded>)> {
    Ok((StatusCode::CREATED, Json(hub.orgs.found_for(&actor, &form.owner, form.organization).await?)))
}
