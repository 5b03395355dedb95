//! The server functions of organizations, for those who run the hub.

use contract::{
    moderation::Report,
    organization::{Organization, Survey},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::context;
use crate::error::AppError;

#[cfg(feature = "ssr")]
mod call {
    use base::Actor;
    use orgs::Orgs;

    use super::context;

    pub(super) fn orgs() -> (Orgs, Actor) {
        (context::services().orgs.clone(), context::visitor().actor)
    }
}

/// A page of all organizations there are.
#[server(endpoint = "admin_organizations")]
pub async fn read_organizations(
    #[server(default)] search: String,
    #[server(default)] state: String,
    #[server(default)] after: String,
) -> Result<Survey, AppError> {
    use contract::organization::OrgState;

    let (orgs, actor) = call::orgs();
    let after = after.parse::<i64>().ok().map(Into::into);
    context::may_search(&search)?;
    let query = orgs::SurveyQuery { search, state: OrgState::from_word(&state), after, at_most: 50 };
    orgs.survey(&actor, query).await.map_err(context::told)
}

/// What the page of one organization shows.
#[derive(Clone, Serialize, Deserialize)]
pub struct OneOrganization {
    /// The organization.
    pub organization: Organization,
    /// What was reported about it, newest first.
    pub reports: Vec<Report>,
}

/// One organization.
#[server(endpoint = "admin_organization")]
pub async fn read_organization(organization: i64) -> Result<OneOrganization, AppError> {
    let (orgs, actor) = call::orgs();
    // Contexts are read before anything is waited for: the page may have gone by then, and they with it.
    let moderation = context::services().moderation.clone();
    let found = orgs.organization(&actor, organization.into()).await.map_err(context::told)?;
    let subject = moderation::Subject::Organization(organization.into());
    let reports = moderation.reports_about(&actor, subject, None, 20).await;
    let (reports, _) = reports.map_err(context::told)?;
    Ok(OneOrganization { organization: found, reports })
}

/// Grants what was asked for.
#[server(endpoint = "admin_grant_organization")]
pub async fn grant_organization(organization: i64, #[server(default)] reason: String) -> Result<(), AppError> {
    let (orgs, actor) = call::orgs();
    orgs.grant(&actor, organization.into(), &reason).await.map_err(context::told)
}

/// Refuses what was asked for.
#[server(endpoint = "admin_refuse_organization")]
pub async fn refuse_organization(organization: i64, #[server(default)] reason: String) -> Result<(), AppError> {
    use contract::Field;

    let (orgs, actor) = call::orgs();
    let refused = orgs.refuse(&actor, organization.into(), &reason).await;
    refused.map_err(|error| context::told(error).keeping([(Field::Reason, reason)]))
}

/// Stops one.
#[server(endpoint = "admin_suspend_organization")]
pub async fn suspend_organization(organization: i64, #[server(default)] reason: String) -> Result<(), AppError> {
    use contract::Field;

    let (orgs, actor) = call::orgs();
    let suspended = orgs.suspend(&actor, organization.into(), &reason).await;
    suspended.map_err(|error| context::told(error).keeping([(Field::Reason, reason)]))
}

/// Lets a suspended one go on.
#[server(endpoint = "admin_resume_organization")]
pub async fn resume_organization(organization: i64, #[server(default)] reason: String) -> Result<(), AppError> {
    let (orgs, actor) = call::orgs();
    orgs.resume(&actor, organization.into(), &reason).await.map_err(context::told)
}

/// Closes one. Answers with the path to go on to: a request that is closed is gone at once.
#[server(endpoint = "admin_close_organization")]
pub async fn close_organization(organization: i64, #[server(default)] reason: String) -> Result<String, AppError> {
    let (orgs, actor) = call::orgs();
    orgs.close(&actor, organization.into(), &reason).await.map_err(context::told)?;
    context::go_on_to("/admin/organizations");
    Ok("/admin/organizations".to_owned())
}

/// Reopens one.
#[server(endpoint = "admin_reopen_organization")]
pub async fn reopen_organization(organization: i64, #[server(default)] reason: String) -> Result<(), AppError> {
    let (orgs, actor) = call::orgs();
    orgs.reopen(&actor, organization.into(), &reason).await.map_err(context::told)
}

/// Gives one to somebody else.
#[server(endpoint = "admin_set_organization_owner")]
pub async fn set_organization_owner(organization: i64, #[server(default)] name: String) -> Result<(), AppError> {
    use contract::Field;

    let (orgs, actor) = call::orgs();
    let given = orgs.set_owner(&actor, organization.into(), &name).await;
    given.map_err(|error| context::told(error).keeping([(Field::Name, name)]))
}

/// Says how many may belong to one.
#[server(endpoint = "admin_set_organization_seats")]
pub async fn set_organization_seats(organization: i64, #[server(default)] seats: String) -> Result<(), AppError> {
    use contract::Field;

    let (orgs, actor) = call::orgs();
    let set = orgs.set_seats(&actor, organization.into(), seats.trim().parse().unwrap_or(0)).await;
    set.map_err(|error| context::told(error).keeping([(Field::Seats, seats)]))
}
