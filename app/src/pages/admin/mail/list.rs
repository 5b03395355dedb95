//! The outbox: every mail and how it went.

use contract::{
    Field,
    mail::{Mail, MailState},
};
use leptos::prelude::*;

use super::{
    super::{
        api::mail::{Outbox, SendTestMail, read_outbox},
        ui::{
            badge::Badge,
            filters::{Choice, Filters},
            here::Here,
            loaded::Loaded,
            pager::Pager,
            reason::{ActField, Outcome},
            screen::Screen,
            table::{Column, Table},
        },
    },
    words,
};
use crate::{
    texts::admin::mail,
    ui::{
        button::Submit,
        form::{Form, Sending},
        state::Empty,
        time::Time,
    },
};

/// The page.
pub(in crate::pages::admin) fn show() -> AnyView {
    let outbox = Resource::new(Here::now, |here| read_outbox(here.get("state"), here.get("after")));
    view! {
        <Screen title=mail::title() lead=mail::lead()>
            <Filters path="/admin/mail">
                <Choice name="state" label=mail::state() options=states()/>
            </Filters>
            <Loaded from=outbox view=drawn/>
            <TestMail/>
        </Screen>
    }
    .into_any()
}

fn states() -> Vec<(&'static str, &'static str)> {
    MailState::ALL.map(|state| (state.word(), words::state(state).1)).to_vec()
}

fn drawn(outbox: Outbox) -> AnyView {
    let Outbox { page, counts } = outbox;
    let transport =
        (!counts.has_transport).then(|| view! { <p class="notice warn" role="note">{mail::no_transport()}</p> });
    let told: Vec<_> =
        counts.by_state.iter().map(|count| format!("{}: {}", words::state(count.state).1, count.count)).collect();
    if page.mails.is_empty() {
        return view! { {transport}<Empty title=mail::none() text=mail::none_text()/> }.into_any();
    }
    let columns = vec![
        Column::new(mail::kind()),
        Column::new(mail::to()),
        Column::new(mail::state()),
        Column::new(mail::queued_at()),
        Column::new(mail::attempts()).number(),
        Column::new(mail::last_error()),
    ];
    let rows = page.mails.into_iter().map(row).collect();
    let next = page.next.map(|next| next.to_string());
    view! {
        {transport}
        <p class="hint">{told.join(" · ")}</p>
        <Table caption=mail::title() columns rows/>
        <Pager next/>
    }
    .into_any()
}

fn row(row: Mail) -> Vec<AnyView> {
    let (tone, state) = words::state(row.state);
    let href = format!("/admin/mail/{}", row.id);
    vec![
        view! { <a href=href>{words::kind(&row.kind)}</a> }.into_any(),
        row.address.unwrap_or_else(|| mail::forgotten().to_owned()).into_any(),
        view! { <Badge tone text=state/> }.into_any(),
        view! { <Time at=row.queued_at/> }.into_any(),
        row.attempts.to_string().into_any(),
        row.last_error.unwrap_or_default().into_any(),
    ]
}

/// Whether mail arrives, tried on one's own mailbox.
#[component]
fn TestMail() -> impl IntoView {
    let sending = Sending::to::<SendTestMail>();
    view! {
        <section class="card" aria-labelledby="test-mail">
            <h2 id="test-mail">{mail::test_title()}</h2>
            <p>{mail::test_lead()}</p>
            <Form sending look="form">
                <Outcome sending done=mail::test_queued()/>
                <ActField form="test-mail" field=Field::Email sending kind="email" autocomplete="email"/>
                <Submit label=mail::test_send() pending=sending.pending()/>
            </Form>
        </section>
    }
    .into_any()
}
