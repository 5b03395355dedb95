//! Other programs that are told what happens.

use base::{WebhookDeliveryId, WebhookId};
use contract::{
    api::Page,
    webhook::{NewWebhook, Webhook, WebhookDelivery, WebhookWithSecret},
};

use crate::{Onward, operation::operations};

operations! {
    /// All webhooks, by name.
    GET "/webhooks" list_webhooks() => Vec<Webhook>;
    /// Makes one. Its secret is shown this once.
    POST "/webhooks" create_webhook() = NewWebhook => WebhookWithSecret;
    /// One webhook.
    GET "/webhooks/{webhook}" webhook(webhook: WebhookId) => Webhook;
    /// Changes everything about one but its secret.
    PUT "/webhooks/{webhook}" update_webhook(webhook: WebhookId) = NewWebhook => Webhook;
    /// Removes one and the log of its deliveries.
    DELETE "/webhooks/{webhook}" remove_webhook(webhook: WebhookId) => ();
    /// Gives one another secret, shown this once.
    POST "/webhooks/{webhook}/secret" renew_webhook_secret(webhook: WebhookId) => WebhookWithSecret;
    /// Sends a test.
    POST "/webhooks/{webhook}/test" test_webhook(webhook: WebhookId) => WebhookDelivery;
    /// What was sent to one, newest first.
    GET "/webhooks/{webhook}/deliveries" list_deliveries(webhook: WebhookId) ? Onward => Page<WebhookDelivery>;
    /// One delivery.
    GET "/webhooks/{webhook}/deliveries/{delivery}" delivery(webhook: WebhookId, delivery: WebhookDeliveryId) => WebhookDelivery;
    /// Sends a delivery once more.
    POST "/webhooks/{webhook}/deliveries/{delivery}/replay" replay_delivery(webhook: WebhookId, delivery: WebhookDeliveryId) => WebhookDelivery;
}
