//! Forms that act on something: several may stand on one page, so their fields take ids of their own.

use base::Kind;
use contract::{Code, Field};
use leptos::{html, prelude::*};
use leptos_router::hooks::use_location;

use crate::{
    browser,
    error::field_name,
    pages::account::{login_for, prove_for},
    texts::admin::act,
    ui::field::field_label,
    ui::form::Sending,
};

/// A labelled line in a form that acts.
#[component]
pub(in crate::pages::admin) fn ActField(
    /// Which form: sets its ids apart.
    #[prop(into)]
    form: String,
    /// Which field.
    field: Field,
    /// Its form.
    sending: Sending,
    /// What it is called, where not as everywhere.
    #[prop(optional)]
    label: Option<&'static str>,
    /// What to write.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// The input's type.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// What stands in it at first.
    #[prop(optional, into)]
    value: String,
) -> impl IntoView {
    let name = field_name(field);
    let id = format!("{form}-{name}");
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let described = if hint.is_some() { format!("{hint_id} {error_id}") } else { error_id.clone() };
    let value = sending.kept(field).unwrap_or(value);
    view! {
        <div class="field">
            <label for=id.clone()>{label.unwrap_or_else(|| field_label(field))}</label>
            <input
                id=id
                name=name
                type=kind
                value=value
                maxlength="500"
                autocomplete=autocomplete
                autocapitalize="none"
                aria-invalid=move || sending.field(field).map(|_| "true")
                aria-describedby=described
            />
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
            <p class="error" id=error_id>{move || sending.field(field)}</p>
        </div>
    }
    .into_any()
}

/// What came of a form: what is wrong takes the focus, what was done is said. A login that is too old for it leads to a fresh one.
#[component]
pub(in crate::pages::admin) fn Outcome(
    /// The form.
    sending: Sending,
    /// What to say once it is done.
    done: &'static str,
) -> impl IntoView {
    let place = NodeRef::<html::Div>::new();
    Effect::new(move || {
        if sending.error().is_some()
            && let Some(element) = place.get()
        {
            browser::focus(&element);
        }
    });
    let path = use_location().pathname;
    let told = move || {
        if let Some(error) = sending.error() {
            let here = path.get_untracked();
            let prove = match (error.problem.code, error.problem.kind) {
                (Code::ProveAgain, _) => Some(prove_for(&here)),
                (_, Kind::Unauthenticated) => Some(login_for(&here)),
                _ => None,
            };
            let prove = prove.map(|href| view! { <p><a class="button" href=href>{act::prove()}</a></p> });
            view! {
                <div class="notice bad" role="alert" tabindex="-1" node_ref=place>
                    <p>{error.sentence()}</p>
                    {prove}
                </div>
            }
            .into_any()
        } else if sending.done().is_some() {
            view! { <p class="notice good" tabindex="-1">{done}</p> }.into_any()
        } else {
            ().into_any()
        }
    };
    view! { <div class="outcome" role="status">{told}</div> }.into_any()
}
