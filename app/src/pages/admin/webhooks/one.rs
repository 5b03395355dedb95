//! One webhook: how it stands, what was sent to it, and what can be done about it.

use contract::{
    Field,
    webhook::{Webhook, WebhookDelivery, WebhookDeliveryPage},
};
use leptos::prelude::*;

use super::{
    super::{
        api::webhooks::{OneWebhook, RemoveWebhook, RenewWebhookSecret, TestWebhook, UpdateWebhook, read_webhook},
        ui::{
            badge::Badge,
            deed::{Final, Press, leading},
            facts::Facts,
            here::Here,
            listed::Listed,
            loaded::Loaded,
            numbered,
            reason::{ActField, Outcome},
            screen::Screen,
            table::Column,
        },
    },
    events::EventBoxes,
    words,
};
use crate::{
    texts::admin::webhooks,
    ui::{
        button::Submit,
        copy::Copyable,
        form::{Form, Sending},
        time::Time,
    },
};

/// The page.
pub(in crate::pages::admin) fn show() -> AnyView {
    let number = numbered::number("webhook");
    let asked = move || (number(), Here::now().get("after"));
    let read = |(number, after)| numbered::read(number, |number| read_webhook(number, after));
    let one = Resource::new(asked, read);
    view! {
        <Screen title=webhooks::one_title() back=("/admin/webhooks", webhooks::title())>
            <Loaded from=one view=drawn/>
        </Screen>
    }
    .into_any()
}

fn drawn(one: OneWebhook) -> AnyView {
    let OneWebhook { webhook, sent, secret } = one;
    let (tone, standing) = words::standing(&webhook);
    let id = webhook.id.get();
    let about = move || vec![("webhook", id.to_string())];
    let mut facts = vec![
        (webhooks::name(), webhook.name.clone().into_any()),
        (webhooks::state(), view! { <Badge tone text=standing/> }.into_any()),
        (webhooks::url(), webhook.url.clone().into_any()),
        (webhooks::events(), words::told_of(&webhook).into_any()),
        (webhooks::created_at(), view! { <Time at=webhook.created_at/> }.into_any()),
    ];
    if let Some(at) = webhook.failing_since {
        facts.push((webhooks::failing_since(), view! { <Time at/> }.into_any()));
    }
    let secret = secret.map(|value| {
        view! {
            <section class="card" aria-labelledby="secret">
                <h2 id="secret">{webhooks::secret()}</h2>
                <p class="notice warn" role="note">{webhooks::secret_once()}</p>
                <Copyable value label=webhooks::secret()/>
            </section>
        }
    });
    view! {
        {secret}
        <Facts facts/>
        <div class="actions">
            <Press
                sending={leading::<TestWebhook>()}
                about=about()
                label=webhooks::test()
                done=webhooks::test_sent()
                look="quiet"
            />
            <Final
                sending={leading::<RenewWebhookSecret>()}
                about=about()
                label=webhooks::renew()
                warning=webhooks::renew_warning()
                now=webhooks::renew_now()
                done=webhooks::renewed()
            />
            <Final
                sending={leading::<RemoveWebhook>()}
                about=about()
                label=webhooks::remove()
                warning=webhooks::remove_warning()
                now=webhooks::remove_now()
                done=webhooks::removed()
            />
        </div>
        <Sent id sent/>
        <Change webhook/>
    }
    .into_any()
}

#[component]
fn Sent(id: i64, sent: WebhookDeliveryPage) -> impl IntoView {
    let columns = vec![
        Column::new(webhooks::delivery()),
        Column::new(webhooks::event()),
        Column::new(webhooks::state()),
        Column::new(webhooks::answer()),
        Column::new(webhooks::attempts()).number(),
        Column::new(webhooks::when()),
    ];
    let rows = sent.deliveries.into_iter().map(|delivery| row(id, delivery)).collect();
    let next = sent.next.map(|next| next.to_string());
    let none = (webhooks::nothing_sent(), webhooks::nothing_sent_text());
    view! { <Listed id="deliveries" title=webhooks::deliveries() none columns rows next/> }.into_any()
}

fn row(webhook: i64, delivery: WebhookDelivery) -> Vec<AnyView> {
    let (tone, state) = words::state(delivery.state);
    let href = format!("/admin/webhooks/{webhook}/deliveries/{}", delivery.id);
    let answer = delivery.status.map(|status| status.to_string()).or(delivery.error).unwrap_or_default();
    let at = delivery.last_attempt_at.unwrap_or(delivery.created_at);
    vec![
        view! { <a href=href>{delivery.id.to_string()}</a> }.into_any(),
        view! { <code>{delivery.event}</code> }.into_any(),
        view! { <Badge tone text=state/> }.into_any(),
        answer.into_any(),
        delivery.attempts.to_string().into_any(),
        view! { <Time at/> }.into_any(),
    ]
}

#[component]
fn Change(webhook: Webhook) -> impl IntoView {
    let sending = Sending::to::<UpdateWebhook>();
    sending.load_when_done();
    view! {
        <section class="card" aria-labelledby="change-webhook">
            <h2 id="change-webhook">{webhooks::change_title()}</h2>
            <Form sending look="form">
                <Outcome sending done=webhooks::changed()/>
                <input type="hidden" name="webhook" value=webhook.id.get()/>
                <ActField form="change" field=Field::Name sending value=webhook.name/>
                <ActField form="change" field=Field::Url sending kind="url" hint=webhooks::url_hint() value=webhook.url/>
                <EventBoxes form="change" sending chosen=webhook.events/>
                <label class="check">
                    <input type="checkbox" name="enabled" checked=webhook.enabled/>" "{webhooks::enabled()}
                </label>
                <Submit label=webhooks::change() pending=sending.pending()/>
            </Form>
        </section>
    }
    .into_any()
}
