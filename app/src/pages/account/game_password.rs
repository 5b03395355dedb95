//! The password for classic games: made by the hub, shown once, taken away at will.

use base::Millis;
use contract::account::NewGamePassword;
use leptos::prelude::*;

use super::api::{MakeGamePassword, RevokeGamePassword};
use crate::{
    texts,
    ui::{
        button::Submit,
        confirm::Confirm,
        copy::Copyable,
        form::{Form, Sending, Summary},
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
    let make = Sending::to::<MakeGamePassword>();
    let revoke = Sending::to::<RevokeGamePassword>();
    // The account is not asked for anew after making one: that would draw this card again, and what is shown once with it.
    let shown = move || {
        let fresh = make.done().and_then(|answer| serde_json::from_str::<NewGamePassword>(&answer).ok());
        fresh.map(|made| made.password).or_else(|| just_made.clone())
    };
    revoke.when_done(move |_| changed.run(()));
    let state = move || match made_at {
        // The notice above says it already.
        _ if make.done().is_some() => ().into_any(),
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
            <Summary sending=make/>
            <Summary sending=revoke/>
            <div class="actions">
                <Form sending=make>
                    <Submit label=make_label pending=make.pending()/>
                </Form>
                {made_at.map(|_| view! {
                    <Confirm label=texts::game_password::revoke() warning=texts::game_password::revoke_warning()>
                        <Form sending=revoke>
                            <Submit label=texts::game_password::revoke_now() pending=revoke.pending() look="danger"/>
                        </Form>
                    </Confirm>
                })}
            </div>
        </section>
    }
    .into_any()
}
