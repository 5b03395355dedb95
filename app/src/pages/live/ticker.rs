//! What has happened lately, on the home page: who came in, what began, how games ended.

use leptos::prelude::*;

use super::{
    api::{Lately, read_latest_results},
    feed::Feed,
};
use crate::{
    texts::ticker as say,
    ui::time::{Show, Time},
};

/// Kept up by the socket. Nothing in it moves by itself, and nothing is read out: it is there for who looks.
#[component]
pub(crate) fn Ticker(feed: Feed) -> impl IntoView {
    let results = Resource::new(move || feed.settled.get(), |_| read_latest_results());
    let news = move || {
        let ticker = feed.ticker.get();
        if ticker.is_empty() {
            return view! { <p class="hint">{say::nothing()}</p> }.into_any();
        }
        let items: Vec<_> =
            ticker.into_iter().map(|(at, text)| view! { <li><Time at show=Show::Clock/>" "{text}</li> }).collect();
        view! { <ul class="plain ticker">{items}</ul> }.into_any()
    };
    view! {
        <section class="card" aria-labelledby="lately">
            <h2 id="lately">{say::title()}</h2>
            {news}
            <Transition fallback=|| ()>
                {move || results.get().and_then(Result::ok).filter(|games| !games.is_empty()).map(shown)}
            </Transition>
        </section>
    }
    .into_any()
}

fn shown(games: Vec<Lately>) -> AnyView {
    let items: Vec<_> = games
        .into_iter()
        .map(|game| {
            let outcome = if game.winners.is_empty() { say::nobody_won().to_owned() } else { say::won(&game.winners) };
            view! {
                <li>
                    <a href=format!("/lobby/games/{}", game.id)>{game.name}</a>" "
                    <span class="hint">{game.map}" · "{outcome}" · "<Time at=game.at/></span>
                </li>
            }
        })
        .collect();
    view! { <h3>{say::results()}</h3><ul class="plain ticker">{items}</ul> }.into_any()
}
