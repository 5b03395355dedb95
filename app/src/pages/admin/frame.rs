//! The way around the admin area: beside the page where there is room, folded above it where there is none.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::sections::{BASE, SECTIONS, may_open};
use crate::{texts::admin::section, viewer::viewer};

/// The navigation, and the page beside it.
#[component]
pub(super) fn AdminFrame(
    /// The page.
    children: Children,
) -> impl IntoView {
    let class = stylers::style! {
        .admin {
            display: grid;
            grid-template-columns: minmax(0, 1fr);
            max-width: calc(var(--page-admin) + 2 * var(--gutter));
            margin-inline: auto;
        }
        .side {
            display: none;
        }
        .folded-nav {
            margin: var(--space-3) var(--gutter) 0;
            border: 1px solid var(--line);
            border-radius: var(--radius-1);
            background: var(--surface);
        }
        .folded-nav > summary {
            padding: var(--space-2) var(--space-4);
            min-height: var(--target);
            font-weight: 600;
            cursor: pointer;
        }
        @media (min-width: 60rem) {
            .admin {
                grid-template-columns: 14rem minmax(0, 1fr);
            }
            .side {
                display: block;
                padding: var(--space-5) 0 var(--space-5) var(--gutter);
            }
            .folded-nav {
                display: none;
            }
        }
    };
    view! { class = class,
        <div class="admin">
            <details class="folded-nav menu-in-page">
                <summary>{section::navigation()}</summary>
                <nav aria-label=section::navigation()><Entries/></nav>
            </details>
            <nav class="side" aria-label=section::navigation()><Entries/></nav>
            <div>{children()}</div>
        </div>
    }
    .into_any()
}

/// The sections the viewer may open.
#[component]
fn Entries() -> impl IntoView {
    let Some(role) = viewer().me.map(|me| me.role) else { return ().into_any() };
    let path = use_location().pathname;
    let entries: Vec<_> = SECTIONS
        .iter()
        .filter(|section| may_open(section, role))
        .map(|section| {
            let here = move || {
                path.with(|path| {
                    let below = path
                        .strip_prefix(section.path)
                        .is_some_and(|rest| rest.starts_with('/') && section.path != BASE);
                    if path == section.path { Some("page") } else { below.then_some("true") }
                })
            };
            view! { <li><a href=section.path aria-current=here>{(section.title)()}</a></li> }
        })
        .collect();
    view! { <ul class="admin-nav">{entries}</ul> }.into_any()
}
