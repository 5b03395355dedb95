//! A chart: an image drawn here, as markup, with the numbers in a table behind it. No script draws it.

pub(in crate::pages::admin) use drawing::chart::Shape;
use leptos::prelude::*;

use super::table::{Column, Table};
use crate::texts::admin::chart;

/// One value in a row of them.
#[derive(Clone, PartialEq)]
pub(in crate::pages::admin) struct Point {
    /// What it is the value of: a day, an hour.
    pub(in crate::pages::admin) label: String,
    /// The value.
    pub(in crate::pages::admin) value: f64,
}

/// The chart. Without values it says so.
#[component]
pub(in crate::pages::admin) fn Chart(
    /// What it shows.
    title: &'static str,
    /// What a label is: "Day".
    by: &'static str,
    /// What a value is: "Accounts".
    of: &'static str,
    /// The values, oldest first.
    points: Vec<Point>,
    /// How they are drawn.
    shape: Shape,
    /// How a value is written.
    #[prop(default = whole)]
    written: fn(f64) -> String,
) -> impl IntoView {
    if points.is_empty() {
        return view! {
            <figure class="chart"><figcaption>{title}</figcaption><p class="hint">{chart::nothing_yet()}</p></figure>
        }
        .into_any();
    }
    let drawn: Vec<(&str, f64)> = points.iter().map(|point| (point.label.as_str(), point.value)).collect();
    let drawing = drawing::chart::svg(&drawn, shape, written);
    let most = points.iter().map(|point| point.value).fold(0.0, f64::max);
    let last = points.last().map_or(0.0, |point| point.value);
    let summary = chart::summary(title, &written(last), &written(most));
    let rows = points
        .iter()
        .rev()
        .map(|point| vec![point.label.clone().into_any(), written(point.value).into_any()])
        .collect();
    view! {
        <figure class="chart">
            <figcaption>{title}</figcaption>
            <div role="img" aria-label=summary inner_html=drawing></div>
            <details>
                <summary>{chart::as_table()}</summary>
                <Table caption=title columns=vec![Column::new(by), Column::new(of).number()] rows/>
            </details>
        </figure>
    }
    .into_any()
}

/// A number without its fraction.
pub(in crate::pages::admin) fn whole(value: f64) -> String {
    format!("{value:.0}")
}
