//! The button that uses a passkey instead of what the form beside it asks for.

use leptos::{prelude::*, server_fn::ServerFn as _, task::spawn_local};

use super::{
    api::{
        BeginPasskeyLogIn, BeginPasskeyProof, BeginPasskeyStep, PasskeyLogIn, PasskeyProof, PasskeyStep, offers_passkey,
    },
    device::{self, Ask, Unanswered},
};
use crate::{browser, texts::passkeys};

/// Where the button stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Beside name and password.
    LogIn,
    /// Beside the code of a second step.
    Step,
    /// Beside the password that proves once more who one is.
    Prove,
}

impl Place {
    const fn word(self) -> &'static str {
        match self {
            Self::LogIn => "log_in",
            Self::Step => "step",
            Self::Prove => "prove",
        }
    }

    fn urls(self) -> (&'static str, &'static str) {
        match self {
            Self::LogIn => (BeginPasskeyLogIn::url(), PasskeyLogIn::url()),
            Self::Step => (BeginPasskeyStep::url(), PasskeyStep::url()),
            Self::Prove => (BeginPasskeyProof::url(), PasskeyProof::url()),
        }
    }
}

/// What is said of an answer that did not come.
pub(super) fn sentence(unanswered: &Unanswered) -> String {
    match unanswered {
        Unanswered::Unable => passkeys::unable().to_owned(),
        Unanswered::Declined => passkeys::declined().to_owned(),
        Unanswered::Refused(error) => error.sentence(),
    }
}

/// The button, where it is worth offering. Without script there is none.
#[component]
pub(crate) fn PasskeyButton(
    /// Where it stands.
    place: Place,
    /// Where to go on to.
    next: String,
) -> impl IntoView {
    let offered = Resource::new(|| (), move |()| offers_passkey(place.word().to_owned()));
    view! {
        <Suspense>
            {move || {
                let next = next.clone();
                offered.get().filter(|offered| *offered == Ok(true)).map(|_| view! { <Offered place next/> })
            }}
        </Suspense>
    }
    .into_any()
}

#[component]
fn Offered(place: Place, next: String) -> impl IntoView {
    let pending = RwSignal::new(false);
    let told = RwSignal::new(None::<String>);
    let press = move |_| {
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        told.set(None);
        let next = next.clone();
        spawn_local(async move {
            let (begin, finish) = place.urls();
            let answer = device::ask(Ask::Get, begin, finish, &[("next", &next)]).await;
            pending.try_set(false);
            match answer.map(|path| serde_json::from_str::<String>(&path)) {
                Ok(Ok(path)) => browser::load(&path),
                Ok(Err(_)) => browser::reload(),
                Err(unanswered) => {
                    told.try_set(Some(sentence(&unanswered)));
                }
            }
        });
    };
    view! {
        <div class="form needs-script">
            <div role="alert">{move || told.get().map(|told| view! { <p class="notice bad">{told}</p> })}</div>
            <button
                type="button" class="button" on:click=press
                aria-disabled=move || pending.get().then_some("true")
            >
                {passkeys::use_one()}
                <span class="spinner" class:on=move || pending.get() aria-hidden="true"></span>
            </button>
        </div>
    }
    .into_any()
}
