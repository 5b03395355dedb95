//! The password for classic games: made by the hub, shown once, taken away at will.

use base::Millis;
use leptos::{form::ActionForm, prelude::*};

use super::api::{MakeGamePassword, RevokeGamePassword};
use crate::{
    texts,
    ui::{
        answer::{Answer, Summary},
        button::Submit,
        confirm::Confirm,
        copy::Copyable,
        time::Time,
    },
};

/// Whether there is one, and the buttons to make and revoke it.
#[component]
pub(super) fn GamePassword(
    /// When the present one was made.
    made_at: Option<Millis>,
    /// One that was just made without script.
    just_made: Option<String>,
    /// Asks for the account afresh.
    changed: Callback<()>,
) -> impl IntoView {
    let make = ServerAction::<MakeGamePassword>::new();
    let revoke = ServerAction::<RevokeGamePassword>::new();
    let made = make.value();
    // The account is not asked for anew after making one: that would draw this card again, and what is shown once with it.
    let shown = move || {
        let fresh =
            made.with(|made| made.as_ref().and_then(|made| made.as_ref().ok()).map(|made| made.password.clone()));
        fresh.or_else(|| just_made.clone())
    };
    let revoked = revoke.value();
    Effect::new(move || {
        if revoked.with(|revoked| matches!(revoked, Some(Ok(())))) {
            changed.run(());
        }
    });
    let state = match made_at {
        Some(at) => view! { <p>{texts::game_password::made()}" "<Time at/></p> }.into_any(),
        None => view! { <p>{texts::game_password::none()}</p> }.into_any(),
    };
    let make_label = if made_at.is_some() { texts::game_password::remake() } else { texts::game_password::make() };
    view! {
        <section class="card" aria-labelledby="game-password">
            <h2 id="game-password">{texts::game_password::title()}</h2>
            <p>{texts::game_password::lead()}</p>
            <div role="status">
                {move || shown().map(|password| view! {
                    <div class="notice good">
                        <p>{texts::game_password::shown_once()}</p>
                        <Copyable value=password label=texts::game_password::title()/>
                    </div>
                })}
            </div>
            {state}
            <Summary answer=Answer::of(make)/>
            <Summary answer=Answer::of(revoke)/>
            <div class="actions">
                <ActionForm action=make>
                    <Submit label=make_label pending=make.pending().into()/>
                </ActionForm>
                {made_at.map(|_| view! {
                    <Confirm label=texts::game_password::revoke() warning=texts::game_password::revoke_warning()>
                        <ActionForm action=revoke>
                            <Submit label=texts::game_password::revoke_now() pending=revoke.pending().into() look="danger"/>
                        </ActionForm>
                    </Confirm>
                })}
            </div>
        </section>
    }
    .into_any()
}
