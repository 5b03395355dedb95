//! `/schedules`: what is done at its time, as those who run the hub look after it.

use axum::{Json, extract::State, http::StatusCode};
use base::{Kind, ScheduleId, ScheduleRunId};
use contract::{
    api::Page,
    schedule::{AskedFor, Schedule, ScheduleRun, When},
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Body, Cursor, Id, Known, Limit, Listing, Query},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list_schedules))
        .routes(routes!(get_schedule))
        .routes(routes!(choose_time, reset_time))
        .routes(routes!(pause_schedule))
        .routes(routes!(resume_schedule))
        .routes(routes!(run_schedule))
        .routes(routes!(list_schedule_runs))
}

/// Which schedules to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WhichSchedules {
    #[param(inline)]
    cursor: Option<Cursor<ScheduleId>>,
    #[serde(default)]
    #[param(inline, required = false)]
    limit: Limit,
}

/// Which runs to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WhichRuns {
    #[param(inline)]
    cursor: Option<Cursor<ScheduleRunId>>,
    #[serde(default)]
    #[param(inline, required = false)]
    limit: Limit,
}

/// What is done at its time: by the hub, and by plugins.
#[utoipa::path(get, path = "/schedules", tag = "schedules", params(WhichSchedules), responses((status = 200, description = "As asked", body = Page<Schedule>)))]
async fn list_schedules(
    Known(actor): Known,
    State(hub): State<Hub>,
    Query(which): Query<WhichSchedules>,
) -> Answer<Listing<Schedule>> {
    let after = which.cursor.map(|Cursor(after)| after);
    let page = hub.work.jobs.schedules().list(&actor, after, which.limit.0).await?;
    Ok(Listing::new(page.schedules, page.next))
}

/// One schedule, with its next times.
#[utoipa::path(get, path = "/schedules/{schedule}", tag = "schedules", params(("schedule" = ScheduleId, Path, description = "Which")), responses((status = 200, description = "As asked", body = Schedule)))]
async fn get_schedule(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(schedule): Id<ScheduleId>,
) -> Answer<Json<Schedule>> {
    Ok(Json(hub.work.jobs.schedules().find(&actor, schedule).await?.ok_or(Kind::NotFound)?))
}

/// Choose another time.
///
/// It holds until it is chosen anew or reset. What is done once keeps its time.
#[utoipa::path(put, path = "/schedules/{schedule}/when", tag = "schedules", params(("schedule" = ScheduleId, Path, description = "Which")), request_body = When, responses((status = 200, description = "As it stands now", body = Schedule)))]
async fn choose_time(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(schedule): Id<ScheduleId>,
    Body(when): Body<When>,
) -> Answer<Json<Schedule>> {
    Ok(Json(hub.work.jobs.schedules().choose(&actor, schedule, Some(when)).await?))
}

/// Have it done when its owner would have it done.
#[utoipa::path(delete, path = "/schedules/{schedule}/when", tag = "schedules", params(("schedule" = ScheduleId, Path, description = "Which")), responses((status = 200, description = "As it stands now", body = Schedule)))]
async fn reset_time(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(schedule): Id<ScheduleId>,
) -> Answer<Json<Schedule>> {
    Ok(Json(hub.work.jobs.schedules().choose(&actor, schedule, None).await?))
}

/// Leave it undone until it is resumed.
///
/// What is under way goes on.
#[utoipa::path(post, path = "/schedules/{schedule}/pause", tag = "schedules", params(("schedule" = ScheduleId, Path, description = "Which")), responses((status = 200, description = "As it stands now", body = Schedule)))]
async fn pause_schedule(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(schedule): Id<ScheduleId>,
) -> Answer<Json<Schedule>> {
    Ok(Json(hub.work.jobs.schedules().pause(&actor, schedule).await?))
}

/// Have it done again at its times.
///
/// What was missed is not made up for.
#[utoipa::path(post, path = "/schedules/{schedule}/resume", tag = "schedules", params(("schedule" = ScheduleId, Path, description = "Which")), responses((status = 200, description = "As it stands now", body = Schedule)))]
async fn resume_schedule(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(schedule): Id<ScheduleId>,
) -> Answer<Json<Schedule>> {
    Ok(Json(hub.work.jobs.schedules().resume(&actor, schedule).await?))
}

/// Have it done at once.
///
/// Its next time stays. Refused while its last run is under way.
#[utoipa::path(post, path = "/schedules/{schedule}/run", tag = "schedules", params(("schedule" = ScheduleId, Path, description = "Which")), responses((status = 202, description = "In the queue", body = AskedFor)))]
async fn run_schedule(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(schedule): Id<ScheduleId>,
) -> Answer<(StatusCode, Json<AskedFor>)> {
    let job = hub.work.jobs.schedules().run_now(&actor, schedule).await?;
    Ok((StatusCode::ACCEPTED, Json(AskedFor { job })))
}

/// When it was done, newest first.
///
/// The last fifty times are kept.
#[utoipa::path(get, path = "/schedules/{schedule}/runs", tag = "schedules", params(("schedule" = ScheduleId, Path, description = "Which"), WhichRuns), responses((status = 200, description = "As asked", body = Page<ScheduleRun>)))]
async fn list_schedule_runs(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(schedule): Id<ScheduleId>,
    Query(which): Query<WhichRuns>,
) -> Answer<Listing<ScheduleRun>> {
    let before = which.cursor.map(|Cursor(before)| before);
    let page = hub.work.jobs.schedules().runs(&actor, schedule, before, which.limit.0).await?;
    let page = page.ok_or(Kind::NotFound)?;
    Ok(Listing::new(page.runs, page.next))
}
