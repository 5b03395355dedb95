//! The outline every page has: its title, its heading, its content.

use leptos::prelude::*;
use leptos_meta::Title;

/// The hub's name in every title, alone until a page has given its own: a tab is never without one.
#[component]
pub(crate) fn SiteTitle(
    /// The hub's name.
    site: String,
) -> impl IntoView {
    let formatter = move |page: String| if page.is_empty() { site.clone() } else { format!("{page} · {site}") };
    view! { <Title text="" formatter/> }
}

/// A page with its one `h1`, which is also its title in the browser.
#[component]
pub(crate) fn Page(
    /// The heading.
    title: &'static str,
    /// A sentence beneath it.
    #[prop(optional)]
    lead: Option<&'static str>,
    /// `narrow` for forms, `wide` for lists.
    #[prop(default = "wide")]
    width: &'static str,
    /// What is on it.
    children: Children,
) -> impl IntoView {
    view! {
        <Title text=title/>
        <div class=format!("page {width}")>
            <header class="page-head">
                <h1>{title}</h1>
                {lead.map(|lead| view! { <p class="lead">{lead}</p> })}
            </header>
            {children()}
        </div>
    }
    .into_any()
}
