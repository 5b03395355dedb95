//! Log in.

use contract::Field;
use leptos::prelude::*;

use super::api::LogIn;
use crate::{
    address::given,
    pages::{
        passkeys::{PasskeyButton, Place},
        sign_in::{SignInAt, SignInButtons},
    },
    texts,
    ui::{
        button::Submit,
        field::TextField,
        form::{Form, Sending, Summary},
        page::Page,
        password::PasswordField,
    },
    viewer::viewer,
};

/// The page.
pub(crate) fn show() -> AnyView {
    view! { <LoginPage/> }.into_any()
}

/// The form, and the way to an account for those who have none.
#[component]
fn LoginPage() -> impl IntoView {
    let viewer = viewer();
    let sending = Sending::to::<LogIn>();
    sending.load_when_done();
    let next = given("next");
    let (next_of_passkey, next_elsewhere) = (next.clone(), next.clone());
    view! {
        <Page title=texts::login::title() lead=texts::login::lead() width="narrow">
            {viewer.me.map(|me| view! { <AlreadyIn name=me.name/> })}
            {(!viewer.keeps_cookies).then(|| view! { <p class="notice warn" role="note">{texts::login::plain_http()}</p> })}
            <Form sending look="form">
                <Summary sending/>
                <input type="hidden" name="next" value=next/>
                <TextField field=Field::Name sending autocomplete="username" hint=texts::login::name_hint()/>
                <PasswordField field=Field::Password sending autocomplete="current-password"/>
                <label class="check"><input type="checkbox" name="remember"/>" "{texts::login::remember()}</label>
                <Submit label=texts::login::submit() pending=sending.pending()/>
            </Form>
            <PasskeyButton place=Place::LogIn next=next_of_passkey/>
            <SignInButtons at=SignInAt::Entrance next=next_elsewhere/>
            <p class="aside"><a href="/recover">{texts::recover::title()}</a></p>
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
