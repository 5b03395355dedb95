//! What narrows a list down: a plain form that puts its answers into the address.

use leptos::prelude::*;

use super::here::Here;
use crate::texts::admin::table;

/// The form. What is chosen stands in the address, so it works without script, and a link to it shows the same.
#[component]
pub(in crate::pages::admin) fn Filters(
    /// The path of the list.
    path: &'static str,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let order = Here::now().chosen("sort");
    view! {
        <form method="get" action=path class="filters" role="search">
            {order.map(|order| view! { <input type="hidden" name="sort" value=order/> })}
            {children()}
            <div class="filter-end">
                <button type="submit" class="button primary">{table::filter()}</button>
                <a class="button quiet" href=path>{table::clear()}</a>
            </div>
        </form>
    }
    .into_any()
}

/// A line of text to look for; a date where `kind` says so.
#[component]
pub(in crate::pages::admin) fn Search(
    /// The key in the address.
    name: &'static str,
    /// What is looked for.
    label: &'static str,
    /// The input's type.
    #[prop(default = "search")]
    kind: &'static str,
) -> impl IntoView {
    let value = Here::now().get(name);
    view! {
        <div class="field">
            <label for=format!("filter-{name}")>{label}</label>
            <input id=format!("filter-{name}") name=name type=kind value=value maxlength="200" autocomplete="off"/>
        </div>
    }
    .into_any()
}

/// One of a few; the first is no choice.
#[component]
pub(in crate::pages::admin) fn Choice(
    /// The key in the address.
    name: &'static str,
    /// What is chosen.
    label: &'static str,
    /// The choices: the word in the address and what it is called.
    options: Vec<(&'static str, &'static str)>,
) -> impl IntoView {
    let chosen = Here::now().get(name);
    let options: Vec<_> = options
        .into_iter()
        .map(|(word, called)| view! { <option value=word selected=word == chosen>{called}</option> })
        .collect();
    view! {
        <div class="field">
            <label for=format!("filter-{name}")>{label}</label>
            <select id=format!("filter-{name}") name=name>
                <option value="">{table::any()}</option>
                {options}
            </select>
        </div>
    }
    .into_any()
}
