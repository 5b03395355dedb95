//! What was changed in an organization, and by whom.

use contract::organization::{Organization, Trail, TrailEntry};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    api::read_trail,
    screen::{Tab, screen, slug},
    words,
};
use crate::{
    texts::{org, org_trail as says},
    ui::time::Time,
};

/// The page.
pub(crate) fn show() -> AnyView {
    let query = use_query_map();
    let before = move || query.with(|query| query.get("before")).unwrap_or_default();
    let here = Resource::new(move || (slug(), before()), |(slug, before)| read_trail(slug, before));
    screen(Tab::Trail, here, |here, trail| page(&here, trail))
}

fn page(here: &Organization, trail: Trail) -> AnyView {
    let none = trail.entries.is_empty();
    let rows: Vec<_> = trail.entries.into_iter().map(entry).collect();
    let older = trail.next.map(|next| {
        let address = format!("/orgs/{}/audit?before={next}", here.slug);
        view! { <p><a class="button" href=address rel="next">{says::older()}</a></p> }
    });
    view! {
        <section aria-labelledby="trail">
            <h2 id="trail">{org::trail()}</h2>
            {none.then(|| view! { <p class="hint">{says::nothing()}</p> })}
            <ol class="plain">{rows}</ol>
            {older}
        </section>
    }
    .into_any()
}

/// One entry. The act is its word, the same that the API and the audit trail of the hub have.
fn entry(entry: TrailEntry) -> AnyView {
    let by = match (entry.by.map(|by| words::name(by.name)), entry.plugin) {
        (Some(by), Some(plugin)) => says::plugin_for(&by, &plugin),
        (None, Some(plugin)) => says::by_plugin(&plugin),
        (Some(by), None) => by,
        (None, None) => says::by_hub().to_owned(),
    };
    let about = entry.about.map(|about| format!(" · {}", words::name(about.name)));
    let change = |label: &'static str, what: Option<String>| {
        what.map(|what| view! { <p class="hint">{label}": "<code>{what}</code></p> })
    };
    view! {
        <li class="entry">
            <p><code>{entry.act}</code>{about}</p>
            <p class="hint"><Time at=entry.at/>" · "{by}</p>
            {change(says::before(), entry.before)}
            {change(says::after(), entry.after)}
        </li>
    }
    .into_any()
}
