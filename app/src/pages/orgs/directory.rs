//! The organizations there are, and one's own.

use contract::organization::{Founding, Mine, MyOrganizations, OrganizationCard, OrganizationList};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    api::{Directory, read_organizations},
    words,
};
use crate::{
    address::escape,
    texts::{org, orgs},
    ui::{
        page::Page,
        search::Search,
        state::{Empty, once_read},
    },
};

/// The page.
pub(crate) fn show() -> AnyView {
    let query = use_query_map();
    let asked = move || query.with(|query| [query.get("q"), query.get("after")].map(Option::unwrap_or_default));
    let directory = Resource::new(asked, |[search, after]| read_organizations(search, after));
    view! {
        <Page title=orgs::title() lead=orgs::lead()>
            {once_read(directory, move |Directory { list, mine }| {
                let [search, after] = asked();
                view! { {mine.map(own)} {public(list, &search, &after)} }.into_any()
            })}
        </Page>
    }
    .into_any()
}

/// What one belongs to, is invited to, waits for, and whether one may begin another.
fn own(mine: MyOrganizations) -> AnyView {
    let begin = match mine.founding {
        Founding::AtOnce | Founding::OnRequest => {
            view! { <p><a class="button primary" href="/orgs/new">{orgs::begin()}</a></p> }.into_any()
        }
        Founding::Full => view! { <p class="hint">{orgs::own_enough()}</p> }.into_any(),
        Founding::Closed | Founding::LogInFirst => ().into_any(),
    };
    let with_role =
        |list: Vec<Mine>| list.into_iter().map(|mine| (mine.organization, Some(words::role(mine.role)))).collect();
    let plain = |list: Vec<OrganizationCard>| list.into_iter().map(|card| (card, None)).collect();
    let none = mine.member_of.is_empty();
    view! {
        <section aria-labelledby="mine">
            <h2 id="mine">{orgs::mine()}</h2>
            {none.then(|| view! { <p class="hint">{orgs::none_yet()}</p> })}
            {tiles(with_role(mine.member_of))}
            {begin}
        </section>
        {part("invited", orgs::invited_to(), with_role(mine.invited_to))}
        {part("heir", orgs::heir_to(), plain(mine.heir_to))}
        {part("asked", orgs::asked(), plain(mine.asked))}
    }
    .into_any()
}

fn part(id: &'static str, title: &'static str, list: Vec<(OrganizationCard, Option<&'static str>)>) -> Option<AnyView> {
    (!list.is_empty())
        .then(|| view! { <section aria-labelledby=id><h2 id=id>{title}</h2>{tiles(list)}</section> }.into_any())
}

fn tiles(list: Vec<(OrganizationCard, Option<&'static str>)>) -> Option<AnyView> {
    let tiles: Vec<_> = list.into_iter().map(|(card, badge)| tile(card, badge)).collect();
    (!tiles.is_empty()).then(|| view! { <ul class="tiles">{tiles}</ul> }.into_any())
}

/// An organization in a list.
fn tile(card: OrganizationCard, badge: Option<&'static str>) -> AnyView {
    let members = usize::try_from(card.members).unwrap_or(usize::MAX);
    let state = words::state(card.state);
    view! {
        <li class="tile">
            <a href=format!("/orgs/{}", card.slug)>{card.name}</a>
            <p class="hint">{org::member_count(members)}" · "{words::joining(card.joining)}</p>
            {badge.map(|badge| view! { <p><span class="badge">{badge}</span></p> })}
            {state.map(|state| view! { <p class="hint">{state}</p> })}
            {(!card.summary.is_empty()).then(|| view! { <p>{card.summary}</p> })}
        </li>
    }
    .into_any()
}

/// The public ones, searched and page by page. A plain form: the address says what is shown.
fn public(list: OrganizationList, search: &str, after: &str) -> AnyView {
    let shown = if list.organizations.is_empty() {
        let (title, text) = if search.is_empty() {
            (orgs::empty(), orgs::empty_text())
        } else {
            (orgs::no_match(), orgs::no_match_text())
        };
        view! { <Empty title text/> }.into_any()
    } else {
        let cards = list.organizations.into_iter().map(|card| (card, None)).collect();
        tiles(cards).into_any()
    };
    let next = list.next.map(|next| {
        let mut address = String::from("/orgs?");
        for (key, value) in [("q", search), ("after", next.as_str())] {
            address.push_str(key);
            address.push('=');
            address.push_str(&escape(value));
            address.push('&');
        }
        address.pop();
        view! { <a class="button" href=address rel="next">{orgs::next()}</a> }
    });
    let first = (!after.is_empty())
        .then(|| view! { <a class="button quiet" href=format!("/orgs?q={}", escape(search))>{orgs::first()}</a> });
    view! {
        <section aria-labelledby="all">
            <h2 id="all">{orgs::all()}</h2>
            <Search path="/orgs" label=orgs::search() button=orgs::find() asked=search.to_owned()/>
            {shown}
            <p class="actions">{first}{next}</p>
        </section>
    }
    .into_any()
}
