//! The live page: every room with its players, games and talk, and who is on the site.

use contract::live::Presence;
use leptos::prelude::*;

use super::{
    feed::Feed,
    room::room_card,
    signs::{Freshness, Signs},
};
use crate::{
    pages::plugins::slot::PluginSlot,
    texts,
    ui::{
        page::Page,
        state::{Empty, Loading},
    },
};

/// Drawn whole by the server; kept up by the socket.
pub(crate) fn show() -> AnyView {
    Feed::of_page().draw();
    view! { <LivePage/> }.into_any()
}

#[component]
fn LivePage() -> impl IntoView {
    let feed = Feed::of_page();
    feed.keep_up();
    view! {
        <Page title=texts::live::title() lead=texts::live::lead()>
            <Present feed/>
            <PluginSlot place="live.main"/>
        </Page>
    }
    .into_any()
}

#[component]
fn Present(feed: Feed) -> impl IntoView {
    let class = stylers::style! {
        .present {
            display: grid;
            gap: var(--space-5);
        }
        .rooms {
            display: grid;
            gap: var(--space-4);
            grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr));
            align-items: start;
        }
    };
    let rooms = move || {
        feed.lobby.with(|lobby| match lobby {
            None => view! { <Loading/> }.into_any(),
            Some(lobby) if lobby.rooms.is_empty() => {
                view! { <Empty title=texts::live::no_rooms_title() text=texts::live::no_rooms_text()/> }.into_any()
            }
            Some(lobby) => lobby.rooms.iter().map(room_card).collect_view().into_any(),
        })
    };
    view! { class = class,
        <div class="present">
            <Freshness feed/>
            <Signs feed/>
            <div class="rooms">{rooms}</div>
            <section class="card" aria-labelledby="on-site">
                <h2 id="on-site">{texts::live::on_site()}</h2>
                {move || feed.site.with(presence)}
            </section>
        </div>
    }
    .into_any()
}

fn presence(site: &Presence) -> impl IntoView + use<> {
    let count = usize::try_from(site.people_count).unwrap_or(usize::MAX);
    let visitors = usize::try_from(site.visitors).unwrap_or(usize::MAX);
    let names: Vec<_> = site.people.iter().map(|name| view! { <li class="chip">{name.clone()}</li> }).collect();
    view! {
        <p>{texts::live::people(count)}" · "{texts::live::visitors(visitors)}</p>
        <ul class="chips">{names}</ul>
    }
}
