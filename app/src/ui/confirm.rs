//! A second step before something that cannot be undone. Opens and closes without script.

use leptos::prelude::*;

/// Hides its content, with the button that does it, behind a first press.
#[component]
pub(crate) fn Confirm(
    /// The first press.
    label: &'static str,
    /// What will happen.
    warning: &'static str,
    /// The form that does it.
    children: Children,
) -> impl IntoView {
    let class = stylers::style! {
        .confirm > summary {
            display: inline-flex;
            list-style: none;
        }
        .confirm > .body {
            display: grid;
            gap: var(--space-3);
            margin-top: var(--space-3);
            padding: var(--space-3);
            border: 1px solid var(--bad);
            background: var(--surface-2);
        }
    };
    view! { class = class,
        <details class="confirm">
            <summary class="button quiet">{label}</summary>
            <div class="body">
                <p class="body-text">{warning}</p>
                {children()}
            </div>
        </details>
    }
}
