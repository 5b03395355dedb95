//! One film: what it is of, the file, and how to watch it.

use contract::ranking::Fared;
use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    api::{FilmedGame, read_film},
    parts::{about_game, about_one, fate_name, film_button, game_in_address, game_page, player_link, table},
};
use crate::{
    texts::{films as say, ladder},
    ui::{size, time::Time},
};

/// The page.
pub(crate) fn show() -> AnyView {
    let film = Resource::new(game_in_address(), read_film);
    about_one(film, say::film(), |filmed| view! { <FilmPage filmed/> }.into_any())
}

#[component]
fn FilmPage(filmed: FilmedGame) -> impl IntoView {
    let FilmedGame { film, game } = filmed;
    let title = say::of(&film.name);
    view! {
        <Title text=title.clone()/>
        <header class="page-head">
            <h1>{title}</h1>
            {about_game(&game)}
        </header>
        <p class="actions">
            {film_button(film.game, film.size_bytes)}
            <a class="button" href=game_page(film.game)>{say::to_game()}</a>
        </p>
        <h2>{say::players()}</h2>
        {players(game.players)}
        <h2>{say::watch()}</h2>
        <ol>
            <li>{say::watch_save()}</li>
            <li>{say::watch_same()}</li>
            <li>{say::watch_choose()}</li>
        </ol>
        <h2>{say::file()}</h2>
        <dl class="facts">
            <dt>{say::file_name()}</dt><dd>{film.file}</dd>
            <dt>{say::size()}</dt><dd>{size::bytes(film.size_bytes)}</dd>
            <dt>{say::filmed_by()}</dt><dd>{film.host}</dd>
            <dt>{say::ended()}</dt><dd><Time at=film.at/></dd>
            <dt>{say::digest()}</dt><dd><code>{film.sha256}</code></dd>
        </dl>
    }
    .into_any()
}

/// Who was in it, the winners first.
fn players(players: Vec<Fared>) -> AnyView {
    let rows = players
        .into_iter()
        .map(|player| vec![player_link(player.name, player.user.is_some()), fate_name(player.fate).into_any()])
        .collect();
    table(say::players(), &[ladder::player(), ladder::result()], 2.., rows)
}
