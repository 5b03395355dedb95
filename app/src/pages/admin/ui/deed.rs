//! Forms of one press: what they are about stands in hidden fields, and where they lead in the answer.

use contract::Field;
use leptos::{html, prelude::*, server_fn::ServerFn};

use super::reason::{ActField, Outcome};
use crate::{
    browser,
    texts::admin::act,
    ui::{
        button::Submit,
        confirm::Confirm,
        form::{Form, Sending},
    },
};

/// What a form is about: a field's name and what stands in it.
pub(in crate::pages::admin) type About = (&'static str, String);

/// A form that goes where its answer says.
pub(in crate::pages::admin) fn leading<S: ServerFn>() -> Sending {
    let sending = Sending::to::<S>();
    sending.load_when_done();
    sending
}

/// A form after which what is shown is read anew.
pub(in crate::pages::admin) fn changing<S: ServerFn>(changed: impl Fn() + 'static) -> Sending {
    let sending = Sending::to::<S>();
    sending.when_done(move |_| changed());
    sending
}

/// Folds what a form stood in once it was taken, and stands where it was opened: the form that takes its place may be another one's.
pub(in crate::pages::admin) fn fold_when_done(sending: Sending, around: NodeRef<html::Div>) {
    sending.when_done(move |_| {
        let Some(around) = around.get_untracked() else { return };
        let Ok(Some(open)) = around.query_selector("details[open]") else { return };
        let inside = document().active_element().is_some_and(|active| open.contains(Some(&active)));
        let _ = open.remove_attribute("open");
        if inside && let Ok(Some(summary)) = open.query_selector("summary") {
            browser::focus(&summary);
        }
    });
}

/// Done at the first press.
#[component]
pub(in crate::pages::admin) fn Press(
    /// Its form.
    sending: Sending,
    /// What it is about.
    about: Vec<About>,
    /// The press.
    label: &'static str,
    /// What to say once it is done.
    done: &'static str,
    /// How the button looks.
    #[prop(default = "primary")]
    look: &'static str,
) -> impl IntoView {
    view! {
        <Form sending>
            <Outcome sending done/>
            {hidden(about)}
            <Submit label pending=sending.pending() look/>
        </Form>
    }
    .into_any()
}

/// Done at the second press: it can't be taken back.
#[component]
pub(in crate::pages::admin) fn Final(
    /// Its form.
    sending: Sending,
    /// What it is about.
    about: Vec<About>,
    /// The first press.
    label: &'static str,
    /// What will happen.
    warning: &'static str,
    /// The second press.
    now: &'static str,
    /// What to say once it is done.
    done: &'static str,
) -> impl IntoView {
    view! {
        <Confirm label warning>
            <Press sending about label=now done look="danger"/>
        </Confirm>
    }
    .into_any()
}

/// Done at the second press, and why. What came of it is said elsewhere: several such forms may share one way to the server.
#[component]
pub(in crate::pages::admin) fn Reasoned(
    /// Sets the ids of its fields apart.
    #[prop(into)]
    form: String,
    /// Its form.
    sending: Sending,
    /// What it is about.
    about: Vec<About>,
    /// The first press.
    label: &'static str,
    /// What will happen.
    warning: &'static str,
    /// The second press.
    now: &'static str,
    /// Who reads the reason.
    #[prop(default = act::reason_hint())]
    hint: &'static str,
    /// The fields, but for the reason.
    #[prop(default = None)]
    fields: Option<AnyView>,
    /// The look of the second press.
    #[prop(default = "primary")]
    look: &'static str,
) -> impl IntoView {
    let around = NodeRef::new();
    fold_when_done(sending, around);
    view! {
        <div node_ref=around>
            <Confirm label warning>
                <Form sending look="form">
                    {hidden(about)}
                    {fields}
                    <ActField form field=Field::Reason sending hint/>
                    <Submit label=now pending=sending.pending() look/>
                </Form>
            </Confirm>
        </div>
    }
    .into_any()
}

fn hidden(about: Vec<About>) -> AnyView {
    about
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .collect::<Vec<_>>()
        .into_any()
}
