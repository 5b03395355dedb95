//! Saying something in a room: to everybody, or to one player.

use base::{RoomId, UserId};
use contract::{
    Field,
    lobby::{Player, Room},
};
use leptos::prelude::*;

use super::feed::{Feed, Place};
use crate::{
    texts::room as say,
    ui::{
        button::Submit,
        form::{Form, Sending},
    },
};

/// The line one types. Where the room did not let one in there is none; without script it brings one in.
#[component]
pub(super) fn Saying(
    room: RoomId,
    now: Memo<Option<Room>>,
    own: Option<UserId>,
    sending: Sending,
    feed: Feed,
) -> impl IntoView {
    let class = stylers::style! {
        .say {
            display: grid;
            gap: var(--space-2);
        }
        .typed {
            display: grid;
            grid-template-columns: minmax(0, 1fr) auto;
            gap: var(--space-2);
            align-items: center;
        }
    };
    let others = Memo::new(move |_| {
        now.with(|now| {
            let players = now.iter().flat_map(|now| &now.players);
            players.filter(|one| one.user.is_none() || one.user != own).cloned().collect::<Vec<Player>>()
        })
    });
    // Stays chosen when the form is emptied: the second whisper is not to be heard by all.
    let to = RwSignal::new(sending.kept(Field::Player).unwrap_or_default());
    let option = move |one: Player| {
        let number = one.number.0.to_string();
        let value = number.clone();
        view! { <option value=value selected=move || to.with(|to| *to == number)>{one.name}</option> }
    };
    let outside = move || feed.place.with(|place| matches!(place, Place::Out(_)));
    let kept = sending.kept(Field::Text).unwrap_or_default();
    // The field's own trouble stands beneath it; every other reason why nobody heard it, too: whoever talks keeps the focus.
    let trouble = move || {
        let error = sending.error()?;
        let beside = sending.field(Field::Text).or_else(|| sending.field(Field::Player));
        Some(beside.map_or_else(|| error.sentence(), str::to_owned))
    };
    view! { class = class,
        <div hidden=outside>
            <Form sending>
                <div class="say">
                    <input type="hidden" name="room" value=room.get()/>
                    <div class="field">
                        <label for="to">{say::to()}</label>
                        <select id="to" name="to" on:change=move |event| to.set(event_target_value(&event))>
                            <option value="" selected=move || to.with(String::is_empty)>{say::everybody()}</option>
                            <For each=move || others.get() key=|one| (one.number, one.name.clone()) children=option/>
                        </select>
                    </div>
                    <div class="field">
                        <label for="text">{say::line()}</label>
                        <div class="typed">
                            <input
                                id="text"
                                name="text"
                                type="text"
                                value=kept
                                maxlength="511"
                                autocomplete="off"
                                aria-required="true"
                                aria-invalid=move || sending.error().map(|_| "true")
                                aria-describedby="text-hint text-error"
                            />
                            <Submit label=say::say() pending=sending.pending()/>
                        </div>
                        <p class="hint" id="text-hint">{say::say_hint()}</p>
                        <p class="error" id="text-error" role="alert">{trouble}</p>
                    </div>
                </div>
            </Form>
        </div>
    }
    .into_any()
}
