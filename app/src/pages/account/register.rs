//! Sign up.

use contract::Field;
use leptos::{either::Either, prelude::*};

use super::{api::Register, login::AlreadyIn};
use crate::{
    address::given,
    pages::sign_in::{SignInAt, SignInButtons},
    texts,
    ui::{
        button::Submit,
        field::TextField,
        form::{Form, Sending, Summary},
        page::Page,
        password::PasswordField,
        state::Empty,
    },
    viewer::viewer,
};

/// The page.
pub(crate) fn show() -> AnyView {
    view! { <RegisterPage/> }.into_any()
}

/// One screen: name, address for those who want one kept, password.
#[component]
fn RegisterPage() -> impl IntoView {
    let viewer = viewer();
    let content = if viewer.site.registration {
        Either::Left(view! { <SignUp/> })
    } else {
        Either::Right(view! { <Empty title=texts::register::closed_title() text=texts::register::closed_text()/> })
    };
    view! {
        <Page title=texts::register::title() lead=texts::register::lead() width="narrow">
            {viewer.me.map(|me| view! { <AlreadyIn name=me.name/> })}
            {(!viewer.keeps_cookies).then(|| view! { <p class="notice warn" role="note">{texts::login::plain_http()}</p> })}
            {content}
            <p class="aside">{texts::register::have_account()}" "<a href="/login">{texts::nav::log_in()}</a></p>
        </Page>
    }
    .into_any()
}

#[component]
fn SignUp() -> impl IntoView {
    let sending = Sending::to::<Register>();
    sending.load_when_done();
    let next = given("next");
    let next_elsewhere = next.clone();
    view! {
        <Form sending look="form">
            <Summary sending/>
            <input type="hidden" name="next" value=next/>
            <TextField field=Field::Name sending autocomplete="username" hint=texts::register::name_hint()/>
            <TextField
                field=Field::Email sending autocomplete="email" kind="email" required=viewer().site.verified_email
                hint=texts::register::email_hint()
            />
            <PasswordField
                field=Field::Password sending autocomplete="new-password" hint=texts::register::password_hint()
            />
            <Submit label=texts::register::submit() pending=sending.pending()/>
        </Form>
        <SignInButtons at=SignInAt::Entrance next=next_elsewhere/>
    }
    .into_any()
}
