//! `/organizations/{organization}/policies`: which roles may do what in an organization.

use axum::{Json, extract::State, http::StatusCode};
use base::OrgId;
use contract::organization::{PoliciesForm, Policy};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Body, Id, Known},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new().routes(routes!(list_policies, set_policies))
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
