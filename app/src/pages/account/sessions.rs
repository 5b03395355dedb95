//! Where one is logged in, and how to end it there.

use contract::account::Session;
use leptos::prelude::*;

use super::{
    api::{EndOtherSessions, EndSession},
    safety_api::NameDevice,
};
use crate::{
    texts,
    ui::{
        button::Submit,
        confirm::Confirm,
        form::{Form, Sending, Summary},
        item::Item,
        time::Time,
    },
};

/// The list, with a button for each login and one for all others.
#[component]
pub(super) fn Sessions(
    /// The logins, this one first.
    sessions: Vec<Session>,
    /// Asks for the account afresh.
    changed: Callback<()>,
) -> impl IntoView {
    let end = Sending::to::<EndSession>();
    let name = Sending::to::<NameDevice>();
    name.when_done(move |_| changed.run(()));
    let end_others = Sending::to::<EndOtherSessions>();
    end.when_done(move |_| changed.run(()));
    end_others.when_done(move |_| changed.run(()));
    let others = sessions.iter().any(|session| !session.current);
    let rows: Vec<_> = sessions
        .into_iter()
        .map(|session| {
            let action = if session.current {
                view! { <span class="badge">{texts::sessions::this_one()}</span> }.into_any()
            } else {
                view! {
                    <Form sending=end>
                        <input type="hidden" name="session" value=session.id.get()/>
                        <Submit label=texts::sessions::end() pending=end.pending() look="quiet"/>
                    </Form>
                }
                .into_any()
            };
            view! {
                <Item actions=Some(action)>
                    <strong>{session.device_name.clone().unwrap_or_else(|| session.device.clone())}</strong>
                    {session.device_name.is_some().then(|| view! { <p class="hint">{session.device}</p> })}
                    <p class="hint">{texts::sessions::last_used()}" "<Time at=session.last_used_at/></p>
                    <details>
                        <summary>{texts::sessions::name()}</summary>
                        <Form sending=name look="form">
                            <input type="hidden" name="session" value=session.id.get()/>
                            <input
                                type="text" name="device_name" maxlength="40" autocomplete="off"
                                aria-label=texts::field::device_name()
                                value=session.device_name.unwrap_or_default()
                            />
                            <Submit label=texts::sessions::save_name() pending=name.pending() look="quiet"/>
                        </Form>
                    </details>
                </Item>
            }
        })
        .collect();
    view! {
        <section class="card" aria-labelledby="sessions">
            <h2 id="sessions">{texts::sessions::title()}</h2>
            <Summary sending=name/>
            <Summary sending=end/>
            <Summary sending=end_others/>
            <ul class="plain">{rows}</ul>
            {others.then(|| view! {
                <Confirm label=texts::sessions::end_others() warning=texts::sessions::end_others_warning()>
                    <Form sending=end_others>
                        <Submit label=texts::sessions::end_others_now() pending=end_others.pending() look="danger"/>
                    </Form>
                </Confirm>
            })}
        </section>
    }
    .into_any()
}
