//! Change one's password.

use contract::Field;
use leptos::{form::ActionForm, prelude::*};

use super::api::ChangePassword;
use crate::{
    texts,
    ui::{
        answer::{Answer, Summary},
        button::Submit,
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
    let action = ServerAction::<ChangePassword>::new();
    let answer = Answer::of(action);
    let done = action.value();
    let is_done = move || done.with(|done| matches!(done, Some(Ok(()))));
    Effect::new(move || {
        if is_done() {
            changed.run(());
        }
    });
    view! {
        <section class="card" aria-labelledby="change-password">
            <h2 id="change-password">{texts::password::title()}</h2>
            <ActionForm action attr:novalidate=true attr:class="form">
                <Summary answer/>
                <div role="status">
                    {move || is_done().then(|| view! { <p class="notice good">{texts::password::done()}</p> })}
                </div>
                <input
                    type="text" class="visually-hidden" name="username" autocomplete="username" tabindex="-1"
                    aria-hidden="true" readonly value=viewer().me.map(|me| me.name).unwrap_or_default()
                />
                <PasswordField field=Field::CurrentPassword answer autocomplete="current-password"/>
                <PasswordField
                    field=Field::NewPassword answer autocomplete="new-password" hint=texts::register::password_hint()
                />
                <p class="hint">{texts::password::effect()}</p>
                <Submit label=texts::password::submit() pending=action.pending().into()/>
            </ActionForm>
        </section>
    }
    .into_any()
}
