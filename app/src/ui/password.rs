//! A password's field: managers may fill it, paste works, and one can look at what one typed.

use contract::Field;
use leptos::prelude::*;

use crate::{
    error::field_name,
    texts,
    ui::{
        field::{Labelled, described_by},
        form::Sending,
    },
};

/// A labelled password with a button that shows it. It never comes back with a value.
#[component]
pub(crate) fn PasswordField(
    /// Which field.
    field: Field,
    /// The form it stands in.
    sending: Sending,
    /// `current-password` or `new-password`.
    autocomplete: &'static str,
    /// What to write, when the label leaves a question.
    #[prop(optional)]
    hint: Option<&'static str>,
) -> impl IntoView {
    let class = stylers::style! {
        .secret {
            display: flex;
            gap: var(--space-1);
        }
        .secret > input {
            flex: 1;
            min-width: 0;
        }
    };
    let name = field_name(field);
    let shown = RwSignal::new(false);
    view! {
        <Labelled field sending hint required=true>
            {view! { class = class,
                <div class="secret">
                    <input
                        id=name
                        name=name
                        type=move || if shown.get() { "text" } else { "password" }
                        autocomplete=autocomplete
                        autocapitalize="none"
                        spellcheck="false"
                        aria-required="true"
                        aria-invalid=move || sending.field(field).map(|_| "true")
                        aria-describedby=described_by(field, hint.is_some())
                    />
                    <button
                        type="button"
                        class="button quiet needs-script"
                        aria-pressed=move || if shown.get() { "true" } else { "false" }
                        aria-label=texts::form::show_password()
                        on:click=move |_| shown.update(|shown| *shown = !*shown)
                    >
                        {move || if shown.get() { texts::form::hide() } else { texts::form::show() }}
                    </button>
                </div>
            }}
        </Labelled>
    }
    .into_any()
}
