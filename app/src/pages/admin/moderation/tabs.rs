//! What the pages of this section have in common: the way from one to the other, a duration, a sanction in a table.

use contract::moderation::{Sanction, SanctionKind, Whom};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::{
    pages::people::{list::page_of, words::sanction_name},
    texts::admin::moderation as say,
    ui::time::Time,
};

/// From page to page of the section.
#[component]
pub(super) fn Tabs() -> impl IntoView {
    let path = use_location().pathname;
    let tabs = [
        ("/admin/moderation", say::queue()),
        ("/admin/moderation/appeals", say::appeals()),
        ("/admin/moderation/sanctions", say::sanctions()),
        ("/admin/moderation/places", say::places()),
    ];
    let links = tabs.map(|(to, title)| {
        let here = move || (path.get() == to).then_some("page");
        view! { <li><a href=to aria-current=here>{title}</a></li> }
    });
    view! { <nav aria-label=say::title()><ul class="chips">{links}</ul></nav> }.into_any()
}

/// For how long. The first choice is none: for good.
#[component]
pub(super) fn DurationChoice(
    /// Which form: sets its id apart.
    form: &'static str,
) -> impl IntoView {
    let id = format!("{form}-duration");
    let label_for = id.clone();
    view! {
        <div class="field">
            <label for=label_for>{say::how_long()}</label>
            <select id=id name="duration">
                <option value="hour">{say::hour()}</option>
                <option value="day" selected>{say::day()}</option>
                <option value="week">{say::week()}</option>
                <option value="month">{say::month()}</option>
                <option value="quarter">{say::quarter()}</option>
                <option value="year">{say::year()}</option>
                <option value="">{say::for_good()}</option>
            </select>
        </div>
    }
    .into_any()
}

/// Whom it is about, as a link where it is a person.
pub(super) fn whom(of: &Whom) -> AnyView {
    match of {
        Whom::Person { name, .. } => {
            let (address, name) = (page_of(name), name.clone());
            view! { <a href=address>{name}</a> }.into_any()
        }
        Whom::Network { network } => view! { <code>{network.clone()}</code> }.into_any(),
        Whom::Names { pattern } => view! { <code>{pattern.clone()}</code> }.into_any(),
    }
}

/// What it is, and until when.
pub(super) fn what(of: &Sanction) -> AnyView {
    let kind = sanction_name(of.kind);
    match (of.kind, of.until) {
        (SanctionKind::Warn, _) => kind.into_any(),
        (_, Some(until)) => view! { {kind}" → "<Time at=until/> }.into_any(),
        (_, None) => view! { {kind}" · "{say::for_good()} }.into_any(),
    }
}
