//! A table: one row a thing, its name first. Wider than a narrow page it is moved sideways within itself, by keyboard too.

use leptos::prelude::*;

use super::here::Here;
use crate::texts::admin::table;

/// A column.
#[derive(Clone, Copy)]
pub(in crate::pages::admin) struct Column {
    title: &'static str,
    sort: Option<&'static str>,
    number: bool,
}

impl Column {
    /// A column of that title.
    pub(in crate::pages::admin) const fn new(title: &'static str) -> Self {
        Self { title, sort: None, number: false }
    }

    /// The same with numbers in it.
    pub(in crate::pages::admin) const fn number(self) -> Self {
        Self { number: true, ..self }
    }

    /// The same, by which the list can be put in order: `?sort=word`, and `?sort=-word` the other way round.
    pub(in crate::pages::admin) const fn sorted_by(self, word: &'static str) -> Self {
        Self { sort: Some(word), ..self }
    }
}

/// The table. Nothing is shown of one without rows: say so with [`Empty`](crate::ui::state::Empty).
#[component]
pub(in crate::pages::admin) fn Table(
    /// What it is a table of: its name for those who hear it.
    caption: &'static str,
    /// The columns; the first names the row.
    columns: Vec<Column>,
    /// The cells, row by row.
    rows: Vec<Vec<AnyView>>,
) -> impl IntoView {
    let here = Here::now();
    let order = here.get("sort");
    let heads: Vec<_> = columns
        .iter()
        .map(|column| {
            let class = column.number.then_some("number");
            let Some(word) = column.sort else {
                return view! { <th scope="col" class=class>{column.title}</th> }.into_any();
            };
            let (up, down) = (order == word, order.strip_prefix('-') == Some(word));
            let next = if up { format!("-{word}") } else { word.to_owned() };
            let sorted = if up { Some("ascending") } else { down.then_some("descending") };
            let arrow = if up {
                " ↑"
            } else if down {
                " ↓"
            } else {
                ""
            };
            view! {
                <th scope="col" class=class aria-sort=sorted>
                    <a href=here.with("sort", &next)>{column.title}<span aria-hidden="true">{arrow}</span></a>
                </th>
            }
            .into_any()
        })
        .collect();
    let rows: Vec<_> = rows
        .into_iter()
        .map(|cells| {
            let cells: Vec<_> = cells
                .into_iter()
                .enumerate()
                .map(|(at, cell)| {
                    let class = columns.get(at).is_some_and(|column| column.number).then_some("number");
                    if at == 0 {
                        view! { <th scope="row" class=class>{cell}</th> }.into_any()
                    } else {
                        view! { <td class=class>{cell}</td> }.into_any()
                    }
                })
                .collect();
            view! { <tr>{cells}</tr> }
        })
        .collect();
    view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=table::region(caption)>
            <table class="table">
                <caption class="visually-hidden">{caption}</caption>
                <thead><tr>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
