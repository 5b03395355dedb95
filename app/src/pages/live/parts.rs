//! What the live page and the page of one room both show: players, games, lines.

use base::Millis;
use contract::lobby::{Dialect, Game, Line, Origin, Player};
use leptos::prelude::*;

use crate::{
    address::escape,
    browser,
    pages::people::list::page_of,
    texts::{self, room as say},
    ui::{
        caste::caste_name,
        time::{Show, Time},
    },
};

use super::signs::every_second;

/// What people call the game.
pub(super) fn dialect_name(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Myth2 => "Myth II",
        Dialect::AlephOne => "Aleph One",
    }
}

/// What somebody came by.
pub(crate) fn origin_name(origin: Origin) -> &'static str {
    match origin {
        Origin::Myth2 => dialect_name(Dialect::Myth2),
        Origin::AlephOne => dialect_name(Dialect::AlephOne),
        Origin::Browser => say::browser(),
    }
}

/// Who somebody is: their colour, their name, their caste, what they came by.
pub(super) fn player(player: &Player) -> AnyView {
    let guest = player.user.is_none().then(|| view! { <span class="hint">" "{texts::live::guest()}</span> });
    let away = player.away.then(|| view! { <span class="hint">" "{texts::live::away()}</span> });
    let caste = player.caste.map(|caste| view! { <span class="badge">{caste_name(caste)}</span>" " });
    let color = player.color.clone();
    // Who has an account has a page; what a guest says can be reported line by line.
    let name = if player.user.is_some() {
        let (address, name) = (page_of(&player.name), player.name.clone());
        view! { <a href=address><strong>{name}</strong></a> }.into_any()
    } else {
        let name = player.name.clone();
        view! { <strong>{name}</strong> }.into_any()
    };
    // A picture: the content policy lets no page style anything by itself.
    view! {
        <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><circle cx="5" cy="5" r="4" fill=color/></svg>" "
        {name}" "
        {caste}
        <span class="hint">{origin_name(player.origin)}</span>
        {guest}
        {away}
    }
    .into_any()
}

/// A game, with what its host decided.
pub(super) fn game(game: &Game) -> AnyView {
    let state = if game.started_at.is_some() { texts::live::running() } else { texts::live::gathering() };
    let mut details = vec![game.map.clone(), game.scoring.clone(), game.terms.difficulty.clone()];
    details.push(dialect_name(game.dialect).to_owned());
    if game.terms.teams {
        details.push(say::teams().to_owned());
    }
    if let Some(secs) = game.terms.time_limit_secs {
        details.push(say::limit(usize::try_from(secs.div_ceil(60)).unwrap_or(usize::MAX)));
    }
    if game.terms.password {
        details.push(say::password().to_owned());
    }
    details.retain(|detail| !detail.is_empty());
    let details = details.join(" · ");
    let seats = texts::live::seats(&game.players.to_string(), &game.max_players.to_string());
    view! {
        <li class="game">
            <strong>{game.name.clone()}</strong>" "
            <span class="badge">{state}</span>" "
            <span class="badge">{seats}</span>" "
            {game.ends_at.map(|ends_at| view! { <TimeLeft ends_at/> })}
            <p class="hint">{texts::live::hosted_by(&game.host_name)}" · "{details}</p>
        </li>
    }
    .into_any()
}

/// How long a game still runs. What the server drew says when it ends; the browser counts.
#[component]
fn TimeLeft(ends_at: Millis) -> impl IntoView {
    let left = RwSignal::new(None::<usize>);
    let count = move || {
        let minutes = (ends_at.0 - browser::now().0).max(0).unsigned_abs().div_ceil(60_000);
        left.set(Some(usize::try_from(minutes).unwrap_or(usize::MAX)));
    };
    Effect::new(count);
    every_second(move |second| {
        if second % 10 == 0 {
            count();
        }
    });
    view! {
        <span class="badge">
            {move || match left.get() {
                Some(minutes) => say::left(minutes).into_any(),
                None => view! { {say::until()}" "<Time at=ends_at show=Show::Clock/> }.into_any(),
            }}
        </span>
    }
    .into_any()
}

/// A line of talk. `reports`: with the way to report it.
pub(super) fn line(room: base::RoomId, line: &Line, reports: bool) -> AnyView {
    let hub = line.origin.is_none();
    let report = (reports && !hub).then(|| {
        let address = format!("/report?target=chat&name={}&reference={room}%2F{}", escape(&line.name), line.at);
        let label = texts::report::report_line_of(&line.name);
        view! { " "<a class="hint" href=address aria-label=label>{texts::report::report_line()}</a> }
    });
    view! {
        <li class:hub=hub>
            <Time at=line.at show=Show::Clock/>" "<strong>{line.name.clone()}</strong>" "<span>{line.text.clone()}</span>
            {report}
        </li>
    }
    .into_any()
}
