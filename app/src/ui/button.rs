//! Buttons that send forms.

use leptos::prelude::*;

/// Sends the form it stands in. While the answer is on its way it says so and takes no second press.
#[component]
pub(crate) fn Submit(
    /// What pressing it does.
    label: &'static str,
    /// Whether the form is on its way.
    pending: Signal<bool>,
    /// Its look, beside that of every button.
    #[prop(default = "primary")]
    look: &'static str,
) -> impl IntoView {
    view! {
        <button
            type="submit"
            class=format!("button {look}")
            aria-disabled=move || pending.get().then_some("true")
            on:click=move |event| if pending.get_untracked() { event.prevent_default() }
        >
            {label}
            <span class="spinner" class:on=move || pending.get() aria-hidden="true"></span>
        </button>
    }
}
