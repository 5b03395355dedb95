//! What a form was answered: read by its fields, summed up above them.

use contract::Field;
use leptos::{html, prelude::*, server_fn::ServerFn};

use crate::{
    browser,
    error::{AppError, field_name},
    texts,
    ui::field::field_label,
};

/// The last failure of a form, if its last sending failed.
#[derive(Clone, Copy)]
pub(crate) struct Answer(Signal<Option<AppError>>);

impl Answer {
    /// The answer to the form behind `action`. Without script it comes from the address the server redirected to.
    pub(crate) fn of<S>(action: ServerAction<S>) -> Self
    where
        S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
        S::Output: Send + Sync + 'static,
    {
        let value = action.value();
        Self(Signal::derive(move || value.with(|value| value.as_ref().and_then(|value| value.as_ref().err().cloned()))))
    }

    /// What is wrong with one field.
    pub(crate) fn field(self, field: Field) -> Option<&'static str> {
        self.0.with(|error| error.as_ref().and_then(|error| error.of(field)))
    }

    /// What was typed into a field of a form that came back without script.
    pub(crate) fn kept(self, field: Field) -> Option<String> {
        self.0.with_untracked(|error| error.as_ref().and_then(|error| error.kept(field)).map(str::to_owned))
    }

    fn get(self) -> Option<AppError> {
        self.0.get()
    }
}

/// Names every wrong field, with a link to each, and takes the focus so that nobody misses it.
#[component]
pub(crate) fn Summary(answer: Answer) -> impl IntoView {
    let box_ref = NodeRef::<html::Div>::new();
    Effect::new(move || {
        if answer.get().is_some()
            && let Some(element) = box_ref.get()
        {
            browser::focus(&element);
        }
    });
    move || {
        answer.get().map(|error| {
            let items: Vec<_> = error
                .problem
                .fields
                .iter()
                .map(|problem| {
                    let href = format!("#{}", field_name(problem.field));
                    let says = error.of(problem.field).unwrap_or_default();
                    view! { <li><a href=href>{field_label(problem.field)}</a>": "{says}</li> }
                })
                .collect();
            let list = (!items.is_empty()).then(|| view! { <ul>{items}</ul> });
            view! {
                <div class="notice bad" role="alert" tabindex="-1" node_ref=box_ref aria-label=texts::form::problem()>
                    <p>{error.sentence()}</p>
                    {list}
                </div>
            }
        })
    }
}
