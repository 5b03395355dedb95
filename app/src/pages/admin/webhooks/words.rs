//! What states of webhooks and deliveries are called.

use contract::webhook::{DeliveryState, Webhook};

use super::super::ui::badge::Tone;
use crate::texts::admin::webhooks;

pub(super) fn standing(webhook: &Webhook) -> (Tone, &'static str) {
    match (webhook.enabled, webhook.given_up, webhook.failing_since) {
        (false, true, _) => (Tone::Bad, webhooks::given_up()),
        (false, false, _) => (Tone::Plain, webhooks::off()),
        (true, _, Some(_)) => (Tone::Warn, webhooks::failing()),
        (true, _, None) => (Tone::Good, webhooks::on()),
    }
}

pub(super) fn state(state: DeliveryState) -> (Tone, &'static str) {
    match state {
        DeliveryState::Waiting => (Tone::Plain, webhooks::waiting()),
        DeliveryState::Delivered => (Tone::Good, webhooks::delivered()),
        DeliveryState::Failed => (Tone::Bad, webhooks::failed()),
    }
}

/// Of what it is told.
pub(super) fn told_of(webhook: &Webhook) -> String {
    if webhook.events.is_empty() { webhooks::all_events().to_owned() } else { webhook.events.join(", ") }
}
