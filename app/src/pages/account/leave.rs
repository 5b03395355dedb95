//! Leave for good.

use leptos::prelude::*;
use leptos_router::components::Redirect;

use super::{next::login_for, safety_api::AskDeletion};
use crate::{
    texts,
    ui::{
        button::Submit,
        confirm::Confirm,
        form::{Form, Sending, Summary},
        page::Page,
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

/// The page of what one reads afterwards.
pub(crate) fn show_goodbye() -> AnyView {
    view! {
        <Page title=texts::leave::goodbye() lead=texts::leave::goodbye_lead() width="narrow">
            <p><a class="button" href="/login">{texts::nav::log_in()}</a></p>
        </Page>
    }
    .into_any()
}
