//! Text one wants to take elsewhere.

use leptos::prelude::*;

use crate::{browser, texts};

/// Shows a value in full, easy to select, and copies it where the browser allows that.
#[component]
pub(crate) fn Copyable(
    /// The value.
    #[prop(into)]
    value: String,
    /// What it is, for screen readers.
    label: &'static str,
) -> impl IntoView {
    let class = stylers::style! {
        .copyable {
            display: flex;
            flex-wrap: wrap;
            align-items: center;
            gap: var(--space-2);
        }
        .copyable > output {
            padding: var(--space-2) var(--space-3);
            border: 1px dashed var(--line-strong);
            border-radius: var(--radius-1);
            background: var(--surface-2);
            font-family: var(--font-mono);
            overflow-wrap: anywhere;
            user-select: all;
        }
    };
    let copied = RwSignal::new(false);
    let text = value.clone();
    view! { class = class,
        <div class="copyable">
            <output aria-label=label>{value}</output>
            <button
                type="button"
                class="button quiet needs-script"
                on:click=move |_| {
                    browser::copy(&text);
                    copied.set(true);
                }
            >
                {move || if copied.get() { texts::form::copied() } else { texts::form::copy() }}
            </button>
        </div>
    }
}
