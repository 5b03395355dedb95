//! From one page of a list to the next. Cursors lead forward; the browser leads back.

use leptos::prelude::*;

use super::here::Here;
use crate::texts::admin::table;

/// Links to the next page and to the first.
#[component]
pub(in crate::pages::admin) fn Pager(
    /// The cursor of the next page, if there is one.
    next: Option<String>,
) -> impl IntoView {
    let here = Here::now();
    let first = here.chosen("after").map(|_| here.with("after", ""));
    if next.is_none() && first.is_none() {
        return ().into_any();
    }
    view! {
        <nav class="pager" aria-label=table::pages()>
            {first.map(|href| view! { <a class="button" href=href>{table::first()}</a> })}
            {next.map(|next| view! { <a class="button" href=here.with("after", &next)>{table::next()}</a> })}
        </nav>
    }
    .into_any()
}
