//! A part of a page that lists what belongs to the one thing the page is about.

use leptos::prelude::*;

use super::{
    pager::Pager,
    table::{Column, Table},
};
use crate::ui::state::Empty;

/// The list under its heading, a page at a time.
#[component]
pub(in crate::pages::admin) fn Listed(
    /// Its place on the page.
    id: &'static str,
    /// Its heading, and the table's name.
    title: &'static str,
    /// What is said of none, and why there may be none.
    none: (&'static str, &'static str),
    /// As of a table.
    columns: Vec<Column>,
    /// As of a table.
    rows: Vec<Vec<AnyView>>,
    /// The cursor of the next page, if there is one.
    next: Option<String>,
) -> impl IntoView {
    let list = if rows.is_empty() {
        view! { <Empty title=none.0 text=none.1/> }.into_any()
    } else {
        view! { <Table caption=title columns rows/><Pager next/> }.into_any()
    };
    view! {
        <section aria-labelledby=id>
            <h2 id=id>{title}</h2>
            {list}
        </section>
    }
    .into_any()
}
