//! A form that a script sends when there is one, and the browser itself when there is none.
//!
//! It does what `ActionForm` does, for all forms with one piece of code: that component is compiled again for every server
//! function, which made a third of the first download (see Decisions).

use contract::Field;
use gloo_net::http::Request;
use leptos::{ev::SubmitEvent, html, prelude::*, server_fn::ServerFn, task::spawn_local};
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast;

use crate::{
    browser,
    error::{AppError, field_name},
    pages::account::prove_for,
    texts,
    ui::field::field_label,
};

/// What the address says of a form that was sent without script and refused.
#[derive(Clone)]
pub(crate) struct RefusedForm {
    /// The path of its server function.
    pub path: String,
    /// Why it was refused.
    pub error: AppError,
}

/// A form on its way to one server function, and what came back.
#[derive(Clone, Copy)]
pub(crate) struct Sending {
    url: &'static str,
    outcome: RwSignal<Option<Result<String, AppError>>>,
    pending: RwSignal<bool>,
}

impl Sending {
    /// Nothing sent yet; without script, what the address says of the last time.
    pub(crate) fn to<S: ServerFn>() -> Self {
        Self::begin(S::url(), S::PATH)
    }

    fn begin(url: &'static str, path: &str) -> Self {
        let refused = use_context::<RefusedForm>().filter(|refused| refused.path == path);
        Self { url, outcome: RwSignal::new(refused.map(|refused| Err(refused.error))), pending: RwSignal::new(false) }
    }

    /// The same for one form of several to one server function: without script all come back with the refusal of one, which says by
    /// what was kept of it whose it is.
    pub(crate) fn if_kept(self, field: Field, value: &str) -> Self {
        if self.kept(field).is_some_and(|kept| kept != value) {
            self.outcome.set(None);
        }
        self
    }

    /// Whether the answer is still out.
    pub(crate) fn pending(self) -> Signal<bool> {
        self.pending.into()
    }

    /// The answer as the server wrote it, JSON, once it is a good one.
    pub(crate) fn done(self) -> Option<String> {
        self.outcome.with(|outcome| outcome.as_ref().and_then(|outcome| outcome.as_ref().ok().cloned()))
    }

    /// Calls `act` with every good answer, in the browser.
    pub(crate) fn when_done(self, act: impl Fn(String) + 'static) {
        Effect::new(move || {
            if let Some(answer) = self.done() {
                act(answer);
            }
        });
    }

    /// Goes where the answer says, as a fresh page: with another login, everything on it may differ.
    pub(crate) fn load_when_done(self) {
        self.when_done(|answer| {
            if let Ok(path) = serde_json::from_str::<String>(&answer) {
                browser::load(&path);
            }
        });
    }

    /// What is wrong with one field.
    pub(crate) fn field(self, field: Field) -> Option<&'static str> {
        self.outcome.with(|outcome| outcome.as_ref().and_then(|outcome| outcome.as_ref().err()?.of(field)))
    }

    /// What was typed into a field of a form that came back without script.
    pub(crate) fn kept(self, field: Field) -> Option<String> {
        self.outcome.with_untracked(|outcome| {
            outcome.as_ref().and_then(|outcome| outcome.as_ref().err()?.kept(field).map(str::to_owned))
        })
    }

    /// Why it was refused, if it was.
    pub(crate) fn error(self) -> Option<AppError> {
        self.outcome.with(|outcome| outcome.as_ref().and_then(|outcome| outcome.as_ref().err().cloned()))
    }

    fn send(self, event: &SubmitEvent) {
        event.prevent_default();
        let form = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlFormElement>().ok());
        let Some(form) = form else { return };
        if self.pending.get_untracked() {
            return;
        }
        let body = browser::form_body(&form, event.submitter().as_ref());
        self.pending.set(true);
        spawn_local(async move {
            let outcome = post(self.url, body).await;
            // What was taken needs no second sending, and a password should not stand there any longer.
            if outcome.is_ok() {
                form.reset();
            }
            // The page may have gone meanwhile, and its signals with it.
            self.pending.try_set(false);
            self.outcome.try_set(Some(outcome));
        });
    }
}

/// Sends a form that is none on the page.
pub(crate) async fn post(url: &str, body: String) -> Result<String, AppError> {
    let unreachable = |_| AppError::from(base::Kind::Unavailable);
    let answer = Request::post(url)
        .header("Accept", "application/json")
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(body)
        .map_err(unreachable)?
        .send()
        .await
        .map_err(unreachable)?;
    let text = answer.text().await.map_err(unreachable)?;
    if answer.ok() { Ok(text) } else { Err(AppError::of_answer(answer.status(), &text)) }
}

/// The form itself.
#[component]
pub(crate) fn Form(
    /// Where it goes.
    sending: Sending,
    /// Its look.
    #[prop(optional)]
    look: &'static str,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    view! {
        <form
            method="post"
            action=sending.url
            class=look
            novalidate=true
            on:submit=move |event| sending.send(&event)
        >
            {children()}
        </form>
    }
}

/// Names every wrong field, with a link to each, and takes the focus so that nobody misses it.
#[component]
pub(crate) fn Summary(sending: Sending) -> impl IntoView {
    let path = use_location().pathname;
    let box_ref = NodeRef::<html::Div>::new();
    Effect::new(move || {
        if sending.error().is_some()
            && let Some(element) = box_ref.get()
        {
            browser::focus(&element);
        }
    });
    move || {
        sending.error().map(|error| {
            let items: Vec<_> = error
                .problem
                .fields
                .iter()
                .map(|problem| {
                    let href = format!("#{}", field_name(problem.field));
                    let says = error.of(problem.field).unwrap_or_default();
                    view! { <li><a href=href rel="external">{field_label(problem.field)}</a>": "{says}</li> }
                })
                .collect();
            let again = (error.problem.code == contract::Code::ProveAgain).then(|| {
                view! { <p><a class="button" href=prove_for(&path.get_untracked())>{texts::prove::title()}</a></p> }
            });
            let list = (!items.is_empty()).then(|| view! { <ul>{items}</ul> });
            view! {
                <div class="notice bad" role="alert" tabindex="-1" node_ref=box_ref aria-label=texts::form::problem()>
                    <p>{error.sentence()}</p>
                    {list}
                    {again}
                </div>
            }
        })
    }
}
