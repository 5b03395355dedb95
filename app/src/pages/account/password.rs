//! Change one's password.

use contract::Field;
use leptos::prelude::*;

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
    /// Kept above what is drawn afresh, so that what it says outlives the change.
    sending: Sending,
) -> impl IntoView {
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
