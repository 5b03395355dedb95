//! What proves who one is: the address, the app, the recovery codes.

use base::Millis;
use contract::{
    Field,
    account::{QrCode, RecoveryCodes, Safety, Totp, TotpSetup},
};
use leptos::prelude::*;
use leptos_router::components::Redirect;

use super::{
    next::login_for,
    safety_api::{
        BeginTotp, ConfirmAddress, ConfirmTotp, MakeRecoveryCodes, MySafety, RemoveAddress, RemoveTotp, SetAddress,
        VerifyAddress, read_safety,
    },
};
use crate::{
    error::AppError,
    pages::{passkeys::PasskeyCard, sign_in::IdentityCard},
    texts,
    ui::{
        button::Submit,
        confirm::Confirm,
        copy::Copyable,
        field::TextField,
        form::{Form, Sending, Summary},
        page::Page,
        state::once_read,
        time::Time,
    },
    viewer::viewer,
};

/// The page.
pub(crate) fn show() -> AnyView {
    if viewer().me.is_none() {
        return view! { <Redirect path=login_for("/account/safety")/> }.into_any();
    }
    let mine = Resource::new(|| (), |()| read_safety());
    view! { <SafetyPage mine/> }.into_any()
}

/// The forms that outlive what is drawn afresh.
#[derive(Clone, Copy)]
struct Forms {
    set: Sending,
    confirm_address: Sending,
    confirm_totp: Sending,
    make_codes: Sending,
    changed: Callback<()>,
}

#[component]
fn SafetyPage(mine: Resource<Result<MySafety, AppError>>) -> impl IntoView {
    let changed = Callback::new(move |()| mine.refetch());
    let forms = Forms {
        set: Sending::to::<SetAddress>(),
        confirm_address: Sending::to::<ConfirmAddress>(),
        confirm_totp: Sending::to::<ConfirmTotp>(),
        make_codes: Sending::to::<MakeRecoveryCodes>(),
        changed,
    };
    for sending in [forms.set, forms.confirm_address, forms.confirm_totp, forms.make_codes] {
        sending.when_done(move |_| changed.run(()));
    }
    view! {
        <Page title=texts::safety::title() lead=texts::safety::lead()>
            {once_read(mine, move |mine| cards(mine, forms))}
            <p><a href="/account">{texts::account::title()}</a></p>
        </Page>
    }
    .into_any()
}

fn cards(mine: MySafety, forms: Forms) -> AnyView {
    let MySafety { safety, new_codes } = mine;
    let Safety { email, email_verified, email_waiting, totp, recovery_codes, .. } = safety;
    // One code at a time: both forms have a field of that name.
    let email_waiting = email_waiting.filter(|_| !matches!(totp, Totp::Begun(_)));
    view! {
        <div class="cards">
            <Address email email_verified email_waiting forms/>
            <SecondFactor totp recovery_codes new_codes forms/>
            <PasskeyCard/>
            <IdentityCard/>
        </div>
    }
    .into_any()
}

#[component]
fn Address(email: Option<String>, email_verified: bool, email_waiting: Option<String>, forms: Forms) -> impl IntoView {
    let verify = Sending::to::<VerifyAddress>();
    let remove = Sending::to::<RemoveAddress>();
    verify.when_done(move |_| forms.changed.run(()));
    remove.when_done(move |_| forms.changed.run(()));
    let sending = forms.confirm_address;
    let state = match (&email, email_verified) {
        (None, _) => texts::safety::no_address().to_owned(),
        (Some(email), true) => texts::safety::address_proved(email),
        (Some(email), false) => texts::safety::address_unproved(email),
    };
    let ask = (email.is_some() && !email_verified).then(|| {
        view! {
            <Summary sending=verify/>
            <Form sending=verify>
                <Submit label=texts::step::mail_code() pending=verify.pending() look="quiet"/>
            </Form>
        }
    });
    let waiting = email_waiting.map(|waiting| {
        view! {
            <Form sending look="form">
                <p>{texts::safety::code_sent(&waiting)}</p>
                <Summary sending/>
                <TextField field=Field::Code sending autocomplete="one-time-code" hint=texts::step::letter_hint()/>
                <Submit label=texts::safety::confirm() pending=sending.pending()/>
            </Form>
        }
    });
    let removal = email.is_some().then(|| {
        view! {
            <Summary sending=remove/>
            <Confirm label=texts::safety::remove_address() warning=texts::safety::remove_address_warning()>
                <Form sending=remove>
                    <Submit label=texts::safety::remove_address_now() pending=remove.pending() look="danger"/>
                </Form>
            </Confirm>
        }
    });
    view! {
        <section class="card" aria-labelledby="address">
            <h2 id="address">{texts::field::email()}</h2>
            <p>{state}</p>
            {ask}
            {waiting}
            <Form sending=forms.set look="form">
                <Summary sending=forms.set/>
                <TextField
                    field=Field::Email sending=forms.set autocomplete="email" kind="email"
                    hint=texts::safety::address_hint()
                />
                <Submit label=texts::safety::set_address() pending=forms.set.pending() look="quiet"/>
            </Form>
            {removal}
        </section>
    }
    .into_any()
}

#[component]
fn SecondFactor(totp: Totp, recovery_codes: u32, new_codes: Option<RecoveryCodes>, forms: Forms) -> impl IntoView {
    let read = |answer: String| serde_json::from_str::<RecoveryCodes>(&answer).ok();
    let shown = move || {
        let fresh = forms.make_codes.done().or_else(|| forms.confirm_totp.done()).and_then(read);
        fresh.or_else(|| new_codes.clone())
    };
    let state = match totp {
        Totp::Off => view! { <Off forms/> }.into_any(),
        Totp::Begun(setup) => view! { <Begun setup forms/> }.into_any(),
        Totp::On { since } => view! { <On since recovery_codes forms/> }.into_any(),
    };
    view! {
        <section class="card" aria-labelledby="second-factor">
            <h2 id="second-factor">{texts::safety::factor_title()}</h2>
            <p>{texts::safety::factor_lead()}</p>
            <div role="status">
                {move || shown().map(|codes| view! { <Codes codes/> })}
            </div>
            {state}
        </section>
    }
    .into_any()
}

#[component]
fn Off(forms: Forms) -> impl IntoView {
    let begin = Sending::to::<BeginTotp>();
    begin.when_done(move |_| forms.changed.run(()));
    view! {
        <Summary sending=begin/>
        <Form sending=begin>
            <Submit label=texts::safety::begin() pending=begin.pending()/>
        </Form>
    }
    .into_any()
}

#[component]
fn Begun(setup: TotpSetup, forms: Forms) -> impl IntoView {
    let sending = forms.confirm_totp;
    let stop = Sending::to::<RemoveTotp>();
    stop.when_done(move |_| forms.changed.run(()));
    view! {
        <p>{texts::safety::scan()}</p>
        <Picture qr=setup.qr/>
        <p><a href=setup.uri rel="external">{texts::safety::open_app()}</a></p>
        <Copyable value=setup.key label=texts::safety::key()/>
        <Form sending look="form">
            <Summary sending/>
            <TextField field=Field::Code sending autocomplete="one-time-code" hint=texts::safety::app_hint()/>
            <Submit label=texts::safety::confirm() pending=sending.pending()/>
        </Form>
        <Summary sending=stop/>
        <Form sending=stop>
            <Submit label=texts::safety::stop() pending=stop.pending() look="quiet"/>
        </Form>
    }
    .into_any()
}

#[component]
fn On(since: Millis, recovery_codes: u32, forms: Forms) -> impl IntoView {
    let remove = Sending::to::<RemoveTotp>();
    remove.when_done(move |_| forms.changed.run(()));
    let left = usize::try_from(recovery_codes).unwrap_or_default();
    view! {
        <p>{texts::safety::on()}" "<Time at=since/></p>
        <p>{texts::safety::codes_left(left)}</p>
        <Summary sending=forms.make_codes/>
        <Summary sending=remove/>
        <div class="actions">
            <Confirm label=texts::safety::make_codes() warning=texts::safety::make_codes_warning()>
                <Form sending=forms.make_codes>
                    <Submit label=texts::safety::make_codes_now() pending=forms.make_codes.pending()/>
                </Form>
            </Confirm>
            <Confirm label=texts::safety::remove() warning=texts::safety::remove_warning()>
                <Form sending=remove>
                    <Submit label=texts::safety::remove_now() pending=remove.pending() look="danger"/>
                </Form>
            </Confirm>
        </div>
    }
    .into_any()
}

/// Dark on light in every theme: cameras want it so.
#[component]
fn Picture(qr: QrCode) -> impl IntoView {
    let side = qr.side + 8;
    view! {
        <svg
            role="img" aria-label=texts::safety::picture() viewBox=format!("0 0 {side} {side}") width="220" height="220"
            shape-rendering="crispEdges"
        >
            <rect width=side height=side fill="#fff"></rect>
            <path d=qr.path fill="#000"></path>
        </svg>
    }
}

#[component]
fn Codes(codes: RecoveryCodes) -> impl IntoView {
    let all = codes.codes.join("\n");
    let items: Vec<_> = codes.codes.into_iter().map(|code| view! { <li><code>{code}</code></li> }).collect();
    view! {
        <div class="notice good">
            <p>{texts::safety::codes_once()}</p>
            <ul>{items}</ul>
            <Copyable value=all label=texts::safety::codes()/>
        </div>
    }
    .into_any()
}
