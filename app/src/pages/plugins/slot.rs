//! A place on a page of the hub where plugins show something. Nothing is asked, and nothing stands there, where none does.

use leptos::prelude::*;

use super::api::{Widgets, read_widgets};
use crate::{error::AppError, viewer::viewer};

/// The place. `organization`: on a page of whose; `subject`: what the page is about.
#[component]
pub(crate) fn PluginSlot(
    /// Its word.
    place: &'static str,
    /// What the page is about.
    #[prop(optional, into)]
    subject: String,
) -> impl IntoView {
    viewer().slots.iter().any(|used| used == place).then(move || shown(place, None, subject))
}

/// The same on a page of an organization, which knows which of its slots are used.
pub(crate) fn in_organization(slot: &'static str, organization: i64, used: &[String]) -> Option<AnyView> {
    used.iter().any(|used| used == slot).then(|| shown(slot, Some(organization), organization.to_string()))
}

fn shown(slot: &'static str, organization: Option<i64>, subject: String) -> AnyView {
    let read = move |()| read_widgets(slot.to_owned(), organization, subject.clone());
    let widgets: Resource<Result<Widgets, AppError>> = Resource::new(|| (), read);
    view! {
        <Transition fallback=|| ()>
            {move || {
                widgets.get().and_then(Result::ok).filter(|widgets| !widgets.html.is_empty()).map(|widgets| {
                    view! { <div class="plugin-widgets cards" inner_html=widgets.html></div> }
                })
            }}
        </Transition>
    }
    .into_any()
}
