//! One delivery: what was sent, what came back, and sending it once more.

use contract::webhook::{DeliveryState, WebhookDelivery};
use leptos::prelude::*;

use super::{
    super::{
        api::webhooks::{ReplayDelivery, read_delivery},
        ui::{
            badge::Badge,
            deed::{Press, leading},
            facts::Facts,
            loaded::Loaded,
            numbered,
            screen::Screen,
            watch::{Watched, watch},
        },
    },
    words,
};
use crate::{texts::admin::webhooks, ui::time::Time};

/// One that is still tried goes on.
const WATCHED: Watched<WebhookDelivery> =
    Watched { busy: |delivery| delivery.state == DeliveryState::Waiting, still: |delivery| delivery };

/// The page.
pub(in crate::pages::admin) fn show() -> AnyView {
    let (webhook, number) = (numbered::number("webhook"), numbered::number("delivery"));
    let asked = move || webhook().zip(number());
    let read = |asked: Option<(i64, i64)>| async move {
        let (webhook, number) = asked.ok_or(base::Kind::NotFound)?;
        read_delivery(webhook, number).await
    };
    let delivery = Resource::new(asked, read);
    watch(delivery, asked, read, WATCHED, |_| {});
    view! {
        <Screen title=webhooks::delivery() back=("/admin/webhooks", webhooks::title())>
            <Loaded from=delivery view=drawn/>
        </Screen>
    }
    .into_any()
}

fn drawn(delivery: WebhookDelivery) -> AnyView {
    let (tone, state) = words::state(delivery.state);
    let (webhook, id) = (delivery.webhook.get(), delivery.id.get());
    let back = format!("/admin/webhooks/{webhook}");
    let mut facts = vec![
        (webhooks::delivery(), id.to_string().into_any()),
        (webhooks::webhook(), view! { <a href=back>{webhook.to_string()}</a> }.into_any()),
        (webhooks::event(), view! { <code>{delivery.event}</code> }.into_any()),
        (webhooks::state(), view! { <Badge tone text=state/> }.into_any()),
        (webhooks::attempts(), delivery.attempts.to_string().into_any()),
        (webhooks::created_at(), view! { <Time at=delivery.created_at/> }.into_any()),
    ];
    for (name, at) in [
        (webhooks::last_attempt_at(), delivery.last_attempt_at),
        (webhooks::next_attempt_at(), delivery.next_attempt_at),
    ] {
        if let Some(at) = at {
            facts.push((name, view! { <Time at/> }.into_any()));
        }
    }
    if let Some(of) = delivery.replay_of {
        let href = format!("/admin/webhooks/{webhook}/deliveries/{of}");
        facts.push((webhooks::replay_of(), view! { <a href=href>{of.to_string()}</a> }.into_any()));
    }
    if let Some(status) = delivery.status {
        facts.push((webhooks::answer(), status.to_string().into_any()));
    }
    if let Some(took) = delivery.duration_ms {
        facts.push((webhooks::took(), format!("{took} ms").into_any()));
    }
    if let Some(error) = delivery.error {
        facts.push((webhooks::error(), error.into_any()));
    }
    let excerpt = delivery.excerpt.filter(|excerpt| !excerpt.is_empty()).map(|excerpt| {
        view! {
            <section class="card" aria-labelledby="excerpt">
                <h2 id="excerpt">{webhooks::excerpt()}</h2>
                <pre class="letter" tabindex="0" aria-labelledby="excerpt">{excerpt}</pre>
            </section>
        }
    });
    view! {
        <Facts facts/>
        <Press
            sending={leading::<ReplayDelivery>()}
            about=vec![("webhook", webhook.to_string()), ("delivery", id.to_string())]
            label=webhooks::replay()
            done=webhooks::replayed()
        />
        <section class="card" aria-labelledby="body">
            <h2 id="body">{webhooks::body()}</h2>
            <pre class="letter" tabindex="0" aria-labelledby="body">{delivery.body}</pre>
        </section>
        {excerpt}
    }
    .into_any()
}
