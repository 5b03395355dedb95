//! What somebody has played: standings, how the rating went, their games.

use contract::ranking::{HeadToHead, OnBoard};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    api::{Player, read_player},
    charts,
    parts::{about_one, class_name, dialect_name, games_table, name_field, player_link, player_page, table},
};
use crate::{
    address::escape,
    texts::{ladder as say, orders},
    ui::{caste::caste_name, state::Empty},
};

/// The page.
pub(crate) fn show() -> AnyView {
    let (params, query) = (use_params_map(), use_query_map());
    // Without `before` the history begins with the latest game.
    let asked = move || {
        let query = query.get();
        let [before, against] = ["before", "against"].map(|key| query.get(key).unwrap_or_default());
        (params.get().get("name").unwrap_or_default(), before, against)
    };
    let player = Resource::new(asked, |(name, before, against)| read_player(name, before, against));
    about_one(player, say::player(), |player| view! { <PlayerPage player/> }.into_any())
}

#[component]
fn PlayerPage(player: Player) -> impl IntoView {
    let Player { record, order, history, shares, met, games } = player;
    let name = record.name.clone();
    let next = games.next.map(|before| {
        let to = format!("{}?before={before}", player_page(&name));
        view! { <p><a class="button" href=to>{say::further()}</a></p> }
    });
    let standings = standings(record.boards);
    let played = if games.games.is_empty() {
        view! { <Empty title=say::no_games_title() text=say::no_games_text()/> }.into_any()
    } else {
        view! { {games_table(games.games)}{next} }.into_any()
    };
    let caste = record.caste.map(|caste| view! { " · "{say::caste()}": "{caste_name(caste)} });
    let order = order.map(|order| {
        let to = format!("/lobby/orders/{}", order.id);
        view! { " · "{orders::order()}": "<a href=to>{order.name}</a> }
    });
    view! {
        <Title text=record.name.clone()/>
        <header class="page-head">
            <h1>{record.name}</h1>
            <p class="lead"><a href=format!("/people/{}", escape(&name))>{say::profile()}</a>{caste}{order}</p>
        </header>
        <h2>{say::standings()}</h2>
        {standings}
        {against(&name, met)}
        <div class="charts">
            {charts::rating(&history)}
            {charts::castes(&history)}
            {charts::shares(say::by_map(), say::map(), shares.maps)}
            {charts::shares(say::by_kind(), say::kind(), shares.kinds)}
        </div>
        <h2>{say::games()}</h2>
        {played}
    }
    .into_any()
}

/// The ladders of all time and of any size of team: one line a kind of game would be too many.
fn standings(boards: Vec<OnBoard>) -> AnyView {
    let whole = |on: &OnBoard| on.board.season.is_none() && on.board.team_size.is_none() && on.board.kind.is_none();
    let rows: Vec<Vec<AnyView>> = boards
        .into_iter()
        .filter(whole)
        .map(|OnBoard { board, standing }| {
            vec![
                view! { {dialect_name(board.dialect)} ", " {class_name(board.class)} }.into_any(),
                standing.games.into_any(),
                standing.wins.into_any(),
                standing.losses.into_any(),
                standing.ties.into_any(),
                standing.points.into_any(),
                standing.rating.into_any(),
            ]
        })
        .collect();
    if rows.is_empty() {
        return view! { <p>{say::not_counted()}</p> }.into_any();
    }
    let heads = [say::which(), say::played(), say::wins(), say::losses(), say::ties(), say::points(), say::rating()];
    table(say::standings(), &heads, 1.., rows)
}

/// How they fared against somebody, and a form to ask for somebody else.
fn against(name: &str, met: Option<(String, Option<HeadToHead>)>) -> AnyView {
    let (asked, figures) = match met {
        None => (String::new(), None),
        Some((other, figures)) => (other, Some(figures)),
    };
    let told = figures.map(|figures| match figures {
        None => view! { <p class="notice" role="note">{say::met_none()}</p> }.into_any(),
        Some(HeadToHead { against: 0, together: 0, .. }) => {
            view! { <p class="notice" role="note">{say::against_none()}</p> }.into_any()
        }
        Some(met) => {
            let heads = [say::player(), say::against(), say::wins(), say::losses(), say::ties(), say::together_games()];
            let row = vec![
                player_link(asked.clone(), true),
                met.against.into_any(),
                met.wins.into_any(),
                met.losses.into_any(),
                met.ties.into_any(),
                met.together.into_any(),
            ];
            table(say::against_title(), &heads, 1.., vec![row])
        }
    });
    view! {
        <section aria-labelledby="against">
            <h2 id="against">{say::against_title()}</h2>
            <form method="get" action=player_page(name) class="filters" role="search">
                {name_field("against-name", "against", say::against_name(), asked)}
                <div class="filter-end"><button type="submit" class="button">{say::compare()}</button></div>
            </form>
            {told}
        </section>
    }
    .into_any()
}
