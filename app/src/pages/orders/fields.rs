//! The fields of an order's form, for founding one and for changing it.

use contract::{
    Field,
    orders::{Admission, Division, SaveOrder, Tincture},
};
use leptos::prelude::*;

use super::words;
use crate::{
    texts::orders as say,
    ui::{
        field::TextField,
        form::{Sending, Summary},
        text_area::TextArea,
    },
};

/// All of them, as the order is now.
#[component]
pub(super) fn OrderFields(
    /// The form they stand in.
    sending: Sending,
    /// As it is.
    now: SaveOrder,
) -> impl IntoView {
    let admission = Admission::ALL.map(|one| (one.word(), words::admission(one), one == now.admission));
    let division = Division::ALL.map(|one| (one.word(), words::division(one), one == now.division));
    let tinctures = |chosen: Tincture| Tincture::ALL.map(|one| (one.word(), words::tincture(one), one == chosen));
    view! {
        <Summary sending/>
        <TextField field=Field::Name sending autocomplete="off" hint=say::name_hint() value=now.name/>
        <TextField field=Field::Motto sending autocomplete="off" required=false value=now.motto/>
        <TextArea field=Field::Description sending required=false longest=2000 hint=say::description_hint() value=now.description/>
        {choice("admission", say::admission(), &admission)}
        <fieldset class="options">
            <legend>{say::shield()}</legend>
            {choice("division", say::division(), &division)}
            {choice("first", say::first_colour(), &tinctures(now.first))}
            {choice("second", say::second_colour(), &tinctures(now.second))}
        </fieldset>
    }
    .into_any()
}

/// One of several words: the word, what it is called, and whether it is chosen.
fn choice(name: &'static str, label: &'static str, words: &[(&'static str, &'static str, bool)]) -> AnyView {
    let options: Vec<_> = words
        .iter()
        .map(|&(word, called, chosen)| view! { <option value=word selected=chosen>{called}</option> })
        .collect();
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <select id=name name=name class="select">{options}</select>
        </div>
    }
    .into_any()
}
