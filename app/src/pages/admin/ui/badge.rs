//! How something stands, in a word. The word says it; the colour only helps.

use leptos::prelude::*;

/// How good it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::pages::admin) enum Tone {
    /// As it should be.
    Good,
    /// Neither good nor bad.
    Plain,
    /// To be seen to.
    Warn,
    /// Not as it should be.
    Bad,
}

/// The word in its colour.
#[component]
pub(in crate::pages::admin) fn Badge(
    /// Its colour.
    tone: Tone,
    /// The word.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    let class = match tone {
        Tone::Good => "badge good",
        Tone::Plain => "badge",
        Tone::Warn => "badge warn",
        Tone::Bad => "badge bad",
    };
    view! { <span class=class>{text}</span> }.into_any()
}
