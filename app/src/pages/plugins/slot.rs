//! A place on a page of the hub where plugins show something. Nothing is asked, and nothing stands there, where none does.

use leptos::prelude::*;

use super::api::{Widgets, read_widgets};
use crate::viewer::viewer;

/// The place. `organization`: on a page of whose; `subject`: what the page is about.
#[component]
pub(crate) fn PluginSlot(
    /// Its word.
    place: &'static str,
    /// What the page is about.
    #[prop(optional, into)]
    subject: String,
) -> impl IntoView {
    viewer().slots.iter().any(|used| used == place).then(move || {
        let read = move |()| {
            let read = read_widgets(place.to_owned(), None, subject.clone());
            async move { read.await.unwrap_or_default() }
        };
        shown(Resource::new(|| (), read))
    })
}

/// What plugins show on a page of an organization, in these of its slots that are `used`.
pub(crate) async fn in_organization(slots: [&'static str; 2], organization: i64, used: &[String]) -> Vec<Widgets> {
    let there: Vec<&str> = slots.into_iter().filter(|slot| used.iter().any(|used| used == slot)).collect();
    if there.is_empty() {
        return Vec::new();
    }
    // What they add is no reason to show a failure on a page of the hub.
    read_widgets(there.join(" "), Some(organization), organization.to_string()).await.unwrap_or_default()
}

/// What was read, as soon as it is there.
///
/// It is read where the page begins, and not where this stands: what waits for something is drawn more than once on the server, and would ask
/// each guest as often.
pub(crate) fn shown(widgets: Resource<Vec<Widgets>>) -> AnyView {
    view! {
        <Transition fallback=|| ()>
            {move || {
                let read = widgets.get().into_iter().flatten().filter(|widgets| !widgets.html.is_empty());
                read.map(|widgets| view! { <div class="plugin-widgets cards" inner_html=widgets.html></div> })
                    .collect::<Vec<_>>()
            }}
        </Transition>
    }
    .into_any()
}
