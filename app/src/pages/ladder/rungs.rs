//! A ladder: from the top, from where a page ended, or from the page somebody is on.

use contract::ranking::{Order, Rung};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    api::{Standings, read_ladder},
    charts,
    filters::{Filters, address},
    parts::{player_link, table},
};
use crate::{
    address::escape,
    texts::ladder as say,
    ui::{
        page::Page,
        state::{Empty, once_read},
    },
    viewer::viewer,
};

/// The page.
pub(crate) fn show() -> AnyView {
    let query = use_query_map();
    // What the address does not say is left to the server, which knows what it is then.
    let asked = move || {
        let query = query.get();
        ["dialect", "class", "order", "kind", "size", "season", "active", "around", "after"]
            .map(|key| query.get(key).unwrap_or_default())
    };
    let standings = Resource::new(asked, |[dialect, class, order, kind, size, season, active, around, after]| {
        read_ladder(dialect, class, order, kind, size, season, active, around, after)
    });
    view! {
        <Page title=say::title() lead=say::lead()>
            {once_read(standings, |standings| view! { <LadderPage standings/> }.into_any())}
        </Page>
    }
    .into_any()
}

#[component]
fn LadderPage(standings: Standings) -> impl IntoView {
    let here = address(&standings.board, standings.order, standings.active);
    let own = viewer().me.map(|me| {
        let to = format!("{here}&around={}", escape(&me.name));
        view! { <p><a class="button" href=to>{say::where_am_i()}</a></p> }
    });
    let next = standings.ladder.next.as_ref().map(|after| {
        let to = format!("{here}&after={}", escape(after));
        view! { <p><a class="button" href=to>{say::further()}</a></p> }
    });
    let missing = standings.missing.then(|| view! { <p class="notice" role="note">{say::not_here()}</p> });
    let sought = standings.ladder.sought;
    let spread_title = match standings.order {
        Order::Rating => say::spread_rating(),
        Order::Points => say::spread_points(),
    };
    let spread = charts::spread(spread_title, &standings.spread);
    let rows: Vec<Vec<AnyView>> = standings.ladder.rungs.iter().cloned().map(|rung| row(rung, sought)).collect();
    let list = if rows.is_empty() {
        view! { <Empty title=say::none_title() text=say::none_text()/> }.into_any()
    } else {
        let heads = [say::player(), say::played(), say::wins(), say::losses(), say::points(), say::rating()];
        table(say::title(), &heads, 1.., rows)
    };
    view! {
        <Filters standings/>
        {own}
        {missing}
        {list}
        {next}
        {spread}
        <p class="hint">{say::explained()}</p>
    }
    .into_any()
}

/// Whose place was asked for is told by a word beside their name.
fn row(rung: Rung, sought: Option<base::UserId>) -> Vec<AnyView> {
    let here = (sought == Some(rung.user)).then(|| view! { " "<mark>{say::you_are_here()}</mark> });
    let standing = rung.standing;
    vec![
        view! { {rung.place} ". " {player_link(rung.name, true)}{here} }.into_any(),
        standing.games.into_any(),
        standing.wins.into_any(),
        standing.losses.into_any(),
        standing.points.into_any(),
        standing.rating.into_any(),
    ]
}
