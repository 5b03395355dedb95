//! Prove once more who one is, before what is grave.

use contract::Field;
use leptos::prelude::*;
use leptos_router::components::Redirect;

use super::{next::login_for, safety_api::Prove};
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
    view! { <ProvePage/> }.into_any()
}

/// The password, or a code for those who have an app.
#[component]
fn ProvePage() -> impl IntoView {
    let next = given("next");
    let Some(me) = viewer().me else { return view! { <Redirect path=login_for(&next)/> }.into_any() };
    let sending = Sending::to::<Prove>();
    sending.load_when_done();
    let (next_of_passkey, next_elsewhere) = (next.clone(), next.clone());
    view! {
        <Page title=texts::prove::title() lead=texts::prove::lead() width="narrow">
            <Form sending look="form">
                <Summary sending/>
                <input type="hidden" name="next" value=next/>
                <input
                    type="text" class="visually-hidden" name="username" autocomplete="username" tabindex="-1"
                    aria-hidden="true" readonly value=me.name
                />
                <PasswordField field=Field::Password sending autocomplete="current-password"/>
                <details>
                    <summary>{texts::prove::by_code()}</summary>
                    <TextField
                        field=Field::Code sending autocomplete="one-time-code" required=false
                        hint=texts::step::code_hint()
                    />
                </details>
                <Submit label=texts::prove::submit() pending=sending.pending()/>
            </Form>
            <PasskeyButton place=Place::Prove next=next_of_passkey/>
            <SignInButtons at=SignInAt::Proof next=next_elsewhere/>
        </Page>
    }
    .into_any()
}
