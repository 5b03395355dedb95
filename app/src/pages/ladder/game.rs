//! A game that is over: who fared how, and what each reported.

use contract::ranking::{GameResult, Told, Verdict};
use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    api::{Shown, read_game},
    charts,
    parts::{about_game, about_one, fate_name, film_link, film_page, game_in_address, player_link, table},
};
use crate::texts::{films, ladder as say};

/// The page.
pub(crate) fn show() -> AnyView {
    let game = Resource::new(game_in_address(), read_game);
    about_one(game, say::game(), |shown| view! { <GamePage shown/> }.into_any())
}

#[component]
fn GamePage(shown: Shown) -> impl IntoView {
    let Shown { result: GameResult { game, reports }, film } = shown;
    let about = about_game(&game);
    let film = film.map(|film| {
        let more = film_page(film.game);
        view! { <p>{film_link(film.game, film.size_bytes)} " · " <a href=more>{films::about()}</a></p> }
    });
    let charts = charts::damage(&game.players);
    let rows = game
        .players
        .into_iter()
        .map(|player| {
            let left = player.dropped.then(|| view! { " " <span class="hint">{say::left_early()}</span> });
            vec![
                view! { {player_link(player.name, player.user.is_some())}{left} }.into_any(),
                fate_name(player.fate).into_any(),
                player.place.map(|place| place.to_string()).into_any(),
                player.units_killed.into_any(),
                player.units_lost.into_any(),
                player.damage_given.into_any(),
                player.damage_taken.into_any(),
            ]
        })
        .collect();
    let heads =
        [say::player(), say::result(), say::place(), say::killed(), say::fallen(), say::dealt(), say::suffered()];
    let judged = match game.verdict {
        None => say::disputed_text(),
        Some(Verdict::Confirmed) => say::judged_confirmed(),
        Some(Verdict::Overturned) => say::judged_overturned(),
        Some(Verdict::Voided) => say::judged_voided(),
    };
    let disputed = game.disputed.then(|| view! { <p class="notice" role="note">{judged}</p> });
    view! {
        <Title text=game.name.clone()/>
        <header class="page-head">
            <h1>{game.name}</h1>
            {about}
        </header>
        {film}
        {disputed}
        {table(say::result(), &heads, 2.., rows)}
        {charts}
        <h2>{say::reports()}</h2>
        {told(reports)}
    }
    .into_any()
}

/// Each player's own word.
fn told(reports: Vec<Told>) -> AnyView {
    let rows = reports
        .into_iter()
        .map(|report| {
            let host = report.host.then(|| view! { " " <span class="hint">{say::host()}</span> });
            vec![
                view! { {report.name}{host} }.into_any(),
                report.winners.join(", ").into_any(),
                if report.agrees { say::agrees() } else { say::differs() }.into_any(),
            ]
        })
        .collect();
    table(say::reports(), &[say::player(), say::says_won(), say::beside_result()], 3.., rows)
}
