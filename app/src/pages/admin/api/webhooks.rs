//! The server functions of webhooks.

use contract::webhook::{Webhook, WebhookDelivery, WebhookDeliveryPage};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// What the page of one webhook shows.
#[derive(Clone, Serialize, Deserialize)]
pub struct OneWebhook {
    /// The webhook.
    pub webhook: Webhook,
    /// What was sent to it lately.
    pub sent: WebhookDeliveryPage,
    /// Its secret, where it was made a moment ago: this once.
    pub secret: Option<String>,
}

/// All webhooks.
#[server(endpoint = "admin_webhooks")]
pub async fn read_webhooks() -> Result<Vec<Webhook>, AppError> {
    use crate::context;

    let all = context::services().webhooks.list(&context::visitor().actor).await;
    all.map_err(context::told)
}

/// One webhook, and what was sent to it; `after` is the cursor of the page before.
#[server(endpoint = "admin_webhook")]
pub async fn read_webhook(webhook: i64, #[server(default)] after: String) -> Result<OneWebhook, AppError> {
    use crate::context;

    let (webhooks, actor) = (&context::services().webhooks, context::visitor().actor);
    let missing = || AppError::from(base::Kind::NotFound);
    let found = webhooks.find(&actor, webhook.into()).await.map_err(context::told)?.ok_or_else(missing)?;
    let query = webhooks::DeliveryQuery {
        before: after.parse::<i64>().ok().map(Into::into),
        ..webhooks::DeliveryQuery::default()
    };
    let sent = webhooks.deliveries(&actor, webhook.into(), query).await.map_err(context::told)?.ok_or_else(missing)?;
    Ok(OneWebhook { webhook: found, sent, secret: context::take_once() })
}

/// One delivery.
#[server(endpoint = "admin_webhook_delivery")]
pub async fn read_delivery(webhook: i64, delivery: i64) -> Result<WebhookDelivery, AppError> {
    use crate::context;

    let (webhooks, actor) = (&context::services().webhooks, context::visitor().actor);
    let found = webhooks.find_delivery(&actor, webhook.into(), delivery.into()).await;
    let found = found.map_err(context::told)?;
    found.ok_or_else(|| base::Kind::NotFound.into())
}

/// Makes one. Answers with the path to go on to, where its secret is shown, once.
#[server(endpoint = "admin_create_webhook")]
pub async fn create_webhook(
    #[server(default)] name: String,
    #[server(default)] url: String,
    #[server(default)] events: Vec<String>,
) -> Result<String, AppError> {
    use contract::{Field, webhook::NewWebhook};

    use crate::context;

    let form = NewWebhook { name: name.clone(), url: url.clone(), events, enabled: true };
    let made = context::services().webhooks.create(&context::visitor().actor, &form).await;
    let made = made.map_err(|error| context::told(error).keeping([(Field::Name, name), (Field::Url, url)]))?;
    context::hand_on_once(&made.secret);
    let path = format!("/admin/webhooks/{}", made.webhook.id);
    context::go_on_to(&path);
    Ok(path)
}

/// Changes one. Answers with the path to go on to.
#[server(endpoint = "admin_update_webhook")]
pub async fn update_webhook(
    webhook: i64,
    #[server(default)] name: String,
    #[server(default)] url: String,
    #[server(default)] events: Vec<String>,
    #[server(default)] enabled: Option<String>,
) -> Result<String, AppError> {
    use contract::{Field, webhook::NewWebhook};

    use crate::context;

    let form = NewWebhook { name: name.clone(), url: url.clone(), events, enabled: enabled.is_some() };
    let changed = context::services().webhooks.update(&context::visitor().actor, webhook.into(), &form).await;
    changed.map_err(|error| context::told(error).keeping([(Field::Name, name), (Field::Url, url)]))?;
    let path = format!("/admin/webhooks/{webhook}");
    context::go_on_to(&path);
    Ok(path)
}

/// Gives one another secret. Answers with the path to go on to, where it is shown, once.
#[server(endpoint = "admin_renew_webhook_secret")]
pub async fn renew_webhook_secret(webhook: i64) -> Result<String, AppError> {
    use crate::context;

    let renewed = context::services().webhooks.renew_secret(&context::visitor().actor, webhook.into()).await;
    let renewed = renewed.map_err(context::told)?;
    context::hand_on_once(&renewed.secret);
    let path = format!("/admin/webhooks/{webhook}");
    context::go_on_to(&path);
    Ok(path)
}

/// Sends a test. Answers with the path to go on to.
#[server(endpoint = "admin_test_webhook")]
pub async fn test_webhook(webhook: i64) -> Result<String, AppError> {
    use crate::context;

    let sent = context::services().webhooks.test(&context::visitor().actor, webhook.into()).await;
    let sent = sent.map_err(context::told)?;
    let path = format!("/admin/webhooks/{webhook}/deliveries/{}", sent.id);
    context::go_on_to(&path);
    Ok(path)
}

/// Removes one. Answers with the path to go on to.
#[server(endpoint = "admin_remove_webhook")]
pub async fn remove_webhook(webhook: i64) -> Result<String, AppError> {
    use crate::context;

    let removed = context::services().webhooks.remove(&context::visitor().actor, webhook.into()).await;
    removed.map_err(context::told)?;
    context::go_on_to("/admin/webhooks");
    Ok("/admin/webhooks".to_owned())
}

/// Sends a delivery once more. Answers with the path to go on to.
#[server(endpoint = "admin_replay_delivery")]
pub async fn replay_delivery(webhook: i64, delivery: i64) -> Result<String, AppError> {
    use crate::context;

    let (webhooks, actor) = (&context::services().webhooks, context::visitor().actor);
    let sent = webhooks.replay(&actor, webhook.into(), delivery.into()).await;
    let sent = sent.map_err(context::told)?;
    let path = format!("/admin/webhooks/{webhook}/deliveries/{}", sent.id);
    context::go_on_to(&path);
    Ok(path)
}
