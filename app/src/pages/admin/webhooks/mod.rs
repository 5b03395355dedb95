//! Other programs that are told what happens: all of them, one, and one delivery.

mod delivery;
mod events;
mod list;
mod one;
mod words;

pub(super) use delivery::DeliveryRoute;
pub(super) use list::WebhooksRoute;
pub(super) use one::WebhookRoute;
