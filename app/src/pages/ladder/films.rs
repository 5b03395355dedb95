//! Films of games, and how to watch them.

use base::GameId;
use contract::film::{Film, FilmPage};
use leptos::prelude::*;

use super::{
    api::read_films,
    parts::{film_link, film_page, table},
    searched::{Form, searched},
};
use crate::{
    texts::{films as say, ladder},
    ui::{page::Page, state::Empty, time::Time},
};

/// The page.
pub(crate) fn show() -> AnyView {
    let form = Form { path: "/lobby/films", label: say::has(), button: say::search() };
    view! {
        <Page title=say::title() lead=say::lead()>
            {searched(form, read_films, drawn)}
            <p class="hint">{say::how()}</p>
        </Page>
    }
    .into_any()
}

fn drawn(page: FilmPage) -> (AnyView, Option<GameId>) {
    let list = if page.films.is_empty() {
        view! { <Empty title=say::none_title() text=say::none_text()/> }.into_any()
    } else {
        films_table(page.films)
    };
    (list, page.next)
}

fn films_table(films: Vec<Film>) -> AnyView {
    let rows = films
        .into_iter()
        .map(|film| {
            let link = film_link(film.game, film.size_bytes);
            vec![
                view! { <a href=film_page(film.game)>{film.name}</a> }.into_any(),
                film.map.into_any(),
                film.kind.into_any(),
                film.players.join(", ").into_any(),
                view! { <Time at=film.at/> }.into_any(),
                link,
            ]
        })
        .collect();
    let heads = [ladder::game(), ladder::map(), ladder::kind(), say::players(), ladder::when(), say::film()];
    table(say::title(), &heads, 6.., rows)
}
