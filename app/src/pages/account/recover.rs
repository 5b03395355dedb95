//! The forgotten password: ask for a link, and follow it.

use contract::Field;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    by_token::by_token,
    safety_api::{AskRecovery, Recover, read_recovery},
};
use crate::{
    texts,
    ui::{
        button::Submit,
        field::TextField,
        form::{Form, Sending, Summary},
        page::Page,
        password::PasswordField,
    },
};

/// The page.
pub(crate) fn show_recover() -> AnyView {
    view! { <AskPage/> }.into_any()
}

/// What it says afterwards is the same for every address.
#[component]
fn AskPage() -> impl IntoView {
    let sending = Sending::to::<AskRecovery>();
    let sent = use_query_map().with_untracked(|query| query.get("done")).is_some();
    view! {
        <Page title=texts::recover::title() lead=texts::recover::lead() width="narrow">
            <div role="status">
                {move || (sent || sending.done().is_some()).then(|| view! {
                    <p class="notice good">{texts::recover::sent()}</p>
                })}
            </div>
            <Form sending look="form">
                <Summary sending/>
                <TextField field=Field::Email sending autocomplete="email" kind="email"/>
                <Submit label=texts::recover::submit() pending=sending.pending()/>
            </Form>
            <p class="aside"><a href="/login">{texts::nav::log_in()}</a></p>
        </Page>
    }
    .into_any()
}

/// The page of the mailed link.
pub(crate) fn show_new_password() -> AnyView {
    by_token(texts::recover::new_title(), read_recovery, |token, whose| match whose {
        Some(name) => view! { <NewPassword token name/> }.into_any(),
        None => view! { <Gone/> }.into_any(),
    })
}

#[component]
fn NewPassword(token: String, name: String) -> impl IntoView {
    let sending = Sending::to::<Recover>();
    sending.load_when_done();
    view! {
        <p class="lead">{texts::recover::new_lead(&name)}</p>
        <Form sending look="form">
            <Summary sending/>
            <input type="hidden" name="token" value=token/>
            <input
                type="text" class="visually-hidden" name="username" autocomplete="username" tabindex="-1"
                aria-hidden="true" readonly value=name
            />
            <PasswordField
                field=Field::NewPassword sending autocomplete="new-password" hint=texts::register::password_hint()
            />
            <p class="hint">{texts::password::effect()}</p>
            <Submit label=texts::password::submit() pending=sending.pending()/>
        </Form>
    }
    .into_any()
}

#[component]
fn Gone() -> impl IntoView {
    view! {
        <p class="notice" role="note">{texts::problem::link_gone()}" "<a href="/recover">{texts::recover::title()}</a></p>
    }
}
