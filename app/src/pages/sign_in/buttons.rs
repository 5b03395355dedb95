//! The buttons that lead to other services.

use contract::identity::SignInProvider;
use leptos::prelude::*;

use super::api::{MyIdentities, read_identities, read_sign_in_providers};
use crate::texts::sign_in;

/// Where the buttons stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignInAt {
    /// Beside name and password.
    Entrance,
    /// Where one proves once more who one is: only services that one has linked can.
    Proof,
}

/// One for each service that can be used here; nothing where there is none.
#[component]
pub(crate) fn SignInButtons(
    /// Where they stand.
    at: SignInAt,
    /// Where to go on to.
    next: String,
) -> impl IntoView {
    let offered = Resource::new(
        || (),
        move |()| async move {
            match at {
                SignInAt::Entrance => read_sign_in_providers().await,
                SignInAt::Proof => read_identities().await.map(linked),
            }
        },
    );
    view! {
        <Suspense>
            {move || {
                let next = next.clone();
                let offered = offered.get().and_then(Result::ok).filter(|offered| !offered.is_empty());
                offered.map(|offered| {
                    let buttons: Vec<_> = offered
                        .into_iter()
                        .map(|provider| {
                            let label = sign_in::with(&provider.name);
                            view! { <SignInForm provider label next=Some(next.clone())/> }
                        })
                        .collect();
                    view! {
                        <section class="form" aria-label=sign_in::elsewhere()>
                            <p class="hint">{sign_in::elsewhere()}</p>
                            {buttons}
                        </section>
                    }
                })
            }}
        </Suspense>
    }
    .into_any()
}

fn linked(mine: MyIdentities) -> Vec<SignInProvider> {
    let MyIdentities { identities, providers } = mine;
    providers
        .into_iter()
        .filter(|provider| identities.iter().any(|identity| identity.provider == provider.id))
        .collect()
}

/// A button that leaves the site. Without `next` it is to link the service to one's account.
#[component]
pub(super) fn SignInForm(provider: SignInProvider, label: String, next: Option<String>) -> impl IntoView {
    let look = if next.is_some() { "button" } else { "button quiet" };
    let field = match next {
        Some(next) => view! { <input type="hidden" name="next" value=next/> }.into_any(),
        None => view! { <input type="hidden" name="link" value="1"/> }.into_any(),
    };
    view! {
        <form method="post" action=format!("/auth/{}", provider.id)>
            {field}
            <button type="submit" class=look>{label}</button>
        </form>
    }
    .into_any()
}
