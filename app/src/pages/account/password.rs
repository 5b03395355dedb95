//! Change one's password.

use contract::Field;
use leptos::prelude::*;

use super::api::ChangePassword;
use crate::{
    texts,
    ui::{
        button::Submit,
        form::{Form, Sending, Summary},
        password::PasswordField,
    },
    viewer::viewer,
};

/// The form. The name travels along unseen, so that a password manager knows which entry to update.
#[component]
pub(super) fn ChangePasswordForm(
    /// Asks for the account afresh: other logins have ended.
    changed: Callback<()>,
) -> impl IntoView {
    let sending = Sending::to::<ChangePassword>();
    sending.when_done(move |_| changed.run(()));
    view! {
        <section class="card" aria-labelledby="change-password">
            <h2 id="change-password">{texts::password::title()}</h2>
            <Form sending look="form">
                <Summary sending/>
                <div role="status">
                    {move || sending.done().map(|_| view! { <p class="notice good">{texts::password::done()}</p> })}
                </div>
                <input
                    type="text" class="visually-hidden" name="username" autocomplete="username" tabindex="-1"
                    aria-hidden="true" readonly value=viewer().me.map(|me| me.name).unwrap_or_default()
                />
                <PasswordField field=Field::CurrentPassword sending autocomplete="current-password"/>
                <PasswordField
                    field=Field::NewPassword sending autocomplete="new-password" hint=texts::register::password_hint()
                />
                <p class="hint">{texts::password::effect()}</p>
                <Submit label=texts::password::submit() pending=sending.pending()/>
            </Form>
        </section>
    }
    .into_any()
}
