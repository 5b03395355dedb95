//! One room: who is in it, which games it lists, what was said.

use contract::lobby::{Game, Player, Room};
use leptos::prelude::*;

use super::parts;
use crate::{texts, viewer::viewer};

/// Where the page of a room is.
pub(crate) fn address_of(room: base::RoomId) -> String {
    format!("/lobby/rooms/{room}")
}

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
                <h2 id=id><a href=address_of(room.id)>{room.name.clone()}</a></h2>
                <span class="badge">{texts::live::seats(&room.players.len().to_string(), &capacity)}</span>
            </header>
            {players(&room.players)}
            {games(&room.games)}
            {talk(room)}
        </section>
    }
    .into_any()
}

fn players(players: &[Player]) -> AnyView {
    if players.is_empty() {
        return view! { <p class="hint">{texts::live::nobody()}</p> }.into_any();
    }
    let items: Vec<_> = players.iter().map(|one| view! { <li class="chip">{parts::player(one)}</li> }).collect();
    view! { <h3>{texts::live::players()}</h3><ul class="chips">{items}</ul> }.into_any()
}

fn games(games: &[Game]) -> AnyView {
    if games.is_empty() {
        return ().into_any();
    }
    let items: Vec<_> = games.iter().map(parts::game).collect();
    view! { <h3>{texts::live::games()}</h3><ul class="plain">{items}</ul> }.into_any()
}

fn talk(room: &Room) -> AnyView {
    if room.lines.is_empty() {
        return ().into_any();
    }
    // Only somebody with an account reports: to everybody else the links would be noise.
    let reports = viewer().me.is_some();
    let items: Vec<_> = room.lines.iter().map(|line| parts::line(room.id, line, reports)).collect();
    // The list is read out by `Signs`, at a pace one can follow; here it only stands.
    view! {
        <h3>{texts::live::talk()}</h3>
        <div class="talk" tabindex="0" role="group" aria-label=texts::live::talk_in(&room.name)><ol>{items}</ol></div>
    }
    .into_any()
}
