//! How fresh a live page is, whether it has lost its connection, and what it says to those who listen.

use leptos::prelude::*;

use super::feed::{Feed, Link};
use crate::{
    browser, texts,
    ui::{
        banner::Banner,
        time::{Show, Time},
    },
};

/// At most one piece of news in this time is read out.
const NEWS_EVERY_SECS: u32 = 5;

/// "Live · updated 3 s ago", or when the page was drawn, with a link that draws it anew.
#[component]
pub(crate) fn Freshness(feed: Feed) -> impl IntoView {
    let class = stylers::style! {
        .fresh {
            display: inline-flex;
            flex-wrap: wrap;
            align-items: center;
            gap: var(--space-2);
            margin: 0;
            color: var(--text-2);
            font-size: var(--size-0);
        }
        .fresh > .lamp {
            width: 0.625rem;
            height: 0.625rem;
            border: 2px solid var(--text-2);
            border-radius: 50%;
        }
        .fresh > .lit {
            border-color: var(--good);
            background: var(--good);
        }
    };
    let (secs, set_secs) = signal(0_usize);
    every_second(move |_| {
        let ago_ms = browser::now_ms() - feed.heard_at_ms.get_untracked();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what a day has")]
        set_secs.set((ago_ms / 1000.0).clamp(0.0, 86_400.0) as usize);
    });
    let words = move || match feed.link.get() {
        Link::Drawn => view! {
            <span>{texts::live::as_of()}" "<Time at=feed.drawn_at.get_untracked() show=Show::Clock/></span>
            <a href="" rel="external">{texts::live::reload()}</a>
        }
        .into_any(),
        Link::Live => texts::live::updated(&secs.get().to_string()).into_any(),
        Link::Lost => texts::live::lost_short().into_any(),
    };
    view! { class = class,
        <p class="fresh">
            <span class="lamp" class:lit=move || feed.link.get() == Link::Live aria-hidden="true"></span>
            {words}
        </p>
    }
}

/// Says that the connection is gone while it is, and reads out news, never more than a listener can follow.
#[component]
pub(crate) fn Signs(feed: Feed) -> impl IntoView {
    let lost = Signal::derive(move || (feed.link.get() == Link::Lost).then(|| texts::live::lost().to_owned()));
    let said = RwSignal::new(None::<String>);
    every_second(move |second| {
        if second % NEWS_EVERY_SECS == 0 && feed.news.with_untracked(Option::is_some) {
            said.set(feed.news.get_untracked());
            feed.news.set(None);
        }
    });
    view! {
        <Banner text=lost/>
        <p class="visually-hidden" role="status">{move || said.get()}</p>
    }
}

/// Calls `act` every second in the browser, for as long as its owner is on the page.
pub(super) fn every_second(act: impl Fn(u32) + Copy + 'static) {
    Effect::new(move || {
        let second = StoredValue::new(0_u32);
        let tick = move || {
            second.update_value(|second| *second = second.wrapping_add(1));
            act(second.get_value());
        };
        if let Ok(timer) = set_interval_with_handle(tick, std::time::Duration::from_secs(1)) {
            on_cleanup(move || timer.clear());
        }
    });
}
