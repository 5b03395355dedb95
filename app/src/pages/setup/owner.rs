//! Step one: the language, and the owner's account.

use contract::Field;
use leptos::{form::ActionForm, prelude::*};
use leptos_router::hooks::use_query_map;

use super::api::CreateOwner;
use crate::{
    error::field_name,
    pages::account::load_when_done,
    texts,
    ui::{
        answer::{Answer, Summary},
        button::Submit,
        field::TextField,
        language::LanguageSwitch,
        password::PasswordField,
    },
    viewer::viewer,
};

/// The token of the printed link travels unseen; where it is missing, it can be typed.
#[component]
pub(super) fn OwnerStep() -> impl IntoView {
    let action = ServerAction::<CreateOwner>::new();
    let answer = Answer::of(action);
    load_when_done(action.value());
    let token = use_query_map().with_untracked(|query| query.get("token")).unwrap_or_default();
    let token_field = if token.is_empty() {
        view! { <TextField field=Field::SetupToken answer autocomplete="off" hint=texts::setup::token_hint()/> }
            .into_any()
    } else {
        let name = field_name(Field::SetupToken);
        view! { <input type="hidden" id=name name=name value=token/> }.into_any()
    };
    view! {
        <LanguageSwitch/>
        {(!viewer().keeps_cookies).then(|| view! { <p class="notice warn" role="note">{texts::login::plain_http()}</p> })}
        <h2>{texts::setup::owner_title()}</h2>
        <ActionForm action attr:novalidate=true attr:class="form">
            <Summary answer/>
            {token_field}
            <TextField field=Field::Name answer autocomplete="username" hint=texts::register::name_hint()/>
            <TextField
                field=Field::Email answer autocomplete="email" kind="email" required=false
                hint=texts::register::email_hint()
            />
            <PasswordField
                field=Field::Password answer autocomplete="new-password" hint=texts::register::password_hint()
            />
            <Submit label=texts::setup::owner_submit() pending=action.pending().into()/>
        </ActionForm>
    }
    .into_any()
}
