//! A line across the page for something that concerns all of it.

use leptos::prelude::*;

/// Says something about the page as a whole; read out politely when it appears.
#[component]
pub(crate) fn Banner(
    /// What to say; nothing hides the banner.
    text: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        <div class="banner-place" role="status">
            {move || text.get().map(|text| view! { <p class="banner">{text}</p> })}
        </div>
    }
}
