//! What plugins do in the hub: whether what they hand over is what the act takes.

use std::{collections::BTreeMap, sync::LazyLock};

use plugin_api::{
    act::{Act, InRoom},
    call::Fault,
    json_schema::Use,
    manifest::UsersDetail,
};
use serde_json::Value;

use crate::{Schema, hand::wrong};

static TAKES: LazyLock<BTreeMap<Act, Schema>> = LazyLock::new(|| {
    let ready = |act: Act| Schema::new(&act.input(), Use::Payload).expect("our own schemas hold: a test makes them");
    Act::ALL.iter().map(|act| (*act, ready(*act))).collect()
});

/// What an act in a room takes, held against its schema. `users`: what was granted of people; by a name one could else find out whom there is.
pub(crate) fn read(act: Act, input: &Value, users: UsersDetail) -> Result<InRoom, Fault> {
    if let Some(schema) = TAKES.get(&act) {
        wrong(schema.check(input), "input")?;
    }
    let asked: InRoom =
        serde_json::from_value(input.clone()).map_err(|error| Fault::invalid("input", error.to_string()))?;
    match (&asked.person, &asked.player) {
        (Some(_), None) => Ok(asked),
        (None, Some(typed)) if users != UsersDetail::None || is_number(typed) => Ok(asked),
        (None, Some(_)) => Err(Fault::Forbidden("users".into())),
        _ => Err(Fault::invalid("input", "says who is meant by `person` or by `player`, and not by both")),
    }
}

/// Whether it is somebody's number in the lobby: nobody is found out by that.
fn is_number(typed: &str) -> bool {
    typed.strip_prefix('#').is_some_and(|number| number.parse::<u32>().is_ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_act_takes_what_its_schema_says_and_one_way_to_say_whom() {
        let nobody = |act, input: Value| read(act, &input, UsersDetail::None);
        let taken =
            nobody(Act::RoomGag, json!({ "room": "7", "person": "3", "minutes": 5, "reason": "Floods" })).unwrap();
        assert_eq!((taken.room.as_str(), taken.person.as_deref(), taken.minutes), ("7", Some("3"), Some(5)));
        assert!(nobody(Act::RoomKick, json!({ "room": "7", "player": "#12" })).is_ok());
        for (act, input) in [
            (Act::RoomKick, json!({ "room": "7" })),
            (Act::RoomKick, json!({ "room": "7", "person": "3", "player": "#3" })),
            (Act::RoomKick, json!({ "room": 7, "person": "3" })),
            (Act::RoomKick, json!({ "room": "tyr", "person": "3" })),
            (Act::RoomKick, json!({ "room": "7", "person": "3", "minutes": 5 })),
            (Act::RoomGag, json!({ "room": "7", "person": "3", "minutes": 0 })),
            (Act::RoomGag, json!({ "room": "7", "person": "3", "organization": "2" })),
            (Act::RoomUngag, json!({ "person": "3" })),
            (Act::RoomUngag, json!(null)),
        ] {
            assert!(matches!(nobody(act, input.clone()), Err(Fault::Invalid(_))), "{act:?} {input}");
        }
        let named = json!({ "room": "7", "player": "olga" });
        assert_eq!(nobody(Act::RoomKick, named.clone()), Err(Fault::Forbidden("users".into())));
        assert!(read(Act::RoomKick, &named, UsersDetail::Names).is_ok());
    }
}
