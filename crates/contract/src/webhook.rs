//! Webhooks: other programs that are told what happens here.

use base::{EventId, Millis, WebhookDeliveryId, WebhookId};
use serde::{Deserialize, Serialize};

/// The events a webhook can be told of, by their names on the wire. The others concern nobody outside: logins, addresses, who keeps away
/// from whom.
pub const EVENTS: [&str; 17] = [
    "user_registered",
    "user_deleted",
    "site_changed",
    "organization_created",
    "organization_changed",
    "organization_closed",
    "member_joined",
    "member_left",
    "member_role_changed",
    "report_changed",
    "sanctions_changed",
    "game_listed",
    "game_started",
    "game_ended",
    "game_settled",
    "result_judged",
    "setup_finished",
];

/// Another program's address that is told what happens here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Webhook {
    /// Which.
    pub id: WebhookId,
    /// What those who run the hub call it.
    pub name: String,
    /// Where events are sent.
    pub url: String,
    /// Of which events it is told; empty: of all.
    pub events: Vec<String>,
    /// Whether it is told anything.
    pub enabled: bool,
    /// Whether the hub has switched it off, because it had failed for days or said it was gone.
    pub given_up: bool,
    /// Since when every delivery has failed.
    pub failing_since: Option<Millis>,
    /// When it was made.
    pub created_at: Millis,
}

/// Make a webhook, or change one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "name": "Announcer", "url": "https://announcer.example/hook", "events": ["game_listed"], "enabled": true
})))]
pub struct NewWebhook {
    /// What those who run the hub call it.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 60))]
    pub name: String,
    /// Where events are sent: https, on the open internet, unless whoever operates the hub has allowed another.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 2000))]
    pub url: String,
    /// Of which events it is told; empty: of all.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub events: Vec<String>,
    /// Whether it is told anything.
    #[serde(default = "yes")]
    pub enabled: bool,
}

const fn yes() -> bool {
    true
}

/// A webhook that was just made or was given another secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookWithSecret {
    /// The webhook.
    pub webhook: Webhook,
    /// With what deliveries to it are signed. It is shown this once.
    pub secret: String,
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Not sent, or to be tried again.
    Waiting,
    /// The other program has taken it.
    Delivered,
    /// Given up.
    Failed,
}

impl DeliveryState {
    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }

    /// The state of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Waiting, Self::Delivered, Self::Failed].into_iter().find(|state| state.word() == word)
    }
}

/// One event told, or to be told, to one webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookDelivery {
    /// Which.
    pub id: WebhookDeliveryId,
    /// To which webhook.
    pub webhook: WebhookId,
    /// Of which event; absent for a test.
    pub event_id: Option<EventId>,
    /// The event's name; `test` for a test.
    pub event: String,
    /// What is sent, as JSON, letter for letter.
    pub body: String,
    /// Which delivery this one repeats.
    pub replay_of: Option<WebhookDeliveryId>,
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was sent.
    pub attempts: u32,
    /// When it was written down.
    pub created_at: Millis,
    /// When it was last sent.
    pub last_attempt_at: Option<Millis>,
    /// When it is sent again.
    pub next_attempt_at: Option<Millis>,
    /// The status of the last answer.
    pub status: Option<u16>,
    /// How the last answer began.
    pub excerpt: Option<String>,
    /// Why the last attempt failed, where there was no answer.
    pub error: Option<String>,
    /// How long the last attempt took.
    pub duration_ms: Option<u32>,
}

/// A page of deliveries, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookDeliveryPage {
    /// The deliveries.
    pub deliveries: Vec<WebhookDelivery>,
    /// To ask for the next page with; absent where this is the last.
    pub next: Option<WebhookDeliveryId>,
}
