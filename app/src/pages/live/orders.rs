//! What those who keep order in a room can do about somebody in it.

use base::RoomId;
use contract::{Field, lobby::PlayerNumber};
use leptos::prelude::*;

use crate::{
    texts::room as say,
    ui::{
        button::Submit,
        form::{Form, Sending},
    },
};

/// A form for one player, folded away. `account`: they have one, and the reader keeps order in the whole hub.
#[component]
pub(super) fn Orders(
    room: RoomId,
    number: PlayerNumber,
    name: String,
    account: bool,
    sending: Sending,
) -> impl IntoView {
    let id = |part: &str| format!("{part}-{}", number.0);
    let acts = [("kick", say::kick()), ("gag", say::gag()), ("bar", say::bar()), ("mute", say::mute())];
    let choices: Vec<_> = acts
        .into_iter()
        .filter(|(word, _)| account || *word != "mute")
        .map(|(word, label)| view! { <option value=word>{label}</option> })
        .collect();
    let (act, minutes, hint, reason) = (id("act"), id("minutes"), id("minutes-hint"), id("reason"));
    view! {
        <details class="orders">
            <summary aria-label=say::order_for(&name)>{say::order()}</summary>
            <Form sending look="form">
                <input type="hidden" name="room" value=room.get()/>
                <input type="hidden" name="player" value=format!("#{}", number.0)/>
                <div class="field">
                    <label for=act.clone()>{say::act()}</label>
                    <select id=act name="act">{choices}</select>
                </div>
                <div class="field">
                    <label for=minutes.clone()>{say::minutes()}</label>
                    <input id=minutes name="duration" type="text" inputmode="numeric" maxlength="6" aria-describedby=hint.clone()/>
                    <p class="hint" id=hint>{say::minutes_hint()}</p>
                    <p class="error">{move || sending.field(Field::Duration)}</p>
                </div>
                <div class="field">
                    <label for=reason.clone()>{say::why()}</label>
                    <input id=reason name="reason" type="text" maxlength="300" autocomplete="off"/>
                </div>
                <Submit label=say::do_it() pending=sending.pending() look="danger"/>
                <p class="hint" role="status">{move || sending.done().map(|_| say::done())}</p>
            </Form>
        </details>
    }
    .into_any()
}
