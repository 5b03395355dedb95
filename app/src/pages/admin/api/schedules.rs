//! The server functions of schedules.

use contract::schedule::{RunPage, Schedule, SchedulePage};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// What the page of one schedule shows.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct OneSchedule {
    /// The schedule, with its next times.
    pub schedule: Schedule,
    /// When it was done lately.
    pub runs: RunPage,
}

/// What is done at its time; `after` is the cursor of the page before.
#[server(endpoint = "admin_schedules")]
pub async fn read_schedules(#[server(default)] after: String) -> Result<SchedulePage, AppError> {
    use crate::context;

    let after = after.parse::<i64>().ok().map(Into::into);
    let page = context::services().jobs.schedules().list(&context::visitor().actor, after, 50).await;
    page.map_err(context::told)
}

/// One of them, and when it was done; `after` is the cursor of the page before.
#[server(endpoint = "admin_schedule")]
pub async fn read_schedule(schedule: i64, #[server(default)] after: String) -> Result<OneSchedule, AppError> {
    use crate::context;

    let (schedules, actor) = (context::services().jobs.schedules(), context::visitor().actor);
    let missing = || AppError::from(base::Kind::NotFound);
    let found = schedules.find(&actor, schedule.into()).await.map_err(context::told)?.ok_or_else(missing)?;
    let before = after.parse::<i64>().ok().map(Into::into);
    let runs = schedules.runs(&actor, schedule.into(), before, 20).await.map_err(context::told)?.ok_or_else(missing)?;
    Ok(OneSchedule { schedule: found, runs })
}

/// Chooses another time: `every`, `cron`, or anything else for its owner's own. Answers with the path to go on to.
#[server(endpoint = "admin_set_schedule")]
pub async fn set_schedule(
    schedule: i64,
    #[server(default)] timing: String,
    #[server(default)] every_secs: String,
    #[server(default)] cron: String,
    #[server(default)] zone: String,
) -> Result<String, AppError> {
    use contract::{
        Code, Field, FieldProblem, Problem,
        schedule::{Timing, When},
    };

    use crate::context;

    let (schedules, actor) = (context::services().jobs.schedules(), context::visitor().actor);
    let kept = [
        (Field::Timing, timing.clone()),
        (Field::EverySecs, every_secs.clone()),
        (Field::Cron, cron.clone()),
        (Field::Zone, zone.clone()),
    ];
    let when = match timing.as_str() {
        "own" | "" => Ok(None),
        "every" => match every_secs.trim().parse::<u32>() {
            Ok(secs) => Ok(Some(When::utc(Timing::EverySecs(secs)))),
            Err(_) if every_secs.trim().is_empty() => Err((Field::EverySecs, Code::Required)),
            Err(_) => Err((Field::EverySecs, Code::NotANumber)),
        },
        "cron" => Ok(Some(When { timing: Timing::Cron(cron.trim().to_owned()), zone: zone.trim().to_owned() })),
        _ => Err((Field::Timing, Code::NotAChoice)),
    };
    let chosen = match when {
        Ok(when) => schedules.choose(&actor, schedule.into(), when).await,
        Err((field, code)) => {
            // Whoever may not choose is told that first.
            schedules.find(&actor, schedule.into()).await.map_err(context::told)?;
            return Err(AppError::from(Problem::invalid(vec![FieldProblem { field, code }])).keeping(kept));
        }
    };
    chosen.map_err(|error| context::told(error).keeping(kept))?;
    let path = format!("/admin/schedules/{schedule}");
    context::go_on_to(&path);
    Ok(path)
}

/// Leaves it undone until it is resumed. Answers with the path to go on to.
#[server(endpoint = "admin_pause_schedule")]
pub async fn pause_schedule(schedule: i64) -> Result<String, AppError> {
    use crate::context;

    let paused = context::services().jobs.schedules().pause(&context::visitor().actor, schedule.into()).await;
    paused.map_err(context::told)?;
    let path = format!("/admin/schedules/{schedule}");
    context::go_on_to(&path);
    Ok(path)
}

/// Has it done again at its times. Answers with the path to go on to.
#[server(endpoint = "admin_resume_schedule")]
pub async fn resume_schedule(schedule: i64) -> Result<String, AppError> {
    use crate::context;

    let resumed = context::services().jobs.schedules().resume(&context::visitor().actor, schedule.into()).await;
    resumed.map_err(context::told)?;
    let path = format!("/admin/schedules/{schedule}");
    context::go_on_to(&path);
    Ok(path)
}

/// Has it done at once. Answers with the path to go on to.
#[server(endpoint = "admin_run_schedule")]
pub async fn run_schedule(schedule: i64) -> Result<String, AppError> {
    use crate::context;

    let asked = context::services().jobs.schedules().run_now(&context::visitor().actor, schedule.into()).await;
    asked.map_err(context::told)?;
    let path = format!("/admin/schedules/{schedule}");
    context::go_on_to(&path);
    Ok(path)
}
