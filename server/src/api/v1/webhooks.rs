//! `/webhooks`: other programs that are told what happens here.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use base::{Kind, WebhookDeliveryId, WebhookId};
use contract::{
    api::Page,
    webhook::{NewWebhook, Webhook, WebhookDelivery, WebhookWithSecret},
};
use utoipa_axum::{router::OpenApiRouter, routes};
use webhooks::DeliveryQuery;

use crate::{
    api::{Answer, Body, Id, Known, Listing, Onward, Query, shown_once},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list_webhooks, create_webhook))
        .routes(routes!(get_webhook, update_webhook, remove_webhook))
        .routes(routes!(renew_webhook_secret))
        .routes(routes!(test_webhook))
        .routes(routes!(list_webhook_deliveries))
        .routes(routes!(get_webhook_delivery))
        .routes(routes!(replay_webhook_delivery))
}

/// All webhooks, by name. There are fifty at most.
#[utoipa::path(get, path = "/webhooks", tag = "webhooks", responses((status = 200, description = "As asked", body = Vec<Webhook>)))]
async fn list_webhooks(Known(actor): Known, State(hub): State<Hub>) -> Answer<Json<Vec<Webhook>>> {
    Ok(Json(hub.work.webhooks.list(&actor).await?))
}

/// Make a webhook.
///
/// The answer holds the secret its deliveries are signed with. It is shown this once.
#[utoipa::path(post, path = "/webhooks", tag = "webhooks", request_body = NewWebhook, responses((status = 201, description = "Made", body = WebhookWithSecret)))]
async fn create_webhook(Known(actor): Known, State(hub): State<Hub>, Body(new): Body<NewWebhook>) -> Answer<Response> {
    let made = hub.work.webhooks.create(&actor, &new).await?;
    Ok(shown_once((StatusCode::CREATED, Json(made))))
}

/// One webhook.
#[utoipa::path(get, path = "/webhooks/{webhook}", tag = "webhooks", params(("webhook" = WebhookId, Path, description = "Which")), responses((status = 200, description = "As asked", body = Webhook)))]
async fn get_webhook(Known(actor): Known, State(hub): State<Hub>, Id(webhook): Id<WebhookId>) -> Answer<Json<Webhook>> {
    Ok(Json(hub.work.webhooks.find(&actor, webhook).await?.ok_or(Kind::NotFound)?))
}

/// Change a webhook: everything about it but its secret.
///
/// One that is switched on again gets a new chance.
#[utoipa::path(put, path = "/webhooks/{webhook}", tag = "webhooks", params(("webhook" = WebhookId, Path, description = "Which")), request_body = NewWebhook, responses((status = 200, description = "Changed", body = Webhook)))]
async fn update_webhook(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(webhook): Id<WebhookId>,
    Body(new): Body<NewWebhook>,
) -> Answer<Json<Webhook>> {
    Ok(Json(hub.work.webhooks.update(&actor, webhook, &new).await?))
}

/// Remove a webhook and the log of its deliveries.
#[utoipa::path(delete, path = "/webhooks/{webhook}", tag = "webhooks", params(("webhook" = WebhookId, Path, description = "Which")), responses((status = 204, description = "Gone")))]
async fn remove_webhook(Known(actor): Known, State(hub): State<Hub>, Id(webhook): Id<WebhookId>) -> Answer<StatusCode> {
    hub.work.webhooks.remove(&actor, webhook).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give a webhook another secret.
///
/// The old one signs nothing from now on. The new one is shown this once.
#[utoipa::path(post, path = "/webhooks/{webhook}/secret", tag = "webhooks", params(("webhook" = WebhookId, Path, description = "Which")), responses((status = 200, description = "Done", body = WebhookWithSecret)))]
async fn renew_webhook_secret(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(webhook): Id<WebhookId>,
) -> Answer<Response> {
    Ok(shown_once(Json(hub.work.webhooks.renew_secret(&actor, webhook).await?)))
}

/// Send a test, once, also to a webhook that is switched off.
#[utoipa::path(post, path = "/webhooks/{webhook}/test", tag = "webhooks", params(("webhook" = WebhookId, Path, description = "Which")), responses((status = 201, description = "In the queue", body = WebhookDelivery)))]
async fn test_webhook(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(webhook): Id<WebhookId>,
) -> Answer<(StatusCode, Json<WebhookDelivery>)> {
    Ok((StatusCode::CREATED, Json(hub.work.webhooks.test(&actor, webhook).await?)))
}

/// What was sent to a webhook, newest first. It is kept for thirty days.
#[utoipa::path(get, path = "/webhooks/{webhook}/deliveries", tag = "webhooks", params(("webhook" = WebhookId, Path, description = "To which"), Onward<WebhookDeliveryId>), responses((status = 200, description = "As asked", body = Page<WebhookDelivery>)))]
async fn list_webhook_deliveries(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(webhook): Id<WebhookId>,
    Query(which): Query<Onward<WebhookDeliveryId>>,
) -> Answer<Listing<WebhookDelivery>> {
    let (before, at_most) = which.parts();
    let query = DeliveryQuery { before, at_most };
    let page = hub.work.webhooks.deliveries(&actor, webhook, query).await?.ok_or(Kind::NotFound)?;
    Ok(Listing::new(page.deliveries, page.next))
}

/// One delivery: what was sent, and what came back.
#[utoipa::path(get, path = "/webhooks/{webhook}/deliveries/{delivery}", tag = "webhooks", params(("webhook" = WebhookId, Path, description = "To which"), ("delivery" = WebhookDeliveryId, Path, description = "Which")), responses((status = 200, description = "As asked", body = WebhookDelivery)))]
async fn get_webhook_delivery(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((webhook, delivery)): Id<(WebhookId, WebhookDeliveryId)>,
) -> Answer<Json<WebhookDelivery>> {
    Ok(Json(hub.work.webhooks.find_delivery(&actor, webhook, delivery).await?.ok_or(Kind::NotFound)?))
}

/// Send a delivery once more.
///
/// With the same body and id, as a delivery of its own. Not to a webhook that is switched off.
#[utoipa::path(post, path = "/webhooks/{webhook}/deliveries/{delivery}/replay", tag = "webhooks", params(("webhook" = WebhookId, Path, description = "To which"), ("delivery" = WebhookDeliveryId, Path, description = "Which")), responses((status = 201, description = "In the queue", body = WebhookDelivery)))]
async fn replay_webhook_delivery(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((webhook, delivery)): Id<(WebhookId, WebhookDeliveryId)>,
) -> Answer<(StatusCode, Json<WebhookDelivery>)> {
    Ok((StatusCode::CREATED, Json(hub.work.webhooks.replay(&actor, webhook, delivery).await?)))
}
