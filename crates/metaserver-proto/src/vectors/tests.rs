//! The fixture file of vectors passes, and no altered one does.

use serde_json::{Value, json};

use super::check_file;

const FIXTURE: &str = include_str!("../../../../tests/fixtures/metaserver/vectors.json");

fn failures(text: &str) -> Vec<String> {
    check_file(text)
        .unwrap()
        .into_iter()
        .filter_map(|outcome| Some(format!("{}: {}", outcome.name, outcome.difference?)))
        .collect()
}

fn fixture() -> Vec<Value> {
    serde_json::from_str(FIXTURE).unwrap()
}

/// Whether a vector, changed, still passes beside the others of its file.
fn passes(file: &[Value], changed: &Value) -> bool {
    super::check(changed, file).is_ok()
}

#[test]
fn every_vector_passes() {
    assert_eq!(check_file(FIXTURE).unwrap().len(), 130);
    assert_eq!(failures(FIXTURE), Vec::<String>::new());
}

/// Fields that nothing in their vector depends on.
const WITHOUT_EFFECT: [&str; 2] = [
    // A command with verb 0 is not stored, whatever its time.
    "m2/film/file /fields/commands_hex/0",
    // A body this short is refused with any key.
    "crypto/short/7 /fields/session_key_hex",
];

#[test]
fn an_altered_field_fails_its_vector() {
    let file = fixture();
    let mut missed = Vec::new();
    for vector in &file {
        let mut paths = Vec::new();
        leaves(&vector["fields"], "/fields", &mut paths);
        for path in paths {
            let mut changed = vector.clone();
            let leaf = changed.pointer_mut(&path).unwrap();
            *leaf = alter(leaf);
            if passes(&file, &changed) {
                missed.push(format!("{} {path}", vector["name"].as_str().unwrap()));
            }
        }
    }
    assert_eq!(missed, WITHOUT_EFFECT);
}

#[test]
fn an_altered_byte_fails_its_vector() {
    let file = fixture();
    let mut missed = Vec::new();
    for vector in &file {
        // A packet that is rejected may be rejected with another byte as well.
        if vector["fields"].get("expect").is_some() {
            continue;
        }
        let hex = vector["hex"].as_str().unwrap();
        let step = (hex.len() / 400).max(1);
        for digit in (0..hex.len()).step_by(step) {
            let mut changed = hex.as_bytes().to_vec();
            changed[digit] = if changed[digit] == b'0' { b'1' } else { b'0' };
            let mut altered = vector.clone();
            altered["hex"] = json!(String::from_utf8(changed).unwrap());
            if passes(&file, &altered) {
                missed.push(format!("{} digit {digit}", vector["name"]));
            }
        }
        for cut in [2, 16] {
            let mut altered = vector.clone();
            altered["hex"] = json!(&hex[..hex.len().saturating_sub(cut)]);
            if passes(&file, &altered) {
                missed.push(format!("{} less {cut}", vector["name"]));
            }
        }
    }
    assert_eq!(missed, Vec::<String>::new());
}

#[test]
fn what_is_not_known_fails() {
    let file = fixture();
    for (pointer, value) in [
        ("/type", json!(11)),
        ("/type", json!("200")),
        ("/dialect", json!("myth3")),
        ("/direction", json!("up")),
        ("/hex", json!("dead00ca0000000")),
        ("/fields", json!({"surprise": 1})),
        ("/fields", json!({"expect": "applause"})),
        ("/fields", json!({"expect": "wait"})),
    ] {
        let at = file.iter().position(|vector| vector["name"] == "both/both/keepalive").unwrap();
        let mut changed = file[at].clone();
        *changed.pointer_mut(pointer).unwrap() = value.clone();
        assert!(!passes(&file, &changed), "{pointer} {value}");
    }
    let unknown = json!([{
        "name": "riddle/1", "dialect": "myth2", "direction": "n/a", "type": null,
        "description": "", "fields": {}, "hex": ""
    }]);
    assert_eq!(failures(&unknown.to_string()).len(), 1);
    assert!(check_file("{}").is_err());
    assert!(check_file("[").is_err());
}

fn leaves(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| leaves(value, &format!("{path}/{key}"), found)),
        Value::Array(items) => {
            for (at, value) in items.iter().enumerate() {
                leaves(value, &format!("{path}/{at}"), found);
            }
        }
        _ => found.push(path.to_owned()),
    }
}

fn alter(leaf: &Value) -> Value {
    match leaf {
        Value::Bool(value) => json!(!value),
        Value::Number(number) => json!(number.as_i64().unwrap() ^ 1),
        Value::String(text) if text.is_empty() => json!("0a"),
        Value::String(text) => {
            let (kept, last) = text.split_at(text.len() - 1);
            json!(format!("{kept}{}", if last == "1" { "2" } else { "1" }))
        }
        other => panic!("{other} is no leaf"),
    }
}
