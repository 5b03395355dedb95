//! What was reported about an account.

use contract::moderation::Report;
use leptos::prelude::*;

use crate::{pages::admin::moderation::record, texts::admin::users};

/// The card: the newest of them, open or decided.
pub(super) fn reports(found: Vec<Report>) -> AnyView {
    let list = if found.is_empty() {
        view! { <p class="hint">{users::no_reports()}</p> }.into_any()
    } else {
        record::reports(found)
    };
    view! {
        <section class="card" aria-labelledby="reports">
            <h2 id="reports">{users::reports()}</h2>
            {list}
        </section>
    }
    .into_any()
}
