//! Step one: the language, and the owner's account.

use contract::Field;
use leptos::prelude::*;

use super::api::CreateOwner;
use crate::{
    address::given,
    error::field_name,
    texts,
    ui::{
        button::Submit,
        field::TextField,
        form::{Form, Sending, Summary},
        language::LanguageSwitch,
        password::PasswordField,
    },
    viewer::viewer,
};

/// The token of the printed link travels unseen; where it is missing, it can be typed.
#[component]
pub(super) fn OwnerStep() -> impl IntoView {
    let sending = Sending::to::<CreateOwner>();
    sending.load_when_done();
    let token = given("token");
    let token_field = if token.is_empty() {
        view! { <TextField field=Field::SetupToken sending autocomplete="off" hint=texts::setup::token_hint()/> }
            .into_any()
    } else {
        let name = field_name(Field::SetupToken);
        view! { <input type="hidden" id=name name=name value=token/> }.into_any()
    };
    view! {
        <LanguageSwitch/>
        {(!viewer().keeps_cookies).then(|| view! { <p class="notice warn" role="note">{texts::login::plain_http()}</p> })}
        <h2>{texts::setup::owner_title()}</h2>
        <Form sending look="form">
            <Summary sending/>
            {token_field}
            <TextField field=Field::Name sending autocomplete="username" hint=texts::register::name_hint()/>
            <TextField
                field=Field::Email sending autocomplete="email" kind="email" required=false
                hint=texts::register::email_hint()
            />
            <PasswordField
                field=Field::Password sending autocomplete="new-password" hint=texts::register::password_hint()
            />
            <Submit label=texts::setup::owner_submit() pending=sending.pending()/>
        </Form>
    }
    .into_any()
}
