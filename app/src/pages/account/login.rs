//! Log in.

use contract::Field;
use leptos::{form::ActionForm, prelude::*};
use leptos_router::hooks::use_query_map;

use super::api::LogIn;
use crate::{
    browser, texts,
    ui::{
        answer::{Answer, Summary},
        button::Submit,
        field::TextField,
        page::Page,
        password::PasswordField,
    },
    viewer::viewer,
};

/// The form, and the way to an account for those who have none.
#[component]
pub(crate) fn LoginPage() -> impl IntoView {
    let viewer = viewer();
    let action = ServerAction::<LogIn>::new();
    let answer = Answer::of(action);
    load_when_done(action.value());
    let next = use_query_map().with_untracked(|query| query.get("next")).unwrap_or_default();
    view! {
        <Page title=texts::login::title() lead=texts::login::lead() width="narrow">
            {viewer.me.map(|me| view! { <AlreadyIn name=me.name/> })}
            {(!viewer.keeps_cookies).then(|| view! { <p class="notice warn" role="note">{texts::login::plain_http()}</p> })}
            <ActionForm action attr:novalidate=true attr:class="form">
                <Summary answer/>
                <input type="hidden" name="next" value=next/>
                <TextField field=Field::Name answer autocomplete="username" hint=texts::login::name_hint()/>
                <PasswordField field=Field::Password answer autocomplete="current-password"/>
                <label class="check"><input type="checkbox" name="remember"/>" "{texts::login::remember()}</label>
                <Submit label=texts::login::submit() pending=action.pending().into()/>
            </ActionForm>
            {viewer.site.registration.then(|| view! {
                <p class="aside">{texts::login::no_account()}" "<a href="/register">{texts::nav::register()}</a></p>
            })}
        </Page>
    }
    .into_any()
}

/// What somebody who is logged in reads on the pages for those who are not.
#[component]
pub(super) fn AlreadyIn(name: String) -> impl IntoView {
    view! {
        <p class="notice" role="note">
            {texts::login::already_in(&name)}" "<a href="/account">{texts::account::title()}</a>
        </p>
    }
}

/// Goes where the server says, as a fresh page: with a login, everything on it may differ.
pub(crate) fn load_when_done(value: MappedSignal<Option<Result<String, crate::error::AppError>>>) {
    Effect::new(move || {
        if let Some(Ok(path)) = value.get() {
            browser::load(&path);
        }
    });
}
