//! All webhooks, and the form for another.

use contract::{Field, webhook::Webhook};
use leptos::prelude::*;

use super::{
    super::{
        api::webhooks::{CreateWebhook, read_webhooks},
        ui::{
            badge::Badge,
            loaded::Loaded,
            reason::{ActField, Outcome},
            screen::Screen,
            table::{Column, Table},
        },
    },
    events::EventBoxes,
    words,
};
use crate::{
    texts::admin::webhooks,
    ui::{
        button::Submit,
        form::{Form, Sending},
        state::Empty,
    },
};

/// The page.
pub(in crate::pages::admin) fn show() -> AnyView {
    let all = Resource::new(|| (), |()| read_webhooks());
    view! {
        <Screen title=webhooks::title() lead=webhooks::lead()>
            <Loaded from=all view=drawn/>
            <Create/>
        </Screen>
    }
    .into_any()
}

fn drawn(all: Vec<Webhook>) -> AnyView {
    if all.is_empty() {
        return view! { <Empty title=webhooks::none() text=webhooks::none_text()/> }.into_any();
    }
    let columns = vec![
        Column::new(webhooks::name()),
        Column::new(webhooks::state()),
        Column::new(webhooks::url()),
        Column::new(webhooks::events()),
    ];
    let rows = all.into_iter().map(row).collect();
    view! { <Table caption=webhooks::title() columns rows/> }.into_any()
}

fn row(webhook: Webhook) -> Vec<AnyView> {
    let (tone, standing) = words::standing(&webhook);
    let href = format!("/admin/webhooks/{}", webhook.id);
    let told_of = words::told_of(&webhook);
    vec![
        view! { <a href=href>{webhook.name}</a> }.into_any(),
        view! { <Badge tone text=standing/> }.into_any(),
        webhook.url.into_any(),
        told_of.into_any(),
    ]
}

#[component]
fn Create() -> impl IntoView {
    let sending = Sending::to::<CreateWebhook>();
    sending.load_when_done();
    view! {
        <section class="card" aria-labelledby="create-webhook">
            <h2 id="create-webhook">{webhooks::create_title()}</h2>
            <p>{webhooks::create_lead()}</p>
            <Form sending look="form">
                <Outcome sending done=webhooks::made()/>
                <ActField form="create" field=Field::Name sending/>
                <ActField form="create" field=Field::Url sending kind="url" hint=webhooks::url_hint()/>
                <EventBoxes form="create" sending/>
                <Submit label=webhooks::create() pending=sending.pending()/>
            </Form>
        </section>
    }
    .into_any()
}
