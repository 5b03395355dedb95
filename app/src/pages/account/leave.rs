//! Leave for good.

use leptos::prelude::*;
use leptos_router::{LazyRoute, components::Redirect, lazy_route};

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

/// The route. Nothing of it is in the first download.
pub(crate) struct LeaveRoute;

#[lazy_route]
impl LazyRoute for LeaveRoute {
    fn data() -> Self {
        Self
    }

    fn view(this: Self) -> AnyView {
        let LeaveRoute = this;
        if viewer().me.is_none() {
            return view! { <Redirect path=login_for("/account/leave")/> }.into_any();
        }
        view! { <LeavePage/> }.into_any()
    }
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

/// The route of what one reads afterwards.
pub(crate) struct GoodbyeRoute;

#[lazy_route]
impl LazyRoute for GoodbyeRoute {
    fn data() -> Self {
        Self
    }

    fn view(this: Self) -> AnyView {
        let GoodbyeRoute = this;
        view! {
            <Page title=texts::leave::goodbye() lead=texts::leave::goodbye_lead() width="narrow">
                <p><a class="button" href="/login">{texts::nav::log_in()}</a></p>
            </Page>
        }
        .into_any()
    }
}
