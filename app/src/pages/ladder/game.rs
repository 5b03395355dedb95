//! A game that is over: who fared how, and what each reported.

use contract::ranking::{GameResult, Told};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::{
    api::read_game,
    parts::{about_one, class_name, dialect_name, fate_name, player_link, table},
};
use crate::{texts::ladder as say, ui::time::Time};

/// The page.
pub(crate) fn show() -> AnyView {
    let params = use_params_map();
    // What is no number is a game that there is not.
    let asked = move || params.get().get("game").and_then(|game| game.parse::<i64>().ok()).unwrap_or_default();
    let game = Resource::new(asked, read_game);
    about_one(game, say::game(), |result| view! { <GamePage result/> }.into_any())
}

#[component]
fn GamePage(result: GameResult) -> impl IntoView {
    let GameResult { game, reports } = result;
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
    let disputed = game.disputed.then(|| view! { <p class="notice" role="note">{say::disputed_text()}</p> });
    view! {
        <Title text=game.name.clone()/>
        <header class="page-head">
            <h1>{game.name}</h1>
            <p class="lead">
                {game.kind} " · " {game.map} " · " {dialect_name(game.dialect)} ", " {class_name(game.class)}
            </p>
            <p class="hint">{say::hosted(&game.host)} " · " <Time at=game.at/> " · " {say::minutes(minutes)}</p>
        </header>
        {disputed}
        {table(say::result(), &heads, 2.., rows)}
        <section aria-labelledby="reports"><h2 id="reports">{say::reports()}</h2>{told(reports)}</section>
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
