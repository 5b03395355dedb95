//! What a webhook is sent.

use base::{EventId, Millis};
use contract::Event;
use serde_json::{Value, json};

/// The name under which a test is sent.
pub(crate) const TEST: &str = "test";

/// An event as it is sent: an id that is the same in every repetition, its name, when it happened, and what belongs to it.
pub(crate) fn of(id: EventId, at: Millis, event: &Event) -> String {
    let mut data = serde_json::to_value(event).expect("an event is plain data with string keys");
    if let Value::Object(fields) = &mut data {
        fields.remove("event");
    }
    json!({ "id": format!("event_{id}"), "event": event.name(), "at": at, "data": data }).to_string()
}

/// A test.
pub(crate) fn test(mark: &str, at: Millis) -> String {
    json!({ "id": format!("test_{mark}"), "event": TEST, "at": at, "data": {} }).to_string()
}

#[cfg(test)]
mod tests {
    use contract::webhook::EVENTS;

    use super::*;

    #[test]
    fn an_event_is_sent_with_its_id_and_without_its_tag_twice() {
        let event = Event::UserRegistered { user: 7.into(), name: "Zoë".into() };
        let body: Value = serde_json::from_str(&of(EventId::from(12), Millis(34), &event)).unwrap();
        let expected =
            json!({ "id": "event_12", "event": "user_registered", "at": 34, "data": { "user": 7, "name": "Zoë" } });
        assert_eq!(body, expected);
    }

    /// Each event is either offered to other programs or kept here, and somebody has decided which.
    #[test]
    fn every_event_is_told_or_kept_on_purpose() {
        const KEPT: [&str; 23] = [
            "password_changed",
            "sessions_ended",
            "tokens_ended",
            "signing_key_rotated",
            "deletion_planned",
            "address_changed",
            "identities_changed",
            "friend_asked",
            "friends_made",
            "friends_parted",
            "company_changed",
            "order_changed",
            "plugin_installed",
            "plugin_removed",
            "plugin_enabled",
            "plugin_disabled",
            "plugin_config_changed",
            "plugin_changed",
            "plugin_told",
            "rooms_changed",
            "player_kicked",
            "room_told",
            "ladders_stale",
        ];
        let source = include_str!("../../contract/src/event.rs");
        let names = source.split_once("pub const fn name").unwrap().1;
        let words: Vec<&str> = names.lines().filter_map(|line| line.split("=> \"").nth(1)?.split('"').next()).collect();
        assert!(words.len() >= 20);
        for word in &words {
            assert!(EVENTS.contains(word) != KEPT.contains(word), "decide whether webhooks are told of {word}");
        }
        for word in EVENTS.iter().chain(&KEPT) {
            assert!(words.contains(word), "{word} is no event any more");
        }
    }
}
