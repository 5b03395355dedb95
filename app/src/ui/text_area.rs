//! Several lines of text in a form.

use contract::Field;
use leptos::prelude::*;

use crate::{
    error::field_name,
    ui::{
        field::{Labelled, described_by},
        form::Sending,
    },
};

/// A labelled box of text. What is wrong with it stands beside it and is tied to it for screen readers.
#[component]
pub(crate) fn TextArea(
    /// Which field: gives the name, the id and the label.
    field: Field,
    /// The form it stands in.
    sending: Sending,
    /// What to write, when the label leaves a question.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// Whether it may not stay empty.
    #[prop(default = true)]
    required: bool,
    /// How many lines are seen at once.
    #[prop(default = 4)]
    rows: u32,
    /// How many characters it takes.
    longest: u32,
    /// What stands in it at first.
    #[prop(optional, into)]
    value: String,
) -> impl IntoView {
    let name = field_name(field);
    let value = sending.kept(field).unwrap_or(value);
    view! {
        <Labelled field sending hint required>
            <textarea
                id=name
                name=name
                rows=rows
                maxlength=longest
                aria-required=required.then_some("true")
                aria-invalid=move || sending.field(field).map(|_| "true")
                aria-describedby=described_by(field, hint.is_some())
            >
                {value}
            </textarea>
        </Labelled>
    }
    .into_any()
}
