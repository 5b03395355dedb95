//! The few drawings the pages use, as inline SVG that takes the colour of the text around it.

use leptos::prelude::*;

/// Which drawing.
#[derive(Clone, Copy)]
pub(crate) enum Mark {
    /// The hub's arms: a shield, the roof of a hall as its chevron, a lit door.
    Arms,
    /// A fire with nobody around it yet.
    Hearth,
    /// A closed gate.
    Gate,
    /// Sliders: how the page looks and speaks.
    Settings,
    /// Three bars: the menu.
    Menu,
}

impl Mark {
    /// What is drawn in a square of 32 by 32.
    const fn drawing(self) -> &'static str {
        match self {
            Self::Arms => concat!(
                r#"<path class="field" d="M3 2.5h26v14c0 7-5.6 11.3-13 14.2C8.6 27.8 3 23.5 3 16.5z"/>"#,
                r#"<path class="charge" d="M16 6.2 27 15v4.6L16 10.8 5 19.6V15z"/>"#,
                r#"<path class="charge" d="M16 15.2a4 4 0 0 1 4 4v6.7c-1.25.75-2.6 1.4-4 2-1.4-.6-2.75-1.25-4-2v-6.7a4 4 0 0 1 4-4z"/>"#,
            ),
            Self::Hearth => concat!(
                r#"<path d="M4 28h24M7 28V13l9-8 9 8v15" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round" stroke-linecap="round"/>"#,
                r#"<path d="M16 14c.6 2.6 3.8 4 3.8 7.4A3.7 3.7 0 0 1 16 25a3.7 3.7 0 0 1-3.8-3.6c0-1.7.9-2.7 1.7-3.7.2 1 .7 1.5 1.3 1.7-.3-2 .1-3.8.8-5.4z" fill="currentColor"/>"#,
            ),
            Self::Gate => {
                r#"<path d="M5 28V14a11 11 0 0 1 22 0v14zM5 20h22M11 6v22M16 3v25M21 6v22" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round"/>"#
            }
            Self::Settings => concat!(
                r#"<path d="M4 9h13m6 0h5M4 23h5m6 0h13" fill="none" stroke="currentColor" stroke-width="2.5" stroke-linecap="round"/>"#,
                r#"<circle cx="20" cy="9" r="3.2" fill="none" stroke="currentColor" stroke-width="2.5"/>"#,
                r#"<circle cx="12" cy="23" r="3.2" fill="none" stroke="currentColor" stroke-width="2.5"/>"#,
            ),
            Self::Menu => {
                r#"<path d="M5 8h22M5 16h22M5 24h22" fill="none" stroke="currentColor" stroke-width="2.5" stroke-linecap="round"/>"#
            }
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Arms => "icon arms",
            _ => "icon",
        }
    }
}

/// A drawing beside words; screen readers skip it.
#[component]
pub(crate) fn Icon(
    /// Which.
    mark: Mark,
) -> impl IntoView {
    view! {
        <svg class=mark.class() viewBox="0 0 32 32" aria-hidden="true" focusable="false" inner_html=mark.drawing()></svg>
    }
}
