//! How the hub is doing: numbers of this moment, and how they were.

use base::Millis;
use contract::vitals::{At, Dashboard, Figures, History, Measure};
use leptos::prelude::*;

use super::{
    api::system::read_dashboard,
    ui::{
        chart::{Chart, Point, Shape, whole},
        loaded::Loaded,
        screen::Screen,
        watch::{Watched, watch},
    },
};
use crate::{
    error::AppError,
    texts::admin::dashboard,
    time,
    ui::{
        size::{bytes, bytes_of},
        time::Time,
    },
};

/// Only the figures of this moment move; a chart, which somebody may have opened as a table, is drawn anew when it differs.
const WATCHED: Watched<Dashboard> =
    Watched { busy: |_| false, still: |board| Dashboard { now: Figures::default(), ..board } };

/// The page.
pub(super) fn show() -> AnyView {
    let numbers: Resource<Result<Dashboard, AppError>> = Resource::new(|| (), |()| read_dashboard());
    let now = RwSignal::new(Figures::default());
    watch(numbers, || (), |()| read_dashboard(), WATCHED, move |board| now.set(board.now.clone()));
    view! {
        <Screen title=dashboard::title() lead=dashboard::lead()>
            <Loaded from=numbers view=move |read| board(read, now)/>
        </Screen>
    }
    .into_any()
}

fn board(board: Dashboard, now: RwSignal<Figures>) -> AnyView {
    let Dashboard { now: read, history, registrations, log_ins, refused_log_ins } = board;
    now.set(read);
    let charts: Vec<_> = history.into_iter().map(chart).collect();
    view! {
        {figures(now)}
        <section aria-labelledby="days">
            <h2 id="days">{dashboard::by_day()}</h2>
            <div class="charts">
                {by_day(dashboard::registrations(), dashboard::accounts(), registrations)}
                {by_day(dashboard::log_ins(), dashboard::log_ins_count(), log_ins)}
                {by_day(dashboard::refused_log_ins(), dashboard::log_ins_count(), refused_log_ins)}
            </div>
        </section>
        <section aria-labelledby="hours">
            <h2 id="hours">{dashboard::by_hour()}</h2>
            <div class="charts">{charts}</div>
        </section>
    }
    .into_any()
}

fn figures(now: RwSignal<Figures>) -> AnyView {
    let figure = |name: &'static str, value: fn(&Figures) -> String| {
        view! { <li class="figure"><span>{name}</span><strong>{move || now.with(value)}</strong></li> }
    };
    view! {
        <section aria-labelledby="now">
            <h2 id="now">{dashboard::now()}</h2>
            <ul class="figures">
                {figure(dashboard::players(), |now| now.players.to_string())}
                {figure(dashboard::rooms(), |now| now.rooms.to_string())}
                {figure(dashboard::games(), |now| now.games.to_string())}
                {figure(dashboard::visitors(), |now| now.visitors.to_string())}
                {figure(dashboard::accounts(), |now| now.accounts.to_string())}
                {figure(dashboard::jobs_waiting(), |now| now.jobs_waiting.to_string())}
                {figure(dashboard::jobs_dead(), |now| now.jobs_dead.to_string())}
                {figure(dashboard::errors(), |now| now.errors.to_string())}
                {figure(dashboard::refused(), |now| now.refused.to_string())}
                {figure(dashboard::database(), |now| bytes(now.database_bytes.unsigned_abs()))}
                {figure(dashboard::uptime(), |now| span(now.at.0 - now.started_at.0))}
            </ul>
            <p class="hint">{dashboard::as_of()}" "{move || now.with(|now| view! { <Time at=now.at/> })}</p>
        </section>
    }
    .into_any()
}

fn chart(history: History) -> AnyView {
    let (title, written): (_, fn(f64) -> String) = match history.measure {
        Measure::Players => (dashboard::players(), whole),
        Measure::Games => (dashboard::games(), whole),
        Measure::Visitors => (dashboard::visitors(), whole),
        Measure::JobsWaiting => (dashboard::jobs_waiting(), whole),
        Measure::Errors => (dashboard::errors(), whole),
        Measure::DatabaseBytes => (dashboard::database(), bytes_of),
    };
    let points = points(history.hours, time::utc);
    view! { <Chart title by=dashboard::hour() of=title points shape=Shape::Line written/> }.into_any()
}

fn by_day(title: &'static str, of: &'static str, days: Vec<At>) -> AnyView {
    let points = points(days, time::utc_day);
    view! { <Chart title by=dashboard::day() of points shape=Shape::Columns/> }.into_any()
}

fn points(values: Vec<At>, label: fn(Millis) -> String) -> Vec<Point> {
    #[expect(clippy::cast_precision_loss, reason = "counts and sizes stay far below 2^53")]
    let point = |value: At| Point { label: label(value.at), value: value.value as f64 };
    values.into_iter().map(point).collect()
}

/// A span of time in its two largest parts.
fn span(ms: i64) -> String {
    let minutes = ms.max(0) / 60_000;
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    if days > 0 {
        format!("{days} d {hours} h")
    } else if hours > 0 {
        format!("{hours} h {minutes} min")
    } else {
        format!("{minutes} min")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_short() {
        for (minutes, text) in [(0, "0 min"), (59, "59 min"), (61, "1 h 1 min"), (3000, "2 d 2 h")] {
            assert_eq!(span(minutes * 60_000), text);
        }
    }
}
