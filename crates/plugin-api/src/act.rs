//! What a plugin can do in the hub: the whole list, and what each takes, as JSON with these names.
//!
//! Whether it may is asked again where it is done: by the order that is kept there, and for whomever the plugin acts.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The longest reason, in characters.
const LONGEST_REASON: usize = 500;
/// The longest name, in characters.
const LONGEST_NAME: usize = 64;
/// A year, in minutes.
const LONGEST_MINUTES: u32 = 366 * 24 * 60;

words! {
    /// Something a plugin can ask the hub to do.
    Act {
        /// Sends somebody out of a room of the lobby. They may come back.
        RoomKick = "room.kick",
        /// Nobody hears somebody in a room any more.
        RoomGag = "room.gag",
        /// They are heard there again.
        RoomUngag = "room.ungag",
    }
}

impl Act {
    /// The JSON Schema of what it takes.
    pub fn input(self) -> Value {
        let number = json!({ "type": "string", "pattern": "^[0-9]{1,19}$" });
        let reason = json!({ "type": "string", "maxLength": LONGEST_REASON });
        let minutes = json!({ "type": "integer", "minimum": 1, "maximum": LONGEST_MINUTES });
        let player = json!({ "type": "string", "minLength": 1, "maxLength": LONGEST_NAME });
        let mut takes = json!({ "room": number, "person": number, "player": player });
        match self {
            Self::RoomKick => takes["reason"] = reason,
            Self::RoomGag => (takes["reason"], takes["minutes"]) = (reason, minutes),
            Self::RoomUngag => {}
        }
        json!({ "type": "object", "additionalProperties": false, "required": ["room"], "properties": takes })
    }
}

/// What acts in rooms take, each as much of it as its schema says. Either `person` or `player` says who is meant. They answer with nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InRoom {
    /// In which room: its number. It has to be open to plugins.
    pub room: String,
    /// Who: the number of their account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// Who, as somebody would type it who keeps order there: `#` and the number they have in the lobby, their name there or its beginning, or
    /// the name of their account. Names need the capability `users`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub player: Option<String>,
    /// Gags alone: for how long. None: for good, and a guest for a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
    /// Kicks and gags: why, for them and for the audit trail.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_type_writes_the_schemas_take() {
        let whole = InRoom { room: "7".into(), person: Some("3".into()), reason: "Floods".into(), ..InRoom::default() };
        let lasting = InRoom { minutes: Some(10), ..whole.clone() };
        let plain = InRoom { reason: String::new(), player: Some("#12".into()), person: None, ..whole.clone() };
        for (act, takes, wrong) in [
            (Act::RoomKick, [&whole, &plain], &lasting),
            (Act::RoomGag, [&lasting, &plain], &InRoom::default()),
            (Act::RoomUngag, [&plain, &plain], &whole),
        ] {
            let schema = jsonschema::validator_for(&act.input()).unwrap();
            for one in takes {
                let json = serde_json::to_value(one).unwrap();
                assert!(schema.is_valid(&json), "{act:?} {json}");
                assert_eq!(&serde_json::from_value::<InRoom>(json).unwrap(), one);
            }
            assert!(!schema.is_valid(&serde_json::to_value(wrong).unwrap()), "{act:?} {wrong:?}");
        }
    }
}
