//! A game that is over: who fared how, and what each reported.

use contract::ranking::{GameResult, Told, Verdict};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::{
    api::{Shown, read_game},
    parts::{about_one, class_name, dialect_name, fate_name, film_link, player_link, table},
};
use crate::{texts::ladder as say, ui::time::Time};

/// The page.
pub(crate) fn show() -> AnyView {
    let params = use_params_map();
    // What is no number is a game that there is not.
    let asked = move || params.get().get("game").and_then(|game| game.parse::<i64>().ok()).unwrap_or_default();
    let game = Resource::new(asked, read_game);
    about_one(game, say::game(), |shown| view! { <GamePage shown/> }.into_any())
}

#[component]
fn GamePage(shown: Shown) -> impl IntoView {
    let Shown { result: GameResult { game, reports }, film } = shown;
    let film = film.map(|film| view! { <p>{film_link(film.game, film.size_bytes)}</p> });
    // Never negative: it is the length of a game that has ended.
    let minutes = usize::try_from(game.played_ms / 60_000).unwrap_or_default();
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
            <p class="lead">
                {game.kind} " · " {game.map} " · " {dialect_name(game.dialect)} ", " {class_name(game.class)}
            </p>
            <p class="hint">{say::hosted(&game.host)} " · " <Time at=game.at/> " · " {say::minutes(minutes)}</p>
        </header>
        {film}
        {disputed}
        {table(say::result(), &heads, 2.., rows)}
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
