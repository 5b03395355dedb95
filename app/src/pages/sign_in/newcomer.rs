//! Somebody another service vouches for, and whom nobody here knows yet: they choose a name.

use contract::{Code, Field};
use leptos::prelude::*;

use super::api::{Join, Joining, read_newcomer};
use crate::{
    address::given,
    error::AppError,
    texts::{self, sign_in},
    ui::{
        button::Submit,
        field::TextField,
        form::{Form, Sending, Summary},
        page::Page,
        state::{Failed, Loading},
    },
    viewer::viewer,
};

/// The page.
pub(crate) fn show() -> AnyView {
    let joining = Resource::new(|| (), |()| read_newcomer());
    view! { <NewcomerPage joining/> }.into_any()
}

#[component]
fn NewcomerPage(joining: Resource<Result<Joining, AppError>>) -> impl IntoView {
    view! {
        <Page title=sign_in::newcomer_title() width="narrow">
            <Suspense fallback=|| view! { <Loading/> }>
                {move || joining.get().map(|answer| match answer {
                    Ok(joining) => view! { <Choose joining/> }.into_any(),
                    Err(error) if error.problem.code == Code::LogInGone => view! { <Gone/> }.into_any(),
                    Err(error) => view! { <Failed error/> }.into_any(),
                })}
            </Suspense>
        </Page>
    }
    .into_any()
}

#[component]
fn Choose(joining: Joining) -> impl IntoView {
    let Joining { newcomer, provider_name } = joining;
    let sending = Sending::to::<Join>();
    sending.load_when_done();
    let next = given("next");
    let email_hint =
        if newcomer.email.is_some() { sign_in::email_proved_hint() } else { texts::register::email_hint() };
    view! {
        <p class="lead">{sign_in::newcomer_lead(&provider_name)}</p>
        <Form sending look="form">
            <Summary sending/>
            <input type="hidden" name="next" value=next/>
            <TextField
                field=Field::Name sending autocomplete="username" hint=texts::register::name_hint()
                value=newcomer.name.unwrap_or_default()
            />
            <TextField
                field=Field::Email sending autocomplete="email" kind="email" required=viewer().site.verified_email
                hint=email_hint value=newcomer.email.unwrap_or_default()
            />
            <Submit label=texts::register::submit() pending=sending.pending()/>
        </Form>
        <p class="aside">{sign_in::have_account(&provider_name)}" "<a href="/login?next=/account/safety">{texts::nav::log_in()}</a></p>
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
