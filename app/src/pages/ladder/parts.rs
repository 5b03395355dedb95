//! What the pages of this area share: a table, ways to players and games, words.

use base::GameId;
use contract::{
    lobby::Dialect,
    ranking::{Class, Fate, Played, Verdict},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    address::escape,
    error::AppError,
    texts::{self, ladder as say},
    ui::{
        size,
        state::{Failed, Loading, say_status},
        time::Time,
    },
};

/// A page about one thing, which brings its own heading; where there is none of it, the heading says what was looked for.
pub(crate) fn about_one<T>(
    from: Resource<Result<T, AppError>>,
    what: &'static str,
    view: impl Fn(T) -> AnyView + Send + 'static,
) -> AnyView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    view! {
        <div class="page wide">
            <Suspense fallback=|| view! { <Loading/> }>
                {move || from.get().map(|answer| match answer {
                    Ok(read) => view(read),
                    Err(error) => {
                        say_status(error.problem.kind);
                        view! { <Title text=what/><h1>{what}</h1><Failed error/> }.into_any()
                    }
                })}
            </Suspense>
        </div>
    }
    .into_any()
}

/// The game that the address names. What is no number is a game that there is not.
pub(super) fn game_in_address() -> impl Fn() -> i64 + Send + Sync + 'static {
    const NONE: i64 = 0;
    let params = use_params_map();
    move || params.get().get("game").and_then(|game| game.parse().ok()).unwrap_or(NONE)
}

/// What was played, by whom it was hosted, when and for how long.
pub(super) fn about_game(game: &Played) -> AnyView {
    // Never negative: it is the length of a game that has ended.
    let minutes = usize::try_from(game.played_ms / 60_000).unwrap_or(0);
    let (kind, map) = (game.kind.clone(), game.map.clone());
    view! {
        <p class="lead">{kind} " · " {map} " · " {dialect_name(game.dialect)} ", " {class_name(game.class)}</p>
        <p class="hint">{say::hosted(&game.host)} " · " <Time at=game.at/> " · " {say::minutes(minutes)}</p>
    }
    .into_any()
}

/// Whom to look for, in a form that puts the name into the address.
pub(super) fn name_field(id: &'static str, key: &'static str, label: &'static str, asked: String) -> AnyView {
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input id=id name=key type="search" value=asked maxlength="60" autocomplete="off" autocapitalize="none"/>
        </div>
    }
    .into_any()
}

/// Where somebody's games are.
pub(crate) fn player_page(name: &str) -> String {
    format!("/lobby/players/{}", escape(name))
}

/// Where a game is.
pub(super) fn game_page(game: GameId) -> String {
    format!("/lobby/games/{game}")
}

/// Where the film of a game is told of.
pub(super) fn film_page(game: GameId) -> String {
    format!("/lobby/films/{game}")
}

/// The film of a game, to be saved.
pub(super) fn film_link(game: GameId, bytes: u64) -> AnyView {
    film_link_like(game, bytes, None)
}

/// The same as a button: what its page is for.
pub(super) fn film_button(game: GameId, bytes: u64) -> AnyView {
    film_link_like(game, bytes, Some("button primary"))
}

fn film_link_like(game: GameId, bytes: u64, class: Option<&'static str>) -> AnyView {
    let text = texts::films::download(&size::bytes(bytes));
    let file = format!("{}/content", film_page(game));
    view! { <a href=file rel="external" download="" class=class>{text}</a> }.into_any()
}

/// A player, by a link where they have an account.
pub(super) fn player_link(name: String, known: bool) -> AnyView {
    let address = player_page(&name);
    if known { view! { <a href=address>{name}</a> }.into_any() } else { name.into_any() }
}

/// By which clients, in words.
pub(crate) fn dialect_name(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Myth2 => say::myth(),
        Dialect::AlephOne => say::aleph_one(),
    }
}

/// For what, in words.
pub(crate) fn class_name(class: Class) -> &'static str {
    match class {
        Class::Ranked => say::ranked(),
        Class::Unranked => say::unranked(),
    }
}

/// How somebody fared, in a word.
pub(crate) fn fate_name(fate: Fate) -> &'static str {
    match fate {
        Fate::Win => say::won(),
        Fate::Tie => say::tied(),
        Fate::Loss => say::lost(),
        Fate::Spectator => say::watched(),
        Fate::Cooperative => say::together(),
    }
}

/// A table with a head for each column; the first cell of a row names it. Those at `numbers` hold numbers.
pub(crate) fn table(
    caption: &'static str,
    heads: &[&'static str],
    numbers: std::ops::RangeFrom<usize>,
    rows: Vec<Vec<AnyView>>,
) -> AnyView {
    let class = move |at: usize| numbers.contains(&at).then_some("number");
    let heads: Vec<_> =
        heads.iter().enumerate().map(|(at, head)| view! { <th scope="col" class=class(at)>{*head}</th> }).collect();
    let rows: Vec<_> = rows
        .into_iter()
        .map(|cells| {
            let cells: Vec<_> = cells
                .into_iter()
                .enumerate()
                .map(|(at, cell)| match at {
                    0 => view! { <th scope="row">{cell}</th> }.into_any(),
                    _ => view! { <td class=class(at)>{cell}</td> }.into_any(),
                })
                .collect();
            view! { <tr>{cells}</tr> }
        })
        .collect();
    view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=caption>
            <table class="table">
                <caption class="visually-hidden">{caption}</caption>
                <thead><tr>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// Games in a table, the newest first.
pub(crate) fn games_table(games: Vec<Played>) -> AnyView {
    let rows = games
        .into_iter()
        .map(|game| {
            let winners: Vec<String> = game
                .players
                .iter()
                .filter(|player| matches!(player.fate, Fate::Win | Fate::Tie))
                .map(|player| player.name.clone())
                .collect();
            vec![
                view! { <a href=game_page(game.id)>{game.name}</a> }.into_any(),
                game.map.into_any(),
                game.kind.into_any(),
                winners.join(", ").into_any(),
                view! { <Time at=game.at/> }.into_any(),
                match (game.verdict, game.disputed) {
                    (Some(Verdict::Voided), _) => say::void().into_any(),
                    (Some(_), _) | (None, false) => ().into_any(),
                    (None, true) => say::disputed().into_any(),
                },
            ]
        })
        .collect();
    let heads = [say::game(), say::map(), say::kind(), say::winners(), say::when(), say::reports()];
    table(say::games(), &heads, 6.., rows)
}
