//! The shield of an order, drawn here.

use contract::orders::{Crest, Division, Tincture};
use leptos::prelude::*;

/// The outline, 40 by 48.
const SHIELD: &str = "M2 2H38V24C38 36 28 43 20 46C12 43 2 36 2 24Z";

const fn color(of: Tincture) -> &'static str {
    match of {
        Tincture::Gold => "#e0b030",
        Tincture::Silver => "#d8dce2",
        Tincture::Red => "#b3282d",
        Tincture::Blue => "#2456a6",
        Tincture::Green => "#2c7a3f",
        Tincture::Purple => "#6c3a94",
        Tincture::Black => "#26282c",
        Tincture::Orange => "#d96b1c",
    }
}

/// What is in the second tincture: a path within the outline. A plain shield has a border instead.
const fn part(of: Division) -> Option<&'static str> {
    match of {
        Division::Plain => None,
        Division::Pale => Some("M20 2H38V24C38 36 28 43 20 46Z"),
        Division::Fess => Some("M2 24H38C38 36 28 43 20 46C12 43 2 36 2 24Z"),
        Division::Bend => Some("M2 2H10L37 28.5L35.5 33.5L2 9.5Z"),
        Division::Chevron => Some("M20 15L36.9 30.6L33.6 36.5L20 24L6.4 36.5L3.1 30.6Z"),
        Division::Cross => Some("M16.5 2H23.5V17H38V24H23.5V44.6L20 46L16.5 44.6V24H2V17H16.5Z"),
        Division::Saltire => {
            Some("M2 2H8L20 15L32 2H38V7L24.5 21L34.8 34.8L32 38.4L20 25.5L8 38.4L5.2 34.8L15.5 21L2 7Z")
        }
        Division::Quarterly => Some("M20 2H38V24H20ZM2 24H20V46C12 43 2 36 2 24Z"),
    }
}

/// The drawing. The name of the order stands beside it, so a screen reader has nothing to say of it.
fn svg(crest: Crest) -> String {
    let (first, second) = (color(crest.first), color(crest.second));
    let inner = match part(crest.division) {
        Some(path) => format!(r#"<path d="{path}" fill="{second}"/>"#),
        None => format!(
            r#"<path d="{SHIELD}" fill="none" stroke="{second}" stroke-width="5" transform="translate(2.5 2.5) scale(.875)"/>"#
        ),
    };
    format!(
        r#"<svg viewBox="0 0 40 48" aria-hidden="true" focusable="false"><path d="{SHIELD}" fill="{first}"/>{inner}<path d="{SHIELD}" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round"/></svg>"#
    )
}

/// The shield, large on the order's own page and small in lists.
#[component]
pub(super) fn Shield(
    /// What is on it.
    crest: Crest,
    /// On the order's own page.
    #[prop(optional)]
    large: bool,
) -> impl IntoView {
    let class = stylers::style! {
        .shield {
            display: inline-block;
            inline-size: 1.25rem;
            vertical-align: middle;
            color: var(--ink);
        }
        .shield.large {
            inline-size: 4rem;
        }
    };
    view! { class = class, <span class="shield" class:large=large inner_html=svg(crest)></span> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shield_is_drawn_in_its_two_colours() {
        for division in Division::ALL {
            let drawn = svg(Crest { division, first: Tincture::Blue, second: Tincture::Gold });
            assert!(drawn.contains("#2456a6") && drawn.contains("#e0b030"), "{division:?}");
            assert_eq!(drawn.matches("<path").count(), 3, "{division:?}");
        }
    }
}
