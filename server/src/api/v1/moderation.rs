//! `/moderation`: keeping order.

use std::time::Duration;

use axum::{Json, extract::State, http::StatusCode};
use base::{AppealId, Kind, ReportId, SanctionId, UserId};
use contract::{
    api::{Page, Why},
    moderation::{Appeal, Case, Decide, DecideMany, Effect, NewAnswer, NewPlace, NewSanction, Report, Sanction, Words},
};
use moderation::{About, AppealQuery, Decision, Measure, QueueQuery, SanctionQuery, Verdict};
use people::Part;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Body, Cursor, Id, Known, Limit, Listing, Query},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list_reports))
        .routes(routes!(get_report))
        .routes(routes!(claim_report, release_report))
        .routes(routes!(note_report))
        .routes(routes!(decide_report, undo_report))
        .routes(routes!(preview_decision))
        .routes(routes!(decide_reports))
        .routes(routes!(list_sanctions, sanction))
        .routes(routes!(get_sanction, lift_sanction))
        .routes(routes!(ban_place))
        .routes(routes!(preview_names))
        .routes(routes!(clear_about))
        .routes(routes!(clear_avatar))
        .routes(routes!(lift_place))
        .routes(routes!(list_appeals))
        .routes(routes!(answer_appeal))
}

/// Which reports to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WhichReports {
    /// Those that were decided, the newest first; else those that wait, the oldest first.
    #[serde(default)]
    #[param(required = false)]
    decided: bool,
    #[param(inline)]
    cursor: Option<Cursor<ReportId>>,
    #[serde(default)]
    #[param(inline, required = false)]
    limit: Limit,
}

/// Which sanctions to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WhichSanctions {
    /// Only those about whoever has that name.
    #[param(max_length = 100)]
    name: Option<String>,
    /// Only those that hold now.
    #[serde(default)]
    #[param(required = false)]
    holding: bool,
    /// Only those about addresses and names.
    #[serde(default)]
    #[param(required = false)]
    places: bool,
    #[param(inline)]
    cursor: Option<Cursor<SanctionId>>,
    #[serde(default)]
    #[param(inline, required = false)]
    limit: Limit,
}

/// Which appeals to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WhichAppeals {
    /// Those that were answered, the newest first; else those that wait, the oldest first.
    #[serde(default)]
    #[param(required = false)]
    answered: bool,
    #[param(inline)]
    cursor: Option<Cursor<AppealId>>,
    #[serde(default)]
    #[param(inline, required = false)]
    limit: Limit,
}

/// What was reported.
#[utoipa::path(get, path = "/moderation/reports", tag = "moderation", params(WhichReports), responses((status = 200, description = "As asked", body = Page<Report>)))]
async fn list_reports(
    Known(actor): Known,
    State(hub): State<Hub>,
    Query(which): Query<WhichReports>,
) -> Answer<Listing<Report>> {
    let after = which.cursor.map(|Cursor(after)| after);
    let query = QueueQuery { decided: which.decided, after, at_most: which.limit.0 };
    let queue = hub.moderation.queue(&actor, &query).await?;
    Ok(Listing::new(queue.reports, queue.next))
}

/// One report, with everything about it.
#[utoipa::path(get, path = "/moderation/reports/{report}", tag = "moderation", params(("report" = ReportId, Path, description = "Which")), responses((status = 200, description = "As asked", body = Case)))]
async fn get_report(Known(actor): Known, State(hub): State<Hub>, Id(report): Id<ReportId>) -> Answer<Json<Case>> {
    Ok(Json(hub.moderation.case(&actor, report).await?))
}

/// Claim a report, so that nobody else need look at it.
#[utoipa::path(put, path = "/moderation/reports/{report}/claim", tag = "moderation", params(("report" = ReportId, Path, description = "Which")), responses((status = 204, description = "Done")))]
async fn claim_report(Known(actor): Known, State(hub): State<Hub>, Id(report): Id<ReportId>) -> Answer<StatusCode> {
    hub.moderation.claim(&actor, report).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give a claim back.
#[utoipa::path(delete, path = "/moderation/reports/{report}/claim", tag = "moderation", params(("report" = ReportId, Path, description = "Which")), responses((status = 204, description = "Done")))]
async fn release_report(Known(actor): Known, State(hub): State<Hub>, Id(report): Id<ReportId>) -> Answer<StatusCode> {
    hub.moderation.release(&actor, report).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Note something about a report, for everybody who keeps order.
#[utoipa::path(post, path = "/moderation/reports/{report}/notes", tag = "moderation", params(("report" = ReportId, Path, description = "Which")), request_body = Words, responses((status = 204, description = "Done")))]
async fn note_report(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(report): Id<ReportId>,
    Body(words): Body<Words>,
) -> Answer<StatusCode> {
    hub.moderation.note(&actor, report, &words.text).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A decision as it travels.
fn decision(decide: Decide) -> Decision {
    let span = decide.span_secs.map(Duration::from_secs);
    let verdict = match decide.act {
        Some(kind) => Verdict::Act(Measure { kind, span }),
        None if decide.settled => Verdict::Settled,
        None => Verdict::Dismiss,
    };
    Decision { verdict, reason: decide.reason }
}

/// Decide a report.
#[utoipa::path(put, path = "/moderation/reports/{report}/decision", tag = "moderation", params(("report" = ReportId, Path, description = "Which")), request_body = Decide, responses((status = 204, description = "Done")))]
async fn decide_report(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(report): Id<ReportId>,
    Body(decide): Body<Decide>,
) -> Answer<StatusCode> {
    hub.moderation.decide(&actor, report, &decision(decide)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a decision of the last ten minutes back.
#[utoipa::path(delete, path = "/moderation/reports/{report}/decision", tag = "moderation", params(("report" = ReportId, Path, description = "Which")), responses((status = 204, description = "Done")))]
async fn undo_report(Known(actor): Known, State(hub): State<Hub>, Id(report): Id<ReportId>) -> Answer<StatusCode> {
    hub.moderation.undo(&actor, report).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What the same decision would do to each of many reports. Changes nothing.
#[utoipa::path(post, path = "/moderation/previews", tag = "moderation", request_body = DecideMany, responses((status = 200, description = "Report by report", body = Vec<Effect>)))]
async fn preview_decision(
    Known(actor): Known,
    State(hub): State<Hub>,
    Body(many): Body<DecideMany>,
) -> Answer<Json<Vec<Effect>>> {
    Ok(Json(hub.moderation.preview(&actor, &many.reports, &decision(many.decision)).await?))
}

/// Decide many reports alike.
///
/// One that cannot be decided holds up no other: the answer says what became of each.
#[utoipa::path(post, path = "/moderation/decisions", tag = "moderation", request_body = DecideMany, responses((status = 200, description = "Report by report", body = Vec<Effect>)))]
async fn decide_reports(
    Known(actor): Known,
    State(hub): State<Hub>,
    Body(many): Body<DecideMany>,
) -> Answer<Json<Vec<Effect>>> {
    Ok(Json(hub.moderation.decide_many(&actor, &many.reports, &decision(many.decision)).await?))
}

/// What was done, the newest first.
#[utoipa::path(get, path = "/moderation/sanctions", tag = "moderation", params(WhichSanctions), responses((status = 200, description = "As asked", body = Page<Sanction>)))]
async fn list_sanctions(
    Known(actor): Known,
    State(hub): State<Hub>,
    Query(which): Query<WhichSanctions>,
) -> Answer<Listing<Sanction>> {
    let query = SanctionQuery {
        user: None,
        holding: which.holding,
        places: which.places,
        before: which.cursor.map(|Cursor(before)| before),
        at_most: which.limit.0,
    };
    let page = match which.name {
        Some(name) => hub.moderation.sanctions_named(&actor, &name, query).await?,
        None => hub.moderation.sanctions(&actor, &query).await?,
    };
    Ok(Listing::new(page.sanctions, page.next))
}

/// Do something about somebody without a report.
#[utoipa::path(post, path = "/moderation/sanctions", tag = "moderation", request_body = NewSanction, responses((status = 201, description = "Done", body = Sanction)))]
async fn sanction(
    Known(actor): Known,
    State(hub): State<Hub>,
    Body(new): Body<NewSanction>,
) -> Answer<(StatusCode, Json<Sanction>)> {
    let measure = Measure { kind: new.kind, span: new.span_secs.map(Duration::from_secs) };
    let made = hub.moderation.sanction_named(&actor, &new.name, measure, &new.reason).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// One thing that was done.
#[utoipa::path(get, path = "/moderation/sanctions/{sanction}", tag = "moderation", params(("sanction" = SanctionId, Path, description = "Which")), responses((status = 200, description = "As asked", body = Sanction)))]
async fn get_sanction(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(sanction): Id<SanctionId>,
) -> Answer<Json<Sanction>> {
    Ok(Json(hub.moderation.find_sanction(&actor, sanction).await?))
}

/// Lift what was done about somebody.
#[utoipa::path(delete, path = "/moderation/sanctions/{sanction}", tag = "moderation", params(("sanction" = SanctionId, Path, description = "Which"), Why), responses((status = 204, description = "Done")))]
async fn lift_sanction(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(sanction): Id<SanctionId>,
    Query(why): Query<Why>,
) -> Answer<StatusCode> {
    hub.moderation.lift(&actor, sanction, &why.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Shut out an address range or a pattern of names.
#[utoipa::path(post, path = "/moderation/places", tag = "moderation", request_body = NewPlace, responses((status = 201, description = "Done", body = Sanction)))]
async fn ban_place(
    Known(actor): Known,
    State(hub): State<Hub>,
    Body(new): Body<NewPlace>,
) -> Answer<(StatusCode, Json<Sanction>)> {
    let about = match (new.network, new.pattern) {
        (Some(network), None) => About::Network(network),
        (None, Some(pattern)) => About::Names(pattern),
        // Neither, or both: one sanction is about one of them.
        _ => return Err(Kind::Invalid.into()),
    };
    let span = new.span_secs.map(Duration::from_secs);
    let id = hub.moderation.ban_place(&actor, &about, span, &new.reason).await?;
    Ok((StatusCode::CREATED, Json(hub.moderation.find_sanction(&actor, id).await?)))
}

/// Let an address range or a pattern of names in again.
#[utoipa::path(delete, path = "/moderation/places/{sanction}", tag = "moderation", params(("sanction" = SanctionId, Path, description = "Which"), Why), responses((status = 204, description = "Done")))]
async fn lift_place(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(sanction): Id<SanctionId>,
    Query(why): Query<Why>,
) -> Answer<StatusCode> {
    hub.moderation.lift_place(&actor, sanction, &why.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A pattern of names.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WhichNames {
    /// Letters of names, with `*` for anything.
    #[serde(default)]
    #[param(max_length = 60, required = false, example = "spam*")]
    pattern: String,
}

/// Which names a pattern meets, before it is shut out.
#[utoipa::path(get, path = "/moderation/names", tag = "moderation", params(WhichNames), responses((status = 200, description = "Some of them, by name", body = Vec<String>)))]
async fn preview_names(
    Known(actor): Known,
    State(hub): State<Hub>,
    Query(which): Query<WhichNames>,
) -> Answer<Json<Vec<String>>> {
    Ok(Json(hub.moderation.preview_names(&actor, &which.pattern).await?))
}

/// Take what somebody wrote off their page.
#[utoipa::path(delete, path = "/moderation/profiles/{user}/about", tag = "moderation", params(("user" = UserId, Path, description = "Whose"), Why), responses((status = 204, description = "Gone")))]
async fn clear_about(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(user): Id<UserId>,
    Query(why): Query<Why>,
) -> Answer<StatusCode> {
    hub.people.clear(&actor, user, Part::About, &why.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take somebody's picture off their page.
#[utoipa::path(delete, path = "/moderation/profiles/{user}/avatar", tag = "moderation", params(("user" = UserId, Path, description = "Whose"), Why), responses((status = 204, description = "Gone")))]
async fn clear_avatar(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(user): Id<UserId>,
    Query(why): Query<Why>,
) -> Answer<StatusCode> {
    hub.people.clear(&actor, user, Part::Avatar, &why.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who asks that something be looked at again.
#[utoipa::path(get, path = "/moderation/appeals", tag = "moderation", params(WhichAppeals), responses((status = 200, description = "As asked", body = Page<Appeal>)))]
async fn list_appeals(
    Known(actor): Known,
    State(hub): State<Hub>,
    Query(which): Query<WhichAppeals>,
) -> Answer<Listing<Appeal>> {
    let after = which.cursor.map(|Cursor(after)| after);
    let query = AppealQuery { answered: which.answered, after, at_most: which.limit.0 };
    let page = hub.moderation.appeals(&actor, &query).await?;
    Ok(Listing::new(page.appeals, page.next))
}

/// Answer an appeal.
///
/// Whoever decided leaves it to somebody else, where there is somebody.
#[utoipa::path(put, path = "/moderation/appeals/{appeal}/answer", tag = "moderation", params(("appeal" = AppealId, Path, description = "Which")), request_body = NewAnswer, responses((status = 204, description = "Done")))]
async fn answer_appeal(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(appeal): Id<AppealId>,
    Body(new): Body<NewAnswer>,
) -> Answer<StatusCode> {
    hub.moderation.answer(&actor, appeal, new.lifts, &new.text).await?;
    Ok(StatusCode::NO_CONTENT)
}
