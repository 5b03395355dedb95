//! The front door: what this place is, what is on now, how to come in.

use leptos::prelude::*;

use super::{
    live::{
        feed::{Feed, Tile},
        room::address_of,
        signs::Freshness,
        ticker::Ticker,
    },
    plugins::slot::PluginSlot,
};
use crate::{
    texts,
    ui::{
        icon::{Icon, Mark},
        state::{Empty, Loading},
    },
    viewer::{Viewer, viewer},
};

/// Hero, what is live, how to join.
#[component]
pub(crate) fn HomePage() -> impl IntoView {
    let viewer = viewer();
    view! {
        <Hero viewer=viewer.clone()/>
        <div class="page wide">
            <LiveNow/>
            <PluginSlot place="home.main"/>
            <PluginSlot place="home.sidebar"/>
            <HowToJoin/>
        </div>
    }
    .into_any()
}

#[component]
fn Hero(viewer: Viewer) -> impl IntoView {
    let class = stylers::style! {
        .hero {
            padding: var(--space-7) var(--gutter) var(--space-6);
            border-bottom: 1px solid var(--line);
            background: var(--hero);
        }
        .hero-in {
            position: relative;
            display: grid;
            gap: var(--space-4);
            max-width: var(--page-wide);
            margin-inline: auto;
        }
        .hero-in > h1 {
            margin: 0;
            font-size: var(--size-6);
            line-height: 1.05;
            overflow-wrap: anywhere;
        }
        .hero-in > .say {
            max-width: 38rem;
            margin: 0;
            color: var(--text-2);
            font-size: var(--size-2);
        }
    };
    let call = match &viewer.me {
        Some(me) => view! { class = class,
            <p class="say">{texts::home::welcome_back(&me.name)}</p>
            <div class="actions">
                <a class="button primary big" href="/live">{texts::home::see_live()}</a>
                <a class="button big" href="/account">{texts::account::title()}</a>
            </div>
        }
        .into_any(),
        None => view! { class = class,
            <p class="say">{texts::home::say()}</p>
            <div class="actions">
                {viewer.site.registration.then(|| view! { <a class="button primary big" href="/register">{texts::home::join()}</a> })}
                <a class="button big" href="/live">{texts::home::see_live()}</a>
            </div>
        }
        .into_any(),
    };
    view! { class = class,
        <section class="hero">
            <div class="hero-in">
                <h1>{viewer.site.name}</h1>
                {call}
                <Icon mark=Mark::Arms/>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn LiveNow() -> impl IntoView {
    let feed = Feed::of_page();
    feed.glance();
    feed.keep_up();
    view! {
        <section aria-labelledby="now">
            <h2 id="now">{texts::home::now()}</h2>
            <Freshness feed/>
            {move || feed.tiles.with(|tiles| tiles.as_ref().map_or_else(|| view! { <Loading/> }.into_any(), |tiles| summary(tiles)))}
            <p class="hint">
                {move || feed.site.with(|site| {
                    let count = site.people_count.saturating_add(site.visitors);
                    texts::home::on_site(usize::try_from(count).unwrap_or(usize::MAX))
                })}
            </p>
            <Ticker feed/>
        </section>
    }
    .into_any()
}

fn summary(tiles: &[Tile]) -> AnyView {
    if tiles.iter().all(|tile| tile.players == 0 && tile.games == 0) {
        return view! { <Empty title=texts::home::quiet_title() text=texts::home::quiet_text()/> }.into_any();
    }
    let rooms: Vec<_> = tiles
        .iter()
        .map(|room| {
            view! {
                <li class="tile">
                    <a href=address_of(room.id)><strong>{room.name.clone()}</strong></a>
                    <span>{texts::home::players(room.players)}</span>
                    <span>{texts::home::games(room.games)}</span>
                </li>
            }
        })
        .collect();
    view! { <ul class="tiles">{rooms}</ul> }.into_any()
}

#[component]
fn HowToJoin() -> impl IntoView {
    let steps = [
        (texts::home::step_account(), texts::home::step_account_text()),
        (texts::home::step_password(), texts::home::step_password_text()),
        (texts::home::step_play(), texts::home::step_play_text()),
    ];
    let items = steps.map(|(title, text)| view! { <li class="step"><h3>{title}</h3><p>{text}</p></li> });
    view! {
        <section aria-labelledby="join">
            <h2 id="join">{texts::home::how()}</h2>
            <ol class="step-list">{items}</ol>
        </section>
    }
    .into_any()
}
