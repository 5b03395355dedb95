//! `/jobs`: what is still to be done, as those who run the hub look after it.

use axum::{Json, extract::State, http::StatusCode};
use base::{JobId, Kind};
use contract::{
    api::Page,
    job::{Job, JobDepth, JobState},
};
use jobs::JobQuery;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Cursor, Id, Known, Limit, Listing, Query},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list_jobs))
        .routes(routes!(count_jobs))
        .routes(routes!(get_job, remove_job))
        .routes(routes!(retry_job))
}

/// Which jobs to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WhichJobs {
    /// Only those of that kind, such as `mail.send`.
    #[param(max_length = 100)]
    kind: Option<String>,
    /// Only those in that state.
    #[param(inline)]
    state: Option<JobState>,
    #[param(inline)]
    cursor: Option<Cursor<JobId>>,
    #[serde(default)]
    #[param(inline, required = false)]
    limit: Limit,
}

/// The jobs, newest first.
#[utoipa::path(get, path = "/jobs", tag = "jobs", params(WhichJobs), responses((status = 200, description = "As asked", body = Page<Job>)))]
async fn list_jobs(
    Known(actor): Known,
    State(hub): State<Hub>,
    Query(which): Query<WhichJobs>,
) -> Answer<Listing<Job>> {
    let query = JobQuery {
        kind: which.kind,
        state: which.state,
        before: which.cursor.map(|Cursor(before)| before),
        at_most: which.limit.0,
    };
    let page = hub.work.jobs.list(&actor, query).await?;
    Ok(Listing::new(page.jobs, page.next))
}

/// How many jobs of each kind there are.
///
/// Kinds of which everything is done are left out.
#[utoipa::path(get, path = "/job-counts", tag = "jobs", responses((status = 200, description = "As asked", body = Vec<JobDepth>)))]
async fn count_jobs(Known(actor): Known, State(hub): State<Hub>) -> Answer<Json<Vec<JobDepth>>> {
    Ok(Json(hub.work.jobs.overview(&actor).await?))
}

/// One job.
#[utoipa::path(get, path = "/jobs/{job}", tag = "jobs", params(("job" = JobId, Path, description = "Which")), responses((status = 200, description = "As asked", body = Job)))]
async fn get_job(Known(actor): Known, State(hub): State<Hub>, Id(job): Id<JobId>) -> Answer<Json<Job>> {
    Ok(Json(hub.work.jobs.find(&actor, job).await?.ok_or(Kind::NotFound)?))
}

/// Try a job at once that waits or was given up.
///
/// It has all its attempts before it again.
#[utoipa::path(post, path = "/jobs/{job}/retry", tag = "jobs", params(("job" = JobId, Path, description = "Which")), responses((status = 204, description = "In the queue")))]
async fn retry_job(Known(actor): Known, State(hub): State<Hub>, Id(job): Id<JobId>) -> Answer<StatusCode> {
    hub.work.jobs.retry(&actor, job).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Remove a job that is not running.
#[utoipa::path(delete, path = "/jobs/{job}", tag = "jobs", params(("job" = JobId, Path, description = "Which")), responses((status = 204, description = "Gone")))]
async fn remove_job(Known(actor): Known, State(hub): State<Hub>, Id(job): Id<JobId>) -> Answer<StatusCode> {
    hub.work.jobs.remove(&actor, job).await?;
    Ok(StatusCode::NO_CONTENT)
}
