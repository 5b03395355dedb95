//! A ladder, from the top.

use contract::{
    lobby::Dialect,
    ranking::{Board, Class, Order},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    api::{Standings, read_ladder},
    parts::{class_name, dialect_name, player_link, table},
};
use crate::{
    address::escape,
    texts::ladder as say,
    ui::{
        page::Page,
        state::{Empty, once_read},
    },
};

/// The page.
pub(crate) fn show() -> AnyView {
    let query = use_query_map();
    // What the address does not say is left to the server, which knows what it is then.
    let asked = move || {
        let query = query.get();
        ["dialect", "class", "order", "season", "after"].map(|key| query.get(key).unwrap_or_default())
    };
    let standings = Resource::new(asked, |[dialect, class, order, season, after]| {
        read_ladder(dialect, class, order, season, after)
    });
    view! {
        <Page title=say::title() lead=say::lead()>
            {once_read(standings, |standings| view! { <LadderPage standings/> }.into_any())}
        </Page>
    }
    .into_any()
}

/// Where that ladder is, from its top.
fn address(board: &Board, order: Order) -> String {
    let season = board.season.map_or_else(String::new, |season| format!("&season={season}"));
    format!(
        "/lobby/ladder?dialect={}&class={}&order={}{season}",
        board.dialect.word(),
        board.class.word(),
        order.word()
    )
}

#[component]
fn LadderPage(standings: Standings) -> impl IntoView {
    let Standings { ladder, board, order, seasons } = standings;
    let choose = |name: &'static str, to: Board, by: Order| {
        let current = (to == board && by == order).then_some("page");
        view! { <li><a class="button" href=address(&to, by) aria-current=current>{name}</a></li> }
    };
    let clients = [Dialect::Myth2, Dialect::AlephOne]
        .map(|dialect| choose(dialect_name(dialect), Board { dialect, ..board }, order));
    let classes = Class::ALL.into_iter().rev().map(|class| choose(class_name(class), Board { class, ..board }, order));
    let classes: Vec<_> = classes.collect();
    let orders = [(say::by_rating(), Order::Rating), (say::by_points(), Order::Points)]
        .map(|(name, by)| choose(name, board, by));
    let seasons = (!seasons.is_empty()).then(|| {
        let all = choose(say::all_time(), Board { season: None, ..board }, order);
        let each: Vec<_> = seasons
            .into_iter()
            .map(|season| {
                let to = Board { season: Some(season.id), ..board };
                let current = (to == board).then_some("page");
                view! { <li><a class="button" href=address(&to, order) aria-current=current>{season.name}</a></li> }
            })
            .collect();
        view! { <nav aria-label=say::seasons()><ul class="plain">{all}{each}</ul></nav> }
    });
    let next = ladder.next.map(|after| {
        let to = format!("{}&after={}", address(&board, order), escape(&after));
        view! { <p><a class="button" href=to>{say::further()}</a></p> }
    });
    let rows: Vec<Vec<AnyView>> = ladder
        .rungs
        .into_iter()
        .map(|rung| {
            let standing = rung.standing;
            vec![
                view! { {rung.place} ". " {player_link(rung.name, true)} }.into_any(),
                standing.games.into_any(),
                standing.wins.into_any(),
                standing.losses.into_any(),
                standing.points.into_any(),
                standing.rating.into_any(),
            ]
        })
        .collect();
    let list = if rows.is_empty() {
        view! { <Empty title=say::none_title() text=say::none_text()/> }.into_any()
    } else {
        let heads = [say::player(), say::played(), say::wins(), say::losses(), say::points(), say::rating()];
        table(say::title(), &heads, 1.., rows)
    };
    view! {
        <nav aria-label=say::which()>
            <ul class="plain">{clients}</ul>
            <ul class="plain">{classes}</ul>
            <ul class="plain">{orders}</ul>
        </nav>
        {seasons}
        {list}
        {next}
        <p class="hint">{say::explained()}</p>
    }
    .into_any()
}
