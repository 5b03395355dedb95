//! Fields that organizations' forms have beside lines of text.

use base::Role;
use contract::{
    Field,
    organization::{Joining, Visibility},
};
use leptos::prelude::*;

use super::words;
use crate::{
    error::field_name,
    texts::{field, org},
    ui::{
        field::{Labelled, described_by},
        form::Sending,
    },
};

/// Several lines of text.
#[component]
pub(super) fn TextArea(
    /// Which field.
    field: Field,
    /// The form it stands in.
    sending: Sending,
    /// How many lines it shows.
    #[prop(default = 5)]
    rows: u32,
    /// What to write, when the label leaves a question.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// What stands in it at first.
    #[prop(optional, into)]
    value: String,
) -> impl IntoView {
    let name = field_name(field);
    let value = sending.kept(field).unwrap_or(value);
    view! {
        <Labelled field sending hint required=false>
            <textarea
                id=name
                name=name
                rows=rows
                aria-invalid=move || sending.field(field).map(|_| "true")
                aria-describedby=described_by(field, hint.is_some())
            >{value}</textarea>
        </Labelled>
    }
    .into_any()
}

/// Who finds it, and how one joins: a button for each choice, with what it means.
#[component]
pub(super) fn Doors(
    /// As it is now.
    visibility: Visibility,
    /// As it is now.
    joining: Joining,
) -> impl IntoView {
    let seen = Visibility::ALL
        .map(|choice| radio("visibility", choice.word(), words::visibility(choice), choice == visibility));
    let joined = Joining::ALL.map(|choice| radio("joining", choice.word(), words::joining(choice), choice == joining));
    view! {
        <fieldset class="options"><legend>{org::who_finds()}</legend>{seen}</fieldset>
        <fieldset class="options"><legend>{org::how_to_join()}</legend>{joined}</fieldset>
    }
    .into_any()
}

fn radio(name: &'static str, value: &'static str, label: &'static str, chosen: bool) -> AnyView {
    view! {
        <label class="check">
            <input type="radio" name=name value=value checked=chosen/>
            {label}
        </label>
    }
    .into_any()
}

/// A role to choose, in a form of which there may be several on the page.
#[component]
pub(super) fn RoleChoice(
    /// Those to choose from.
    roles: Vec<Role>,
    /// The one that is chosen at first.
    chosen: Role,
    /// Whose role it is, for who can't see where it stands.
    #[prop(optional, into)]
    whose: String,
) -> impl IntoView {
    let options: Vec<_> = roles
        .into_iter()
        .map(|role| view! { <option value=role.word() selected={role == chosen}>{words::role(role)}</option> })
        .collect();
    let label = if whose.is_empty() { field::role().to_owned() } else { org::role_of(&whose) };
    view! { <select name="role" aria-label=label class="select">{options}</select> }.into_any()
}
