//! The choice of events.

use contract::{Field, webhook::EVENTS};
use leptos::prelude::*;

use crate::{texts::admin::webhooks, ui::form::Sending};

/// A box for each event; none chosen means all. They are called what they are called on the wire: that is what the other program reads.
#[component]
pub(super) fn EventBoxes(
    /// Which form: sets its ids apart.
    form: &'static str,
    /// Its form.
    sending: Sending,
    /// Those chosen now.
    #[prop(optional)]
    chosen: Vec<String>,
) -> impl IntoView {
    let (hint_id, error_id) = (format!("{form}-events-hint"), format!("{form}-events-error"));
    let described = format!("{hint_id} {error_id}");
    let boxes: Vec<_> = EVENTS
        .into_iter()
        .map(|event| {
            let checked = chosen.iter().any(|word| word == event);
            view! {
                <label class="check">
                    <input type="checkbox" name="events[]" value=event checked=checked/>" "<code>{event}</code>
                </label>
            }
        })
        .collect();
    view! {
        <fieldset class="field" aria-describedby=described>
            <legend>{webhooks::events()}</legend>
            <p class="hint" id=hint_id>{webhooks::events_hint()}</p>
            {boxes}
            <p class="error" id=error_id>{move || sending.field(Field::Events)}</p>
        </fieldset>
    }
    .into_any()
}
