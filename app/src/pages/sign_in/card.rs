//! What is linked to one's own account, and the services that can be.

use contract::identity::{Identity, SignInProvider};
use leptos::prelude::*;

use super::{
    api::{MyIdentities, UnlinkIdentity, read_identities},
    buttons::SignInForm,
};
use crate::{
    texts::{self, sign_in},
    ui::{
        button::Submit,
        confirm::Confirm,
        form::{Form, Sending, Summary},
        state::once_read,
        time::Time,
    },
};

/// The card. A hub with no such service shows none, unless something is linked from when it had.
#[component]
pub(crate) fn IdentityCard() -> impl IntoView {
    let mine = Resource::new(|| (), |()| read_identities());
    let changed = Callback::new(move |()| mine.refetch());
    once_read(mine, move |mine| {
        if mine.identities.is_empty() && mine.providers.is_empty() {
            return ().into_any();
        }
        view! { <Mine mine changed/> }.into_any()
    })
}

#[component]
fn Mine(mine: MyIdentities, changed: Callback<()>) -> impl IntoView {
    let MyIdentities { identities, providers } = mine;
    let has_some = !identities.is_empty();
    let rows: Vec<_> = identities
        .into_iter()
        .map(|identity| {
            let service = name_of(&providers, &identity.provider);
            view! { <Row identity service changed/> }
        })
        .collect();
    let list = if has_some {
        view! { <ul class="plain">{rows}</ul> }.into_any()
    } else {
        view! { <p>{sign_in::none()}</p> }.into_any()
    };
    let buttons: Vec<_> = providers
        .into_iter()
        .map(|provider| {
            let label = sign_in::link(&provider.name);
            view! { <SignInForm provider label next=None/> }
        })
        .collect();
    view! {
        <section class="card" aria-labelledby="identities">
            <h2 id="identities">{sign_in::title()}</h2>
            <p>{sign_in::lead()}</p>
            {list}
            <div class="actions">{buttons}</div>
        </section>
    }
    .into_any()
}

/// How the service is called; by its id where the hub knows it no more.
fn name_of(providers: &[SignInProvider], id: &str) -> String {
    providers.iter().find(|provider| provider.id == id).map_or(id, |provider| &provider.name).to_owned()
}

#[component]
fn Row(identity: Identity, service: String, changed: Callback<()>) -> impl IntoView {
    let unlink = Sending::to::<UnlinkIdentity>();
    unlink.when_done(move |_| changed.run(()));
    let called = identity.name.map(|name| format!(" · {name}"));
    let used = match identity.last_used_at {
        Some(at) => view! { {texts::sessions::last_used()}" "<Time at/> }.into_any(),
        None => sign_in::unused().into_any(),
    };
    view! {
        <li>
            <strong>{service}</strong>{called}
            <p class="hint">{sign_in::linked()}" "<Time at=identity.created_at/>". "{used}</p>
            <Summary sending=unlink/>
            <Confirm label=sign_in::unlink() warning=sign_in::unlink_warning()>
                <Form sending=unlink>
                    <input type="hidden" name="identity" value=identity.id.get()/>
                    <Submit label=sign_in::unlink_now() pending=unlink.pending() look="danger"/>
                </Form>
            </Confirm>
        </li>
    }
    .into_any()
}
