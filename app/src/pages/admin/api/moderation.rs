//! The server functions of those who keep order.

use contract::moderation::{Appeals, Case, Effect, Queue, Sanctions};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::context;
use crate::error::AppError;

/// How long, by its word; no word: for good.
#[cfg(feature = "ssr")]
fn span(word: &str) -> Result<Option<std::time::Duration>, AppError> {
    const DAY: std::time::Duration = std::time::Duration::from_hours(24);
    Ok(Some(match word {
        "" => return Ok(None),
        "hour" => DAY / 24,
        "day" => DAY,
        "week" => DAY * 7,
        "month" => DAY * 30,
        "quarter" => DAY * 90,
        "year" => DAY * 365,
        _ => return Err(context::malformed()),
    }))
}

/// A decision as a form says it. A warning and a ban have no end, whatever stands in the field beside them.
#[cfg(feature = "ssr")]
fn decision(verdict: &str, duration: &str, reason: String) -> Result<moderation::Decision, AppError> {
    use contract::moderation::SanctionKind;
    use moderation::{Decision, Verdict};

    match verdict {
        "dismiss" => return Ok(Decision { verdict: Verdict::Dismiss, reason }),
        "settled" => return Ok(Decision { verdict: Verdict::Settled, reason }),
        _ => {}
    }
    Ok(Decision { verdict: Verdict::Act(measure(SanctionKind::from_word(verdict), duration)?), reason })
}

#[cfg(feature = "ssr")]
fn measure(kind: Option<contract::moderation::SanctionKind>, duration: &str) -> Result<moderation::Measure, AppError> {
    use contract::moderation::SanctionKind;
    use moderation::Measure;

    let kind = kind.ok_or_else(context::malformed)?;
    let span = match kind {
        SanctionKind::Warn | SanctionKind::Ban => None,
        SanctionKind::Mute | SanctionKind::Suspend => span(duration)?,
    };
    Ok(Measure { kind, span })
}

/// What waits, or what was decided.
#[server(endpoint = "admin_queue")]
pub async fn read_queue(#[server(default)] decided: bool, #[server(default)] after: String) -> Result<Queue, AppError> {
    use moderation::QueueQuery;

    let after = after.parse::<i64>().ok().map(Into::into);
    let query = QueueQuery { decided, after, ..QueueQuery::default() };
    context::services().moderation.queue(&context::visitor().actor, &query).await.map_err(context::told)
}

/// One report and everything about it.
#[server(endpoint = "admin_case")]
pub async fn read_case(report: i64) -> Result<Case, AppError> {
    context::services().moderation.case(&context::visitor().actor, report.into()).await.map_err(context::told)
}

/// Says that one is looking at it.
#[server(endpoint = "admin_claim")]
pub async fn claim_report(report: i64) -> Result<(), AppError> {
    context::services().moderation.claim(&context::visitor().actor, report.into()).await.map_err(context::told)
}

/// Gives it back.
#[server(endpoint = "admin_release")]
pub async fn release_report(report: i64) -> Result<(), AppError> {
    context::services().moderation.release(&context::visitor().actor, report.into()).await.map_err(context::told)
}

/// Notes something for everybody who keeps order.
#[server(endpoint = "admin_note")]
pub async fn note_report(report: i64, #[server(default)] text: String) -> Result<(), AppError> {
    use contract::Field;

    let noted = context::services().moderation.note(&context::visitor().actor, report.into(), &text).await;
    noted.map_err(|error| context::told(error).keeping([(Field::Text, text)]))
}

/// Decides a report.
#[server(endpoint = "admin_decide")]
pub async fn decide_report(
    report: i64,
    #[server(default)] verdict: String,
    #[server(default)] duration: String,
    #[server(default)] reason: String,
) -> Result<(), AppError> {
    use contract::Field;

    let decision = decision(&verdict, &duration, reason.clone())?;
    let decided = context::services().moderation.decide(&context::visitor().actor, report.into(), &decision).await;
    decided.map(drop).map_err(|error| context::told(error).keeping([(Field::Reason, reason)]))
}

/// Takes a decision back.
#[server(endpoint = "admin_undo")]
pub async fn undo_report(report: i64) -> Result<(), AppError> {
    context::services().moderation.undo(&context::visitor().actor, report.into()).await.map_err(context::told)
}

/// What the same decision would do to each of many reports.
#[server(endpoint = "admin_preview")]
pub async fn preview_decision(
    #[server(default)] reports: Vec<i64>,
    #[server(default)] verdict: String,
    #[server(default)] duration: String,
    #[server(default)] reason: String,
) -> Result<Vec<Effect>, AppError> {
    let decision = decision(&verdict, &duration, reason)?;
    let reports: Vec<_> = reports.into_iter().map(Into::into).collect();
    context::services().moderation.preview(&context::visitor().actor, &reports, &decision).await.map_err(context::told)
}

/// The same decision for many reports.
#[server(endpoint = "admin_decide_many")]
pub async fn decide_many(
    #[server(default)] reports: Vec<i64>,
    #[server(default)] verdict: String,
    #[server(default)] duration: String,
    #[server(default)] reason: String,
) -> Result<Vec<Effect>, AppError> {
    let decision = decision(&verdict, &duration, reason)?;
    let reports: Vec<_> = reports.into_iter().map(Into::into).collect();
    let done = context::services().moderation.decide_many(&context::visitor().actor, &reports, &decision).await;
    let done = done.map_err(context::told)?;
    context::go_on_to("/admin/moderation");
    Ok(done)
}

/// What was done.
#[server(endpoint = "admin_sanctions")]
pub async fn read_sanctions(
    #[server(default)] name: String,
    #[server(default)] show: String,
    #[server(default)] after: String,
) -> Result<Sanctions, AppError> {
    use moderation::SanctionQuery;

    let (services, actor) = (context::services(), context::visitor().actor);
    let query = SanctionQuery {
        user: None,
        holding: show != "all",
        places: show == "places",
        before: after.parse::<i64>().ok().map(Into::into),
        ..SanctionQuery::default()
    };
    let found = match name.trim() {
        "" => services.moderation.sanctions(&actor, &query).await,
        name => services.moderation.sanctions_named(&actor, name, query).await,
    };
    found.map_err(context::told)
}

/// Does something about somebody without a report.
#[server(endpoint = "admin_sanction")]
pub async fn sanction_person(
    #[server(default)] name: String,
    #[server(default)] verdict: String,
    #[server(default)] duration: String,
    #[server(default)] reason: String,
) -> Result<(), AppError> {
    use contract::{Code, Field, FieldProblem, Problem, moderation::SanctionKind};

    let measure = measure(SanctionKind::from_word(&verdict), &duration)?;
    let actor = context::visitor().actor;
    let done = context::services().moderation.sanction_named(&actor, &name, measure, &reason).await;
    let done = done.map(drop).map_err(|error| match error {
        moderation::Error::NotFound => {
            context::refused(Problem::invalid(vec![FieldProblem { field: Field::Name, code: Code::NotFound }]))
        }
        error => context::told(error),
    });
    done.map_err(|error| error.keeping([(Field::Name, name), (Field::Reason, reason)]))
}

/// Lifts what was done about a person.
#[server(endpoint = "admin_lift")]
pub async fn lift_sanction(sanction: i64, #[server(default)] reason: String) -> Result<(), AppError> {
    context::services()
        .moderation
        .lift(&context::visitor().actor, sanction.into(), &reason)
        .await
        .map_err(context::told)
}

/// Lets an address range or a pattern of names in again.
#[server(endpoint = "admin_lift_place")]
pub async fn lift_place(sanction: i64, #[server(default)] reason: String) -> Result<(), AppError> {
    context::services()
        .moderation
        .lift_place(&context::visitor().actor, sanction.into(), &reason)
        .await
        .map_err(context::told)
}

/// Shuts out an address range.
#[server(endpoint = "admin_ban_network")]
pub async fn ban_network(
    #[server(default)] network: String,
    #[server(default)] duration: String,
    #[server(default)] reason: String,
) -> Result<(), AppError> {
    use contract::Field;
    use moderation::About;

    let (span, actor) = (span(&duration)?, context::visitor().actor);
    let about = About::Network(network.clone());
    let done = context::services().moderation.ban_place(&actor, &about, span, &reason).await;
    done.map(drop).map_err(|error| context::told(error).keeping([(Field::Network, network), (Field::Reason, reason)]))
}

/// Shuts out a pattern of names.
#[server(endpoint = "admin_ban_names")]
pub async fn ban_names(
    #[server(default)] pattern: String,
    #[server(default)] duration: String,
    #[server(default)] reason: String,
) -> Result<(), AppError> {
    use contract::Field;
    use moderation::About;

    let (span, actor) = (span(&duration)?, context::visitor().actor);
    let about = About::Names(pattern.clone());
    let done = context::services().moderation.ban_place(&actor, &about, span, &reason).await;
    done.map(drop).map_err(|error| context::told(error).keeping([(Field::Pattern, pattern), (Field::Reason, reason)]))
}

/// Which names a pattern meets.
#[server(endpoint = "admin_preview_names")]
pub async fn preview_names(#[server(default)] pattern: String) -> Result<Vec<String>, AppError> {
    context::services().moderation.preview_names(&context::visitor().actor, &pattern).await.map_err(context::told)
}

/// Appeals that wait, or were answered.
#[server(endpoint = "admin_appeals")]
pub async fn read_appeals(
    #[server(default)] answered: bool,
    #[server(default)] after: String,
) -> Result<Appeals, AppError> {
    use moderation::AppealQuery;

    let after = after.parse::<i64>().ok().map(Into::into);
    let query = AppealQuery { answered, after, ..AppealQuery::default() };
    context::services().moderation.appeals(&context::visitor().actor, &query).await.map_err(context::told)
}

/// Answers an appeal.
#[server(endpoint = "admin_answer")]
pub async fn answer_appeal(
    appeal: i64,
    #[server(default)] verdict: String,
    #[server(default)] text: String,
) -> Result<(), AppError> {
    use contract::Field;

    let lifts = match verdict.as_str() {
        "lift" => true,
        "uphold" => false,
        _ => return Err(context::malformed()),
    };
    let actor = context::visitor().actor;
    let answered = context::services().moderation.answer(&actor, appeal.into(), lifts, &text).await;
    answered.map_err(|error| context::told(error).keeping([(Field::Text, text)]))
}

/// Takes what somebody wrote, or their picture, off their page.
#[server(endpoint = "admin_clear_profile")]
pub async fn clear_profile(
    user: i64,
    #[server(default)] part: String,
    #[server(default)] reason: String,
) -> Result<(), AppError> {
    use people::Part;

    let part = match part.as_str() {
        "about" => Part::About,
        "avatar" => Part::Avatar,
        _ => return Err(context::malformed()),
    };
    let cleared = context::services().people.clear(&context::visitor().actor, user.into(), part, &reason).await;
    cleared.map_err(context::told)
}
