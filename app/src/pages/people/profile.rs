//! Somebody's page: what they show, and what one can do about them.

use contract::people::{About, GameTexts, Profile, Tie};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    api::{
        AcceptFriend, AskFriend, BlockPerson, MutePerson, PartFriend, Person, UnmutePerson, read_friends_of,
        read_person,
    },
    list::{PersonList, page_of},
};
use crate::{
    address::escape,
    browser,
    error::AppError,
    pages::{account::role_name, ladder::player_page, plugins::slot::PluginSlot},
    texts::{people as say, report},
    ui::{
        button::Submit,
        confirm::Confirm,
        form::{Form, Sending, Summary},
        portrait::Portrait,
        state::{Failed, Loading},
        time::Time,
    },
    viewer::viewer,
};

/// The page.
pub(crate) fn show() -> AnyView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = move || (params.get().get("name").unwrap_or_default(), query.get().get("after").unwrap_or_default());
    let person = Resource::new(asked, |(name, after)| async move {
        let mut person = read_person(name).await?;
        if !after.is_empty() && person.profile.shows_friends {
            person.friends = read_friends_of(person.profile.card.id.get(), after).await?;
        }
        Ok::<Person, AppError>(person)
    });
    view! {
        <div class="page wide">
            <Suspense fallback=|| view! { <Loading/> }>
                {move || person.get().map(|answer| match answer {
                    Ok(found) => view! { <PersonPage found person/> }.into_any(),
                    Err(error) => view! { <Title text=say::title()/><h1>{say::title()}</h1><Failed error/> }.into_any(),
                })}
            </Suspense>
        </div>
    }
    .into_any()
}

#[component]
fn PersonPage(found: Person, person: Resource<Result<Person, AppError>>) -> impl IntoView {
    let Person { profile, friends } = found;
    let them = profile.card.id.to_string();
    let (card, shows_friends) = (profile.card.clone(), profile.shows_friends);
    let here = profile.here.map(|here| if here { say::here() } else { say::away() });
    let games = player_page(&card.name);
    let about = match profile.about.clone() {
        Some(about) => view! { <AboutThem about/> }.into_any(),
        None => view! { <p>{say::kept_to_themselves()}</p> }.into_any(),
    };
    let company = if !shows_friends {
        ().into_any()
    } else if friends.people.is_empty() {
        view! { <section class="card" aria-labelledby="friends"><h2 id="friends">{say::friends()}</h2><p>{say::no_friends()}</p></section> }
            .into_any()
    } else {
        let next = page_of(&card.name);
        view! {
            <section class="card" aria-labelledby="friends">
                <h2 id="friends">{say::friends()}</h2>
                <PersonList people=friends next/>
            </section>
        }
        .into_any()
    };
    view! {
        <Title text=card.name.clone()/>
        <header class="page-head profile-head">
            <Portrait card=card.clone() large=true/>
            <div>
                <h1>{card.name.clone()}</h1>
                <p class="lead">{role_name(card.role)}" · "{say::since()}" "<Time at=card.since/></p>
                {here.map(|here| view! { <p class="hint">{here}</p> })}
            </div>
        </header>
        <div class="cards">
            <section class="card" aria-labelledby="about">
                <h2 id="about">{say::about()}</h2>
                {about}
                <p><a href=games>{crate::texts::ladder::games()}</a></p>
            </section>
            {viewer().me.is_some().then(|| view! { <WhatOneCanDo profile person/> })}
            {company}
        </div>
        <PluginSlot place="profile.sidebar" subject=them/>
    }
    .into_any()
}

/// What they write of themselves. Links are shown as they are: whoever follows one sees where it leads.
#[component]
fn AboutThem(about: About) -> impl IntoView {
    let empty = about == About::default();
    let facts: Vec<_> =
        about.facts.into_iter().map(|fact| view! { <dt>{fact.label}</dt><dd>{fact.value}</dd> }).collect();
    let country = about.country.map(|country| view! { <dt>{say::country()}</dt><dd>{country}</dd> });
    let game = in_the_game(&about.game);
    let links: Vec<_> = about
        .links
        .into_iter()
        .map(|link| {
            let address = link.clone();
            view! { <li><a href=address rel="nofollow ugc noopener noreferrer external">{link}</a></li> }
        })
        .collect();
    view! {
        {empty.then(|| view! { <p>{say::nothing_written()}</p> })}
        <p class="as-written">{about.text}</p>
        <dl class="facts">{facts}{country}{game}</dl>
        <ul class="plain">{links}</ul>
    }
    .into_any()
}

/// What they wrote in a game: where they are, and what they like to say.
pub(super) fn in_the_game(texts: &GameTexts) -> AnyView {
    [(say::game_place(), texts.place()), (say::game_quote(), texts.quote.clone())]
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(label, text)| view! { <dt>{label}</dt><dd>{text}</dd> })
        .collect::<Vec<_>>()
        .into_any()
}

/// Befriend, mute, block, report.
#[component]
fn WhatOneCanDo(profile: Profile, person: Resource<Result<Person, AppError>>) -> impl IntoView {
    let Profile { card, tie, muted, .. } = profile;
    if tie == Tie::Yourself {
        return view! {
            <section class="card" aria-labelledby="do">
                <h2 id="do">{say::yours()}</h2>
                <div class="actions">
                    <a class="button" href="/account/profile">{say::edit()}</a>
                    <a class="button" href="/account/privacy">{say::privacy()}</a>
                </div>
            </section>
        }
        .into_any();
    }
    let user = card.id.get();
    let (ask, accept, part) = (Sending::to::<AskFriend>(), Sending::to::<AcceptFriend>(), Sending::to::<PartFriend>());
    let (mute, unmute, block) =
        (Sending::to::<MutePerson>(), Sending::to::<UnmutePerson>(), Sending::to::<BlockPerson>());
    for sending in [ask, accept, part, mute, unmute] {
        sending.when_done(move |_| person.refetch());
    }
    // Their page is gone then.
    block.when_done(|_| browser::load("/friends"));
    let button = move |sending: Sending, label: &'static str, look: &'static str| {
        view! {
            <Form sending>
                <input type="hidden" name="user" value=user/>
                <Submit label pending=sending.pending() look/>
            </Form>
        }
    };
    let friendship = match tie {
        Tie::MayAsk => button(ask, say::ask(), "primary").into_any(),
        Tie::Asked => button(part, say::take_back(), "quiet").into_any(),
        Tie::AsksYou => {
            view! { {button(accept, say::accept(), "primary")}{button(part, say::decline(), "quiet")} }.into_any()
        }
        Tie::Friend => view! {
            <Confirm label=say::part() warning=say::part_warning()>{button(part, say::part_now(), "danger")}</Confirm>
        }
        .into_any(),
        Tie::Stranger | Tie::Yourself => ().into_any(),
    };
    let silence = if muted { button(unmute, say::unmute(), "quiet") } else { button(mute, say::mute(), "quiet") };
    let name = escape(&card.name);
    view! {
        <section class="card" aria-labelledby="do">
            <h2 id="do">{say::you_and(&card.name)}</h2>
            {[ask, accept, part, mute, unmute, block].map(|sending| view! { <Summary sending/> })}
            <div class="actions">{friendship}{silence}</div>
            <Confirm label=say::block() warning=say::block_warning()>{button(block, say::block_now(), "danger")}</Confirm>
            <p>
                <a href=format!("/report?target=person&name={name}")>{report::report_person()}</a>
                " · "
                <a href=format!("/report?target=profile&name={name}")>{report::report_profile()}</a>
                {card.avatar.is_some().then(|| view! {
                    " · "
                    <a href=format!("/report?target=avatar&name={name}")>{report::report_avatar()}</a>
                })}
            </p>
        </section>
    }
    .into_any()
}
