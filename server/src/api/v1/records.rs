//! `/users/{user}/…` and `/organizations/{organization}/reports`: what is on record about somebody or something.

use axum::{Json, extract::State};
use base::{Actor, OrgId, ReportId, SanctionId, UserId};
use contract::{
    api::Page,
    moderation::{Report, Sanction},
    organization::Mine,
};
use moderation::{SanctionQuery, Subject};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Cursor, Id, Known, Limit, Listing, Onward, Query},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list_sanctions_of_user))
        .routes(routes!(list_reports_about_user))
        .routes(routes!(list_organizations_of_user))
        .routes(routes!(list_reports_about_organization))
}

/// Which sanctions to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WhichSanctions {
    /// Only those that hold now.
    #[serde(default)]
    #[param(required = false)]
    holding: bool,
    #[param(inline)]
    cursor: Option<Cursor<SanctionId>>,
    #[serde(default)]
    #[param(inline, required = false)]
    limit: Limit,
}

/// What was done about somebody, the newest first.
#[utoipa::path(get, path = "/users/{user}/sanctions", tag = "moderation", params(("user" = UserId, Path, description = "About whom"), WhichSanctions), responses((status = 200, description = "As asked", body = Page<Sanction>)))]
async fn list_sanctions_of_user(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(user): Id<UserId>,
    Query(which): Query<WhichSanctions>,
) -> Answer<Listing<Sanction>> {
    let query = SanctionQuery {
        user: Some(user),
        holding: which.holding,
        before: which.cursor.map(|Cursor(before)| before),
        at_most: which.limit.0,
        ..SanctionQuery::default()
    };
    let page = hub.moderation.sanctions(&actor, &query).await?;
    Ok(Listing::new(page.sanctions, page.next))
}

/// What was reported about somebody, decided or not, the newest first.
#[utoipa::path(get, path = "/users/{user}/reports", tag = "moderation", params(("user" = UserId, Path, description = "About whom"), Onward<ReportId>), responses((status = 200, description = "As asked", body = Page<Report>)))]
async fn list_reports_about_user(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(user): Id<UserId>,
    Query(which): Query<Onward<ReportId>>,
) -> Answer<Listing<Report>> {
    reports_about(&actor, &hub, Subject::Person(user), which).await
}

/// Where somebody belongs and as what, hidden and closed organizations as well.
#[utoipa::path(get, path = "/users/{user}/organizations", tag = "organizations", params(("user" = UserId, Path, description = "Whose")), responses((status = 200, description = "By name", body = Vec<Mine>)))]
async fn list_organizations_of_user(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(user): Id<UserId>,
) -> Answer<Json<Vec<Mine>>> {
    Ok(Json(hub.orgs.of_person(&actor, user).await?))
}

/// What was reported about an organization, decided or not, the newest first.
#[utoipa::path(get, path = "/organizations/{organization}/reports", tag = "moderation", params(("organization" = OrgId, Path, description = "About which"), Onward<ReportId>), responses((status = 200, description = "As asked", body = Page<Report>)))]
async fn list_reports_about_organization(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
    Query(which): Query<Onward<ReportId>>,
) -> Answer<Listing<Report>> {
    reports_about(&actor, &hub, Subject::Organization(organization), which).await
}

async fn reports_about(actor: &Actor, hub: &Hub, subject: Subject, which: Onward<ReportId>) -> Answer<Listing<Report>> {
    let (before, at_most) = which.parts();
    let (reports, next) = hub.moderation.reports_about(actor, subject, before, at_most).await?;
    Ok(Listing::new(reports, next))
}
