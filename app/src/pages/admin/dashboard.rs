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
    },
};
use crate::{browser, error::AppError, texts::admin::dashboard, time, ui::time::Time};

/// How often the page looks again while somebody has it open.
const AGAIN_MS: f64 = 15_000.0;

/// The page.
pub(super) fn show() -> AnyView {
    let numbers: Resource<Result<Dashboard, AppError>> = Resource::new(|| (), |()| read_dashboard());
    // Live while the page is open: in the browser only, since no effect runs on the server.
    Effect::new(move || {
        let open = StoredValue::new(true);
        on_cleanup(move || {
            let _ = open.try_set_value(false);
        });
        leptos::task::spawn_local(async move {
            loop {
                browser::sleep(AGAIN_MS).await;
                if open.try_get_value() != Some(true) {
                    break;
                }
                numbers.refetch();
            }
        });
    });
    view! {
        <Screen title=dashboard::title() lead=dashboard::lead()>
            <Loaded from=numbers view=board/>
        </Screen>
    }
    .into_any()
}

fn board(board: Dashboard) -> AnyView {
    let Dashboard { now, history, registrations, log_ins, refused_log_ins } = board;
    let charts: Vec<_> = history.into_iter().map(chart).collect();
    view! {
        {figures(&now)}
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

fn figures(now: &Figures) -> AnyView {
    let figure = |name: &'static str, value: String| view! { <li class="figure"><span>{name}</span><strong>{value}</strong></li> };
    view! {
        <section aria-labelledby="now">
            <h2 id="now">{dashboard::now()}</h2>
            <ul class="figures">
                {figure(dashboard::players(), now.players.to_string())}
                {figure(dashboard::rooms(), now.rooms.to_string())}
                {figure(dashboard::games(), now.games.to_string())}
                {figure(dashboard::visitors(), now.visitors.to_string())}
                {figure(dashboard::accounts(), now.accounts.to_string())}
                {figure(dashboard::jobs_waiting(), now.jobs_waiting.to_string())}
                {figure(dashboard::jobs_dead(), now.jobs_dead.to_string())}
                {figure(dashboard::errors(), now.errors.to_string())}
                {figure(dashboard::database(), bytes(now.database_bytes))}
                {figure(dashboard::uptime(), span(now.at.0 - now.started_at.0))}
            </ul>
            <p class="hint">{dashboard::as_of()}" "<Time at=now.at/></p>
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

fn bytes(count: i64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "sizes stay far below 2^53 bytes")]
    bytes_of(count as f64)
}

/// A size as people read it.
fn bytes_of(count: f64) -> String {
    let (mut size, mut unit) = (count, 0);
    while size >= 1024.0 && unit < 4 {
        size /= 1024.0;
        unit += 1;
    }
    let unit = ["B", "KiB", "MiB", "GiB", "TiB"][unit];
    if size < 10.0 && unit != "B" { format!("{size:.1} {unit}") } else { format!("{size:.0} {unit}") }
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
    fn sizes_and_spans_are_short() {
        for (count, text) in [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (12 * 1024 * 1024, "12 MiB")] {
            assert_eq!(bytes(count), text);
        }
        for (minutes, text) in [(0, "0 min"), (59, "59 min"), (61, "1 h 1 min"), (3000, "2 d 2 h")] {
            assert_eq!(span(minutes * 60_000), text);
        }
    }
}
