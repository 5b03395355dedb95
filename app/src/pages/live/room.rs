//! One room: who is in it, which games it lists, what was said.

use contract::lobby::{Dialect, Game, Line, Player, Room};
use leptos::prelude::*;

use crate::{
    address::escape,
    pages::people::list::page_of,
    texts,
    ui::time::{Show, Time},
    viewer::viewer,
};

/// The room as a card.
pub(super) fn room_card(room: &Room) -> AnyView {
    let class = stylers::style! {
        .room > header {
            display: flex;
            flex-wrap: wrap;
            align-items: baseline;
            justify-content: space-between;
            gap: var(--space-2);
        }
        .room > header > h2 {
            margin: 0;
            overflow-wrap: anywhere;
        }
    };
    let heading = format!("room-{}", room.id);
    let id = heading.clone();
    let capacity = room.capacity.to_string();
    view! { class = class,
        <section class="card room" aria-labelledby=heading>
            <header>
                <h2 id=id>{room.name.clone()}</h2>
                <span class="badge">{texts::live::seats(&room.players.len().to_string(), &capacity)}</span>
            </header>
            {players(&room.players)}
            {games(&room.games)}
            {talk(room)}
        </section>
    }
    .into_any()
}

/// What people call the game.
fn dialect_name(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Myth2 => "Myth II",
        Dialect::AlephOne => "Aleph One",
    }
}

fn players(players: &[Player]) -> AnyView {
    if players.is_empty() {
        return view! { <p class="hint">{texts::live::nobody()}</p> }.into_any();
    }
    let items: Vec<_> = players
        .iter()
        .map(|player| {
            let guest = player.user.is_none().then(|| view! { <span class="hint">" "{texts::live::guest()}</span> });
            let away = player.away.then(|| view! { <span class="hint">" "{texts::live::away()}</span> });
            // Who has an account has a page; what a guest says can be reported line by line.
            let name = if player.user.is_some() {
                let (address, name) = (page_of(&player.name), player.name.clone());
                view! { <a href=address><strong>{name}</strong></a> }.into_any()
            } else {
                let name = player.name.clone();
                view! { <strong>{name}</strong> }.into_any()
            };
            view! {
                <li class="chip">
                    {name}" "
                    <span class="hint">{dialect_name(player.dialect)}</span>
                    {guest}
                    {away}
                </li>
            }
        })
        .collect();
    view! { <h3>{texts::live::players()}</h3><ul class="chips">{items}</ul> }.into_any()
}

fn games(games: &[Game]) -> AnyView {
    if games.is_empty() {
        return ().into_any();
    }
    let items: Vec<_> = games
        .iter()
        .map(|game| {
            let state = if game.started_at.is_some() { texts::live::running() } else { texts::live::gathering() };
            let details = format!("{} · {} · {}", game.map, game.scoring, dialect_name(game.dialect));
            let seats = texts::live::seats(&game.players.to_string(), &game.max_players.to_string());
            view! {
                <li class="game">
                    <strong>{game.name.clone()}</strong>" "
                    <span class="badge">{state}</span>" "
                    <span class="badge">{seats}</span>
                    <p class="hint">{texts::live::hosted_by(&game.host_name)}" · "{details}</p>
                </li>
            }
        })
        .collect();
    view! { <h3>{texts::live::games()}</h3><ul class="plain">{items}</ul> }.into_any()
}

fn talk(room: &Room) -> AnyView {
    if room.lines.is_empty() {
        return ().into_any();
    }
    // Only somebody with an account reports: to everybody else the links would be noise.
    let reports = viewer().me.is_some();
    let items: Vec<_> = room
        .lines
        .iter()
        .map(|line: &Line| {
            let hub = line.dialect.is_none();
            let report = (reports && !hub).then(|| {
                let address =
                    format!("/report?target=chat&name={}&reference={}%2F{}", escape(&line.name), room.id, line.at);
                let label = texts::report::report_line_of(&line.name);
                view! { " "<a class="hint" href=address aria-label=label>{texts::report::report_line()}</a> }
            });
            view! {
                <li class:hub=hub>
                    <Time at=line.at show=Show::Clock/>" "<strong>{line.name.clone()}</strong>" "<span>{line.text.clone()}</span>
                    {report}
                </li>
            }
        })
        .collect();
    // The list is read out by `Signs`, at a pace one can follow; here it only stands.
    view! {
        <h3>{texts::live::talk()}</h3>
        <div class="talk" tabindex="0" role="group" aria-label=texts::live::talk_in(&room.name)><ol>{items}</ol></div>
    }
    .into_any()
}
