//! The fields of a room's form, for opening one and for setting one up anew.

use contract::{
    Field,
    film::RoomFilms,
    room::{HIGHEST_CASTE, RoomKind, SaveRoom},
};
use leptos::prelude::*;

use super::{super::ui::reason::ActField, words};
use crate::{
    error::field_name,
    texts::admin::rooms as say,
    ui::{caste::caste_name, field::field_label, form::Sending, text_area::TextArea},
};

/// Every field but the banner.
#[component]
pub(super) fn RoomFields(
    /// Which form: sets its ids apart.
    form: &'static str,
    /// Its form.
    sending: Sending,
    /// What stands in it at first.
    room: SaveRoom,
) -> impl IntoView {
    let SaveRoom {
        name,
        kind,
        capacity,
        guests,
        caste_least,
        caste_most,
        country,
        greeting,
        slow_secs,
        films,
        plugins,
        ..
    } = room;
    let kinds = RoomKind::ALL.map(|one| (one.word().to_owned(), words::kind(one).to_owned())).to_vec();
    let slow_secs = slow_secs.to_string();
    let all_films = RoomFilms::ALL.map(|one| (one.word().to_owned(), words::films(one).to_owned())).to_vec();
    view! {
        <ActField form field=Field::Name sending hint=say::name_hint() value=name/>
        <Choice form field=Field::Kind sending choices=kinds chosen=kind.word().to_owned()/>
        <ActField form field=Field::Capacity sending kind="number" value=capacity.to_string()/>
        <label class="check">
            <input type="checkbox" name="guests" checked=guests/>" "{say::guests()}
        </label>
        <p class="hint">{say::guests_hint()}</p>
        <Choice form field=Field::CasteLeast sending choices=castes() chosen=number(caste_least)/>
        <Choice form field=Field::CasteMost sending choices=castes() chosen=number(caste_most)/>
        <ActField form field=Field::Country sending hint=say::country_hint() value=country.unwrap_or_default()/>
        <TextArea field=Field::Greeting sending required=false rows=3 longest=500 hint=say::greeting_hint() value=greeting/>
        <ActField form field=Field::SlowSecs sending kind="number" hint=say::slow_hint() value=slow_secs/>
        <Choice form field=Field::Films sending choices=all_films chosen=films.word().to_owned()/>
        <p class="hint">{say::films_hint()}</p>
        <label class="check">
            <input type="checkbox" name="plugins" checked=plugins/>" "{say::plugins()}
        </label>
        <p class="hint">{say::plugins_hint()}</p>
    }
    .into_any()
}

fn number(caste: Option<u8>) -> String {
    caste.map_or_else(String::new, |caste| caste.to_string())
}

fn castes() -> Vec<(String, String)> {
    let each = (0..=HIGHEST_CASTE).map(|caste| (caste.to_string(), format!("{caste}: {}", caste_name(caste))));
    std::iter::once((String::new(), say::no_limit().to_owned())).chain(each).collect()
}

/// One of several, and what is wrong with it.
#[component]
pub(super) fn Choice(
    /// Which form: sets its ids apart.
    form: &'static str,
    /// Which field.
    field: Field,
    /// Its form.
    sending: Sending,
    /// What there is to choose: the word and what is shown.
    choices: Vec<(String, String)>,
    /// What is chosen at first.
    chosen: String,
) -> impl IntoView {
    let name = field_name(field);
    let (id, error) = (format!("{form}-{name}"), format!("{form}-{name}-error"));
    let chosen = sending.kept(field).unwrap_or(chosen);
    let options: Vec<_> = choices
        .into_iter()
        .map(|(word, label)| {
            let selected = word == chosen;
            view! { <option value=word selected=selected>{label}</option> }
        })
        .collect();
    view! {
        <div class="field">
            <label for=id.clone()>{field_label(field)}</label>
            <select
                id=id
                name=name
                aria-invalid=move || sending.field(field).map(|_| "true")
                aria-describedby=error.clone()
            >
                {options}
            </select>
            <p class="error" id=error>{move || sending.field(field)}</p>
        </div>
    }
    .into_any()
}
