//! One of several things in a list, with what can be done about it at its end.

use leptos::prelude::*;

/// What it is, and beside it, as far as the window allows, what can be done about it.
#[component]
pub(crate) fn Item(
    /// Buttons and forms; or a badge that says why there are none.
    actions: Option<AnyView>,
    /// What it is.
    children: Children,
) -> impl IntoView {
    let class = stylers::style! {
        .item {
            display: flex;
            flex-wrap: wrap;
            align-items: center;
            justify-content: space-between;
            gap: var(--space-3);
            padding-block: var(--space-2);
            border-bottom: 1px solid var(--line);
        }
    };
    view! { class = class,
        <li class="item">
            <div>{children()}</div>
            {actions.map(|actions| view! { <div class="actions">{actions}</div> })}
        </li>
    }
    .into_any()
}
