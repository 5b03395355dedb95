//! Orders by name, or by how well their players play.

use contract::{
    lobby::Dialect,
    orders::{OrderCard, OrderLadder, OrderPage},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    api::{Listed, OrderList, read_orders},
    crest::Shield,
    words,
};
use crate::{
    address::escape,
    pages::ladder::{dialect_name, table},
    texts::orders as say,
    ui::{
        page::Page,
        search::Search,
        state::{Empty, once_read},
    },
    viewer::viewer,
};

/// The page.
pub(crate) fn show() -> AnyView {
    let query = use_query_map();
    let asked = move || {
        let query = query.get();
        ["q", "by", "dialect", "after"].map(|key| query.get(key).unwrap_or_default())
    };
    let [q, ..] = asked();
    let list = Resource::new(asked, |[q, by, dialect, after]| read_orders(q, by, dialect, after));
    let (typed, known) = (q.clone(), viewer().me.is_some());
    view! {
        <Page title=say::title() lead=say::lead()>
            <Search path="/lobby/orders" label=say::name_has() button=say::search() asked=q/>
            {once_read(list, move |list| page(list, &typed, known))}
        </Page>
    }
    .into_any()
}

fn page(list: OrderList, typed: &str, known: bool) -> AnyView {
    let OrderList { listed, mine, invitations } = list;
    let own = match (known, mine) {
        (false, _) => ().into_any(),
        (true, Some(order)) => view! { <p>{say::yours()} " " {link(&order)}</p> }.into_any(),
        (true, None) => view! { <p><a class="button" href="/lobby/orders/new">{say::found()}</a></p> }.into_any(),
    };
    let invited = (!invitations.is_empty()).then(|| {
        let lines: Vec<_> = invitations.iter().map(|order| view! { <li>{link(order)}</li> }).collect();
        view! {
            <section class="card" aria-labelledby="invited">
                <h2 id="invited">{say::invited_to()}</h2>
                <ul class="plain">{lines}</ul>
            </section>
        }
    });
    let by_points = match &listed {
        Listed::ByPoints(dialect, _) => Some(*dialect),
        Listed::ByName(_) => None,
    };
    let choose = |name: &'static str, to: String, current: bool| {
        view! { <li><a href=to aria-current=current.then_some("page")>{name}</a></li> }
    };
    let ladders = [Dialect::Myth2, Dialect::AlephOne].map(|dialect| {
        let to = format!("/lobby/orders?by=points&dialect={}", dialect.word());
        choose(dialect_name(dialect), to, by_points == Some(dialect))
    });
    let rows = match listed {
        Listed::ByName(page) => names(page, typed),
        Listed::ByPoints(dialect, ladder) => points(dialect, ladder),
    };
    view! {
        {own}
        {invited}
        <nav aria-label=say::which()>
            <ul class="tabs">{choose(say::by_name(), "/lobby/orders".to_owned(), by_points.is_none())}{ladders}</ul>
        </nav>
        {rows}
    }
    .into_any()
}

/// An order with its shield, by a link.
fn link(order: &OrderCard) -> AnyView {
    let (to, name, crest) = (format!("/lobby/orders/{}", order.id), order.name.clone(), order.crest);
    view! { <Shield crest/>" "<a href=to>{name}</a> }.into_any()
}

fn names(page: OrderPage, typed: &str) -> AnyView {
    if page.orders.is_empty() {
        let (title, text) = if typed.is_empty() {
            (say::none_title(), say::none_text())
        } else {
            (say::no_match_title(), say::no_match_text())
        };
        return view! { <Empty title text/> }.into_any();
    }
    let rows = page
        .orders
        .iter()
        .map(|order| {
            vec![
                link(order),
                order.motto.clone().into_any(),
                words::admission(order.admission).into_any(),
                order.members.into_any(),
            ]
        })
        .collect();
    let next = page.next.map(|after| {
        let to = format!("/lobby/orders?q={}&after={}", escape(typed), escape(&after));
        view! { <p><a class="button" href=to rel="next">{say::further()}</a></p> }
    });
    let heads = [say::order(), say::motto(), say::admission(), say::members()];
    view! { {table(say::title(), &heads, 3.., rows)}{next} }.into_any()
}

fn points(dialect: Dialect, ladder: OrderLadder) -> AnyView {
    if ladder.rungs.is_empty() {
        return view! { <Empty title=say::no_ladder_title() text=say::no_ladder_text()/> }.into_any();
    }
    let rows = ladder
        .rungs
        .iter()
        .map(|rung| {
            vec![
                view! { {rung.place} ". " {link(&rung.order)} }.into_any(),
                rung.points.into_any(),
                rung.players.into_any(),
                rung.order.members.into_any(),
            ]
        })
        .collect();
    let next = ladder.next.map(|after| {
        let to = format!("/lobby/orders?by=points&dialect={}&after={after}", dialect.word());
        view! { <p><a class="button" href=to rel="next">{say::further()}</a></p> }
    });
    let heads = [say::order(), say::points(), say::players(), say::members()];
    view! { {table(say::title(), &heads, 1.., rows)}{next}<p class="hint">{say::explained()}</p> }.into_any()
}
