//! Sign up.

use contract::Field;
use leptos::{either::Either, form::ActionForm, prelude::*};
use leptos_router::hooks::use_query_map;

use super::{
    api::Register,
    login::{AlreadyIn, load_when_done},
};
use crate::{
    texts,
    ui::{
        answer::{Answer, Summary},
        button::Submit,
        field::TextField,
        page::Page,
        password::PasswordField,
        state::Empty,
    },
    viewer::viewer,
};

/// One screen: name, address for those who want one kept, password.
#[component]
pub(crate) fn RegisterPage() -> impl IntoView {
    let viewer = viewer();
    let content = if viewer.site.registration {
        Either::Left(view! { <Form/> })
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
fn Form() -> impl IntoView {
    let action = ServerAction::<Register>::new();
    let answer = Answer::of(action);
    load_when_done(action.value());
    let next = use_query_map().with_untracked(|query| query.get("next")).unwrap_or_default();
    view! {
        <ActionForm action attr:novalidate=true attr:class="form">
            <Summary answer/>
            <input type="hidden" name="next" value=next/>
            <TextField field=Field::Name answer autocomplete="username" hint=texts::register::name_hint()/>
            <TextField
                field=Field::Email answer autocomplete="email" kind="email" required=false
                hint=texts::register::email_hint()
            />
            <PasswordField
                field=Field::Password answer autocomplete="new-password" hint=texts::register::password_hint()
            />
            <Submit label=texts::register::submit() pending=action.pending().into()/>
        </ActionForm>
    }
    .into_any()
}
