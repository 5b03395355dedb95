//! What a plugin asks to be allowed, what it was granted, and what an organization takes away again: sets of capabilities, each a word with
//! what belongs to it.

use std::collections::BTreeSet;

use base::Action;
use plugin_api::manifest::{Capabilities, ChatPlace, ReadModel, UsersDetail};
use serde_json::{Map, Value};

/// Every capability, in the order admins read them.
pub const WORDS: [&str; 13] = [
    "kv",
    "documents",
    "sql",
    "http",
    "secrets",
    "users",
    "read",
    "act",
    "notify",
    "chat",
    "call",
    "routes:public",
    "live",
];

/// What everybody sees of the lobby. Which of it a plugin was granted the host looks at itself.
const LIVE: [ReadModel; 4] = [ReadModel::Rooms, ReadModel::Games, ReadModel::Ladders, ReadModel::Orders];

/// None at all.
pub const fn none() -> Capabilities {
    Capabilities {
        kv: None,
        documents: None,
        sql: None,
        http: Vec::new(),
        secrets: Vec::new(),
        users: UsersDetail::None,
        read: Vec::new(),
        act: Vec::new(),
        notify: false,
        chat: Vec::new(),
        call: Vec::new(),
        routes_public: false,
        live: false,
    }
}

/// A capability that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Its word.
    pub word: &'static str,
    /// What belongs to it: addresses, names, MiB.
    pub detail: Vec<String>,
    /// Whether it was granted.
    pub granted: bool,
    /// Whether it is more than what was asked for before.
    pub wider: bool,
    /// Whether this hub can give it at all.
    pub offered: bool,
}

/// Each that is asked for, with what belongs to it, as it is kept.
pub(crate) fn rows(asked: &Capabilities) -> Vec<(&'static str, Value)> {
    let mut all = as_map(asked);
    WORDS.into_iter().filter_map(|word| Some((word, all.remove(word).filter(is_something)?))).collect()
}

/// What the rows say. A row that another version wrote and this one can't read grants nothing.
pub(crate) fn from_rows(rows: impl IntoIterator<Item = (String, String)>) -> Capabilities {
    let mut map = as_map(&none());
    for (word, json) in rows {
        let Ok(value) = serde_json::from_str::<Value>(&json) else { continue };
        let mut with = map.clone();
        with.insert(word, value);
        if serde_json::from_value::<Capabilities>(with.clone().into()).is_ok() {
            map = with;
        }
    }
    read(map)
}

/// Of what is asked for, only these.
pub(crate) fn only(asked: &Capabilities, words: &BTreeSet<String>) -> Capabilities {
    without(asked, |word| !words.contains(word))
}

/// The same but for those.
pub(crate) fn without(granted: &Capabilities, off: impl Fn(&str) -> bool) -> Capabilities {
    let nothing = as_map(&none());
    let mut map = as_map(granted);
    map.retain(|word, _| !off(word));
    for (word, value) in nothing {
        map.entry(word).or_insert(value);
    }
    read(map)
}

/// What they let a plugin ask of the hub's services. What only its own store, its own pages and other hosts are concerned with is no service's
/// to allow: the host looks at the grant itself.
pub(crate) fn actions(granted: &Capabilities) -> Vec<Action> {
    // Where it was let in, it knows that it is somewhere.
    let mut may = vec![Action::ViewOrganization];
    if granted.read.contains(&ReadModel::Members) {
        may.push(Action::ViewMembers);
    }
    if granted.read.iter().any(|model| LIVE.contains(model)) {
        may.push(Action::ViewLive);
    }
    if granted.users != UsersDetail::None {
        may.push(Action::ViewPeople);
    }
    if granted.chat.contains(&ChatPlace::Discord) {
        may.push(Action::TellInChannels);
    }
    if granted.chat.contains(&ChatPlace::Lobby) {
        may.push(Action::TellInRooms);
    }
    if !granted.act.is_empty() {
        // Everything there is to do is done in rooms.
        may.push(Action::ModerateRooms);
    }
    may
}

/// What is asked for now and was not, or not as much of it, before.
pub(crate) fn wider(before: &Capabilities, now: &Capabilities) -> BTreeSet<&'static str> {
    let (before, now) = (as_map(before), as_map(now));
    WORDS
        .into_iter()
        .filter(|word| {
            now.get(*word).is_some_and(|now| is_something(now) && more(before.get(*word).unwrap_or(&Value::Null), now))
        })
        .collect()
}

/// As an admin reads it. `databases`: whether the hub gives any.
pub(crate) fn told(
    asked: &Capabilities,
    granted: &Capabilities,
    before: Option<&Capabilities>,
    databases: bool,
) -> Vec<Asked> {
    let nothing = none();
    let new = wider(before.unwrap_or(&nothing), asked);
    let granted: BTreeSet<&str> = rows(granted).into_iter().map(|(word, _)| word).collect();
    rows(asked)
        .into_iter()
        .map(|(word, value)| Asked {
            word,
            detail: detail(&value),
            granted: granted.contains(word),
            wider: before.is_some() && new.contains(word),
            offered: databases || word != "sql",
        })
        .collect()
}

fn detail(value: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match value {
        Value::Array(all) => all.iter().map(text).collect(),
        Value::String(word) => vec![word.clone()],
        Value::Object(map) => map.get("quota_mib").map(text).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn as_map(capabilities: &Capabilities) -> Map<String, Value> {
    match serde_json::to_value(capabilities) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

fn read(map: Map<String, Value>) -> Capabilities {
    serde_json::from_value(map.into()).unwrap_or_else(|_| none())
}

fn is_something(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Array(all) => !all.is_empty(),
        Value::String(word) => word != UsersDetail::None.word(),
        _ => true,
    }
}

fn more(before: &Value, now: &Value) -> bool {
    match (before, now) {
        (Value::Array(before), Value::Array(now)) => now.iter().any(|one| !before.contains(one)),
        (Value::Object(before), Value::Object(now)) => {
            let quota = |map: &Map<String, Value>| map.get("quota_mib").and_then(Value::as_u64).unwrap_or(0);
            quota(now) > quota(before)
        }
        (Value::String(before), Value::String(now)) => {
            let rank = |word: &str| UsersDetail::WORDS.iter().position(|one| *one == word);
            rank(now) > rank(before)
        }
        (before, now) => before != now,
    }
}

#[cfg(test)]
mod tests {
    use plugin_api::{act::Act, manifest::Quota};

    use super::*;

    fn some() -> Capabilities {
        Capabilities {
            kv: Some(Quota { quota_mib: 16 }),
            http: vec!["https://a.example/*".to_owned().try_into().unwrap()],
            users: UsersDetail::Names,
            notify: true,
            ..none()
        }
    }

    #[test]
    fn what_is_kept_comes_back() {
        let kept = rows(&some()).into_iter().map(|(word, value)| (word.to_owned(), value.to_string()));
        assert_eq!(from_rows(kept), some());
        // Among them what another version could be granted to do.
        let strange = [("teleport", "true"), ("kv", "{"), ("act", "[\"match.set_seed\"]")];
        assert_eq!(from_rows(strange.map(|(word, json)| (word.to_owned(), json.to_owned()))), none());
        assert!(rows(&none()).is_empty());
    }

    #[test]
    fn granted_is_what_was_ticked_and_not_taken_away() {
        let ticked = BTreeSet::from(["kv".to_owned(), "notify".to_owned()]);
        let granted = only(&some(), &ticked);
        assert_eq!(granted, Capabilities { kv: some().kv, notify: true, ..none() });
        assert_eq!(without(&granted, |word| word == "kv"), Capabilities { notify: true, ..none() });
    }

    #[test]
    fn only_what_was_granted_can_be_asked_of_the_hub() {
        assert_eq!(actions(&none()), [Action::ViewOrganization]);
        let granted = Capabilities { read: vec![ReadModel::Members, ReadModel::Matches], ..some() };
        assert_eq!(actions(&granted), [Action::ViewOrganization, Action::ViewMembers, Action::ViewPeople]);
        for model in LIVE {
            let granted = Capabilities { read: vec![model], ..none() };
            assert_eq!(actions(&granted), [Action::ViewOrganization, Action::ViewLive], "{model:?}");
        }
        for (place, action) in [(ChatPlace::Discord, Action::TellInChannels), (ChatPlace::Lobby, Action::TellInRooms)] {
            let granted = Capabilities { chat: vec![place], ..none() };
            assert_eq!(actions(&granted), [Action::ViewOrganization, action], "{place:?}");
        }
        for act in Act::ALL {
            let granted = Capabilities { act: vec![*act], ..none() };
            assert_eq!(actions(&granted), [Action::ViewOrganization, Action::ModerateRooms], "{act:?}");
        }
        let dangerous = |action: &Action| action.rule().fresh;
        assert!(!actions(&granted).iter().any(dangerous));
    }

    #[test]
    fn wider_is_more_of_something_and_less_is_not() {
        assert!(wider(&some(), &some()).is_empty());
        assert!(wider(&some(), &none()).is_empty());
        assert_eq!(wider(&none(), &some()), BTreeSet::from(["kv", "http", "users", "notify"]));
        let larger = Capabilities { kv: Some(Quota { quota_mib: 17 }), users: UsersDetail::Profiles, ..some() };
        assert_eq!(wider(&some(), &larger), BTreeSet::from(["kv", "users"]));
        assert!(wider(&larger, &some()).is_empty());
        let told = told(&larger, &some(), Some(&some()), true);
        assert_eq!(told[0], Asked { word: "kv", detail: vec!["17".into()], granted: true, wider: true, offered: true });
        assert_eq!(told[1].detail, ["https://a.example/*"]);
    }
}
