//! One's own passkeys: the list, a way to add one, and whether one is asked for after the password.

use contract::{
    Code, Field,
    account::RecoveryCodes,
    passkey::{Passkey, Passkeys},
};
use leptos::{html, prelude::*, server_fn::ServerFn as _, task::spawn_local};

use super::{
    api::{AddPasskey, AskForPasskey, BeginPasskey, RemovePasskey, RenamePasskey, read_passkeys},
    button::sentence,
    device::{self, Ask},
};
use crate::{
    pages::account::prove_for,
    texts,
    texts::passkeys,
    ui::{
        button::Submit,
        confirm::Confirm,
        copy::Copyable,
        form::{Form, Sending, Summary},
        state::once_read,
        time::Time,
    },
};

/// The card. A hub that browsers make no passkeys for shows none.
#[component]
pub(crate) fn PasskeyCard() -> impl IntoView {
    let mine = Resource::new(|| (), |()| read_passkeys());
    let ask = Sending::to::<AskForPasskey>();
    let changed = Callback::new(move |()| mine.refetch());
    ask.when_done(move |_| changed.run(()));
    once_read(mine, move |mine| {
        if !mine.available && mine.passkeys.is_empty() {
            return ().into_any();
        }
        view! { <Mine mine ask changed/> }.into_any()
    })
}

#[component]
fn Mine(mine: Passkeys, ask: Sending, changed: Callback<()>) -> impl IntoView {
    let Passkeys { available, passkeys: rows, asked } = mine;
    let has_some = !rows.is_empty();
    let rows: Vec<_> = rows.into_iter().map(|passkey| view! { <Row passkey changed/> }).collect();
    let list = if has_some {
        view! { <ul class="plain">{rows}</ul> }.into_any()
    } else {
        view! { <p>{passkeys::none()}</p> }.into_any()
    };
    view! {
        <section class="card" aria-labelledby="passkeys">
            <h2 id="passkeys">{passkeys::title()}</h2>
            <p>{passkeys::lead()}</p>
            {list}
            {available.then(|| view! { <Add changed/> })}
            {has_some.then(|| view! { <AskFor asked ask/> })}
        </section>
    }
    .into_any()
}

#[component]
fn Row(passkey: Passkey, changed: Callback<()>) -> impl IntoView {
    let (rename, remove) = (Sending::to::<RenamePasskey>(), Sending::to::<RemovePasskey>());
    rename.when_done(move |_| changed.run(()));
    remove.when_done(move |_| changed.run(()));
    let id = passkey.id.get();
    let field = format!("passkey-{id}");
    let used = match passkey.last_used_at {
        Some(at) => view! { {texts::sessions::last_used()}" "<Time at/> }.into_any(),
        None => passkeys::unused().into_any(),
    };
    view! {
        <li>
            <strong>{passkey.name.clone()}</strong>
            <p class="hint">{passkeys::added()}" "<Time at=passkey.created_at/>". "{used}</p>
            <Summary sending=rename/>
            <Summary sending=remove/>
            <div class="actions">
                <details>
                    <summary class="button quiet">{passkeys::rename()}</summary>
                    <Form sending=rename look="form">
                        <input type="hidden" name="passkey" value=id/>
                        <div class="field">
                            <label for=field.clone()>{passkeys::name()}</label>
                            <input id=field name="device_name" value=passkey.name maxlength="60" autocomplete="off"/>
                        </div>
                        <Submit label=passkeys::rename_now() pending=rename.pending()/>
                    </Form>
                </details>
                <Confirm label=passkeys::remove() warning=passkeys::remove_warning()>
                    <Form sending=remove>
                        <input type="hidden" name="passkey" value=id/>
                        <Submit label=passkeys::remove_now() pending=remove.pending() look="danger"/>
                    </Form>
                </Confirm>
            </div>
        </li>
    }
    .into_any()
}

/// Why no passkey was added.
#[derive(Clone)]
struct Told {
    says: String,
    /// Whether the login is too old for it: then a link leads to proving it.
    stale: bool,
}

/// A name for it, and the button that asks the device.
#[component]
fn Add(changed: Callback<()>) -> impl IntoView {
    let name = NodeRef::<html::Input>::new();
    let (pending, told, able) = (RwSignal::new(false), RwSignal::new(None::<Told>), RwSignal::new(true));
    Effect::new(move || able.set(device::is_able()));
    let press = move || {
        if pending.get_untracked() {
            return;
        }
        let called = name.get_untracked().map(|name| name.value()).unwrap_or_default();
        pending.set(true);
        told.set(None);
        spawn_local(async move {
            let also = [("device_name", called.as_str())];
            let added = device::ask(Ask::Create, BeginPasskey::url(), AddPasskey::url(), &also).await;
            pending.try_set(false);
            match added {
                Ok(_) => changed.run(()),
                Err(unanswered) => {
                    let (field, stale) = match &unanswered {
                        device::Unanswered::Refused(error) => {
                            (error.of(Field::DeviceName), error.problem.code == Code::ProveAgain)
                        }
                        _ => (None, false),
                    };
                    let says = field.map_or_else(|| sentence(&unanswered), str::to_owned);
                    told.try_set(Some(Told { says, stale }));
                }
            }
        });
    };
    let shown = move || {
        if able.get() {
            view! {
                <div class="field">
                    <label for="passkey-name">{passkeys::name()}</label>
                    <input
                        id="passkey-name" maxlength="60" autocomplete="off" node_ref=name
                        aria-describedby="passkey-name-hint"
                    />
                    <p class="hint" id="passkey-name-hint">{passkeys::name_hint()}</p>
                </div>
                <button
                    type="button" class="button primary" on:click=move |_| press()
                    aria-disabled=move || pending.get().then_some("true")
                >
                    {passkeys::add()}
                    <span class="spinner" class:on=move || pending.get() aria-hidden="true"></span>
                </button>
            }
            .into_any()
        } else {
            view! { <p class="notice" role="note">{passkeys::unable()}</p> }.into_any()
        }
    };
    view! {
        <div class="form needs-script">
            <div role="alert">
                {move || told.get().map(|Told { says, stale }| view! {
                    <p class="notice bad">{says}</p>
                    {stale.then(|| view! {
                        <p><a class="button" href=prove_for("/account/safety")>{texts::prove::title()}</a></p>
                    })}
                })}
            </div>
            {shown}
        </div>
        <noscript><p class="hint">{passkeys::needs_script()}</p></noscript>
    }
    .into_any()
}

/// Whether one is asked for after the password.
#[component]
fn AskFor(asked: bool, ask: Sending) -> impl IntoView {
    let shown = move || {
        let fresh = ask.done().and_then(|answer| serde_json::from_str::<Option<RecoveryCodes>>(&answer).ok()).flatten();
        fresh.map(|given| given.codes.join("\n"))
    };
    let (says, label, value) = if asked {
        (passkeys::asked(), passkeys::stop_asking(), "")
    } else {
        (passkeys::not_asked(), passkeys::ask(), "1")
    };
    view! {
        <h3>{passkeys::ask_title()}</h3>
        <div role="status">
            {move || shown().map(|codes| view! {
                <div class="notice good">
                    <p>{texts::safety::codes_once()}</p>
                    <Copyable value=codes label=texts::safety::codes()/>
                </div>
            })}
        </div>
        <p>{says}</p>
        <Summary sending=ask/>
        <Form sending=ask>
            <input type="hidden" name="asked" value=value/>
            <Submit label=label pending=ask.pending() look="quiet"/>
        </Form>
    }
    .into_any()
}
