//! The second step of a log-in: a code of the app, or one that was mailed.

use contract::{
    Field,
    account::{Pending, Step},
};
use leptos::prelude::*;

use super::safety_api::{AddressStep, MailStepCode, SecondStep, read_pending};
use crate::{
    address::given,
    error::AppError,
    pages::passkeys::{PasskeyButton, Place},
    texts,
    ui::{
        button::Submit,
        field::TextField,
        form::{Form, Sending, Summary},
        page::Page,
        state::once_read,
    },
};

/// The page.
pub(crate) fn show() -> AnyView {
    let pending = Resource::new(|| (), |()| read_pending());
    view! { <StepPage pending/> }.into_any()
}

#[component]
fn StepPage(pending: Resource<Result<Option<Pending>, AppError>>) -> impl IntoView {
    let next = given("next");
    view! {
        <Page title=texts::step::title() width="narrow">
            {once_read(pending, move |found| {
                let next = next.clone();
                match found {
                    Some(Pending { step: Step::SecondFactor, .. }) => view! { <ByCode next/> }.into_any(),
                    Some(Pending { step: Step::Address, email }) => {
                        view! { <ByLetter email next pending/> }.into_any()
                    }
                    None => view! { <Gone/> }.into_any(),
                }
            })}
        </Page>
    }
    .into_any()
}

#[component]
fn ByCode(next: String) -> impl IntoView {
    let sending = Sending::to::<SecondStep>();
    sending.load_when_done();
    let next_of_passkey = next.clone();
    view! {
        <p class="lead">{texts::step::second_lead()}</p>
        <Form sending look="form">
            <Summary sending/>
            <input type="hidden" name="next" value=next/>
            <TextField field=Field::Code sending autocomplete="one-time-code" hint=texts::step::code_hint()/>
            <Submit label=texts::step::submit() pending=sending.pending()/>
        </Form>
        <PasskeyButton place=Place::Step next=next_of_passkey/>
        <p class="aside"><a href="/login">{texts::step::again()}</a></p>
    }
    .into_any()
}

#[component]
fn ByLetter(
    email: Option<String>,
    next: String,
    pending: Resource<Result<Option<Pending>, AppError>>,
) -> impl IntoView {
    let sending = Sending::to::<AddressStep>();
    sending.load_when_done();
    let mailing = Sending::to::<MailStepCode>();
    mailing.when_done(move |_| pending.refetch());
    let known = email.is_some();
    let form = known.then(|| {
        view! {
            <Form sending look="form">
                <Summary sending/>
                <input type="hidden" name="next" value=next/>
                <TextField field=Field::Code sending autocomplete="one-time-code" hint=texts::step::letter_hint()/>
                <Submit label=texts::step::submit() pending=sending.pending()/>
            </Form>
        }
    });
    view! {
        <p class="lead">{texts::step::address_lead()}</p>
        {form}
        <h2>{texts::step::mail_title()}</h2>
        <Form sending=mailing look="form">
            <Summary sending=mailing/>
            <TextField
                field=Field::Email sending=mailing autocomplete="email" kind="email" value=email.unwrap_or_default()
            />
            <Submit label=texts::step::mail_code() pending=mailing.pending() look="quiet"/>
        </Form>
        <p class="aside"><a href="/login">{texts::step::again()}</a></p>
    }
    .into_any()
}

/// It took too long, or somebody came here by chance.
#[component]
fn Gone() -> impl IntoView {
    view! {
        <p class="notice" role="note">{texts::step::gone()}" "<a href="/login">{texts::nav::log_in()}</a></p>
    }
}
