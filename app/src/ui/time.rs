//! An instant, in UTC until the reader's browser can say it in their own zone.

use base::Millis;
use leptos::prelude::*;

use crate::{browser, time};

/// How much of an instant to show.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Show {
    /// Date and time of day.
    Full,
    /// Time of day.
    Clock,
}

/// An instant for people and machines; UTC is what one hovers over.
#[component]
pub(crate) fn Time(
    /// When.
    at: Millis,
    /// How much of it.
    #[prop(default = Show::Full)]
    show: Show,
) -> impl IntoView {
    let local = RwSignal::new(None::<String>);
    // The server cannot know the reader's zone, so the first render is UTC on both sides.
    Effect::new(move || local.set(Some(browser::local_time(at.0, show == Show::Full))));
    let utc = if show == Show::Full { time::utc(at) } else { time::utc_clock(at) };
    view! {
        <time datetime=time::machine(at) title=time::utc(at)>{move || local.get().unwrap_or_else(|| utc.clone())}</time>
    }
}
