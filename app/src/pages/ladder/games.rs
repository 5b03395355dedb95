//! Games whose results stand, and which of them have something in their names.

use base::GameId;
use contract::ranking::PlayedGames;
use leptos::prelude::*;

use super::{
    api::read_games,
    parts::games_table,
    searched::{Form, searched},
};
use crate::{
    texts::{games as say, ladder},
    ui::{page::Page, state::Empty},
};

/// The page.
pub(crate) fn show() -> AnyView {
    let form = Form { path: "/lobby/games", label: say::has(), button: say::search() };
    view! {
        <Page title=ladder::games() lead=say::lead()>
            {searched(form, read_games, drawn)}
        </Page>
    }
    .into_any()
}

fn drawn(page: PlayedGames) -> (AnyView, Option<GameId>) {
    let list = if page.games.is_empty() {
        view! { <Empty title=ladder::no_games_title() text=ladder::no_games_text()/> }.into_any()
    } else {
        games_table(page.games)
    };
    (list, page.next)
}
