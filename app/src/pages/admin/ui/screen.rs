//! The outline of an admin page.

use leptos::prelude::*;
use leptos_meta::Title;

/// A page with its one `h1`, which may name what it is about.
#[component]
pub(in crate::pages::admin) fn Screen(
    /// The heading.
    #[prop(into)]
    title: String,
    /// A sentence beneath it.
    #[prop(optional)]
    lead: Option<&'static str>,
    /// The section it leads back to: path and name.
    #[prop(optional)]
    back: Option<(&'static str, &'static str)>,
    /// What is on it.
    children: Children,
) -> impl IntoView {
    let back = back.map(|(path, name)| view! { <p class="back"><a href=path>"← "{name}</a></p> });
    view! {
        <Title text=title.clone()/>
        <div class="page admin-page">
            <header class="page-head">
                {back}
                <h1>{title}</h1>
                {lead.map(|lead| view! { <p class="lead">{lead}</p> })}
            </header>
            {children()}
        </div>
    }
    .into_any()
}
