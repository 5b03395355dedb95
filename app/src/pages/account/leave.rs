//! Leave for good.

use leptos::prelude::*;
use leptos_router::components::Redirect;

use super::{
    next::login_for,
    safety_api::{AskDeletion, read_left_behind},
};
use crate::{
    texts,
    ui::{
        button::Submit,
        confirm::Confirm,
        form::{Form, Sending, Summary},
        page::Page,
        state::once_read,
    },
    viewer::viewer,
};

/// The page.
pub(crate) fn show_leave() -> AnyView {
    if viewer().me.is_none() {
        return view! { <Redirect path=login_for("/account/leave")/> }.into_any();
    }
    view! { <LeavePage/> }.into_any()
}

#[component]
fn LeavePage() -> impl IntoView {
    let sending = Sending::to::<AskDeletion>();
    sending.load_when_done();
    view! {
        <Page title=texts::leave::title() lead=texts::leave::lead() width="narrow">
            <ul>
                <li>{texts::leave::logins_end()}</li>
                <li>{texts::leave::two_weeks()}</li>
                <li>{texts::leave::what_stays()}</li>
            </ul>
            <Owned/>
            <Summary sending/>
            <Confirm label=texts::leave::submit() warning=texts::leave::warning()>
                <Form sending>
                    <Submit label=texts::leave::submit_now() pending=sending.pending() look="danger"/>
                </Form>
            </Confirm>
            <p><a href="/account">{texts::account::title()}</a></p>
        </Page>
    }
    .into_any()
}

/// What would be left without an owner, and the way to hand it on before.
#[component]
fn Owned() -> impl IntoView {
    let owned = Resource::new(|| (), |()| read_left_behind());
    once_read(owned, |owned| {
        if owned.is_empty() {
            return ().into_any();
        }
        let rows: Vec<_> = owned
            .into_iter()
            .map(|card| {
                let members = format!("/orgs/{}/members", card.slug);
                view! { <li><strong>{card.name}</strong>" "<a href=members>{texts::leave::hand_on()}</a></li> }
            })
            .collect();
        view! {
            <section class="notice warn" aria-labelledby="owned">
                <h2 id="owned">{texts::leave::owned()}</h2>
                <p>{texts::leave::owned_close()}</p>
                <ul>{rows}</ul>
            </section>
        }
        .into_any()
    })
}

/// The page of what one reads afterwards.
pub(crate) fn show_goodbye() -> AnyView {
    view! {
        <Page title=texts::leave::goodbye() lead=texts::leave::goodbye_lead() width="narrow">
            <p><a class="button" href="/login">{texts::nav::log_in()}</a></p>
        </Page>
    }
    .into_any()
}
