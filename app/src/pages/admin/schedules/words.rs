//! What times and runs are called.

use contract::schedule::{HUB, RunState, Schedule, Timing, When};
use leptos::prelude::*;

use super::super::ui::badge::Tone;
use crate::{
    texts::admin::{schedules, task},
    ui::time::Time,
};

pub(super) fn state(state: RunState) -> (Tone, &'static str) {
    match state {
        RunState::UnderWay => (Tone::Warn, schedules::under_way()),
        RunState::Done => (Tone::Good, schedules::done()),
        RunState::Failed => (Tone::Bad, schedules::failed()),
        RunState::Removed => (Tone::Plain, schedules::removed()),
        RunState::Skipped => (Tone::Plain, schedules::skipped()),
    }
}

/// What one of the hub's own does; others say so where they come from.
pub(super) fn about(schedule: &Schedule) -> Option<&'static str> {
    if schedule.owner != HUB {
        return None;
    }
    Some(match schedule.name.as_str() {
        "backup" => task::backup(),
        "accounts" => task::accounts(),
        "organizations" => task::organizations(),
        "mail" => task::mail(),
        "discord" => task::discord(),
        "plugins" => task::plugins(),
        "takeouts" => task::takeouts(),
        "answers" => task::answers(),
        "audit" => task::audit(),
        "database" => task::database(),
        _ => return None,
    })
}

/// A time, in a few words.
pub(super) fn when(when: &When) -> AnyView {
    match &when.timing {
        Timing::EverySecs(secs) => every(*secs).into_any(),
        Timing::Cron(expression) => {
            view! { <code class="as-one">{expression.clone()}</code>" "{when.zone.clone()} }.into_any()
        }
        Timing::OnceAt(at) => view! { {schedules::once()}" "<Time at=*at/> }.into_any(),
    }
}

/// In the largest unit that it is a whole number of.
fn every(secs: u32) -> String {
    let count = |unit: u32| usize::try_from(secs / unit).unwrap_or(usize::MAX);
    match secs {
        _ if secs.is_multiple_of(86_400) => schedules::every_days(count(86_400)),
        _ if secs.is_multiple_of(3_600) => schedules::every_hours(count(3_600)),
        _ if secs.is_multiple_of(60) => schedules::every_minutes(count(60)),
        _ => schedules::every_seconds(count(1)),
    }
}
