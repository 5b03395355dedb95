//! What somebody has played: standings, how the rating went, their games.

use contract::ranking::{OnBoard, Step};
use drawing::chart::Shape;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    api::{Player, read_player},
    parts::{about_one, class_name, dialect_name, game_page, games_table, player_page, table},
};
use crate::{
    address::escape,
    texts::ladder as say,
    ui::{state::Empty, time::Time},
};

/// The page.
pub(crate) fn show() -> AnyView {
    let (params, query) = (use_params_map(), use_query_map());
    // Without `before` the history begins with the latest game.
    let asked = move || (params.get().get("name").unwrap_or_default(), query.get().get("before").unwrap_or_default());
    let player = Resource::new(asked, |(name, before)| read_player(name, before));
    about_one(player, say::player(), |player| view! { <PlayerPage player/> }.into_any())
}

#[component]
fn PlayerPage(player: Player) -> impl IntoView {
    let Player { record, history, games } = player;
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
    let chart = (history.len() > 1).then(|| rating_chart(history));
    view! {
        <Title text=record.name.clone()/>
        <header class="page-head">
            <h1>{record.name}</h1>
            <p class="lead"><a href=format!("/people/{}", escape(&name))>{say::profile()}</a></p>
        </header>
        <section aria-labelledby="standings"><h2 id="standings">{say::standings()}</h2>{standings}</section>
        {chart}
        <section aria-labelledby="games"><h2 id="games">{say::games()}</h2>{played}</section>
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

/// The rating after each game, drawn here, with the figures in a table behind it.
fn rating_chart(history: Vec<Step>) -> AnyView {
    #[expect(clippy::cast_precision_loss, reason = "ratings are within some thousands")]
    let value = |step: &Step| step.rating_after.max(0) as f64;
    let labels: Vec<String> = (1..=history.len()).map(|number| number.to_string()).collect();
    let points: Vec<(&str, f64)> = labels.iter().map(String::as_str).zip(history.iter().rev().map(value)).collect();
    let drawing = drawing::chart::svg(&points, Shape::Line, |value| format!("{value:.0}"));
    let rows = history
        .into_iter()
        .map(|step| {
            vec![
                view! { <a href=game_page(step.game)><Time at=step.at/></a> }.into_any(),
                step.rating_after.into_any(),
                step.points_after.into_any(),
            ]
        })
        .collect();
    let heads = [say::game(), say::rating(), say::points()];
    view! {
        <figure class="chart">
            <figcaption>{say::rating_by_game()}</figcaption>
            <div role="img" aria-label=say::rating_by_game() inner_html=drawing></div>
            <details>
                <summary>{say::as_table()}</summary>
                {table(say::rating_by_game(), &heads, 1.., rows)}
            </details>
        </figure>
    }
    .into_any()
}
