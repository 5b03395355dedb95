//! The old `config_schema`, an older draft of JSON Schema in YAML, as the new `[config]`.

use serde_json::{Map, Value};

use super::{
    Note,
    yaml::{Node, Tree},
};

/// The schema, and what was changed in it.
pub(super) fn convert(schema: &Node) -> (Option<Value>, Vec<Note>) {
    let mut notes = Vec::new();
    if schema.is_nothing() {
        return (None, notes);
    }
    let Tree::Table(_) = schema.tree else {
        notes.push(Note { at: schema.at, text: "`config_schema` is no table, and is left out".into() });
        return (None, notes);
    };
    let mut value = json(schema, "", &mut notes);
    if let Some(map) = value.as_object_mut() {
        if map.remove("$schema").is_some() {
            notes.push(Note { at: schema.at, text: "`$schema` is left out: the draft is 2020-12".into() });
        }
        map.entry("type").or_insert_with(|| "object".into());
        if map.remove("additionalProperties").is_some_and(|more| more != false) {
            let text = "settings that the schema does not name are refused now: `additionalProperties = false`";
            notes.push(Note { at: schema.at, text: text.into() });
        }
        map.insert("additionalProperties".into(), false.into());
    }
    (Some(value), notes)
}

/// As JSON, less every `null`: TOML has none.
fn json(node: &Node, key: &str, notes: &mut Vec<Note>) -> Value {
    match &node.tree {
        Tree::Text { text, plain: false } => Value::from(text.as_str()),
        Tree::Text { text, plain: true } => plain(node, text),
        // `type: [string, null]`: the second was meant as a word.
        Tree::List(items) if key == "type" => {
            items.iter().map(|item| if item.is_nothing() { "null" } else { item.text() }).collect::<Vec<_>>().into()
        }
        Tree::List(items) => {
            let mut list = Vec::new();
            for item in items {
                if is_null(item) {
                    notes.push(Note { at: item.at, text: "a `null` in a list is left out: TOML has none".into() });
                } else {
                    list.push(json(item, "", notes));
                }
            }
            list.into()
        }
        Tree::Table(entries) => {
            let mut map = Map::new();
            for (name, value) in entries {
                let name = name.text();
                if is_null(value) {
                    notes.push(Note { at: value.at, text: format!("`{name}: null` is left out: TOML has none") });
                    continue;
                }
                let mut value = json(value, name, notes);
                let name = if name == "definitions" { "$defs" } else { name };
                if let ("$ref", Some(reference)) = (name, value.as_str()) {
                    value = reference.replacen("#/definitions/", "#/$defs/", 1).into();
                }
                map.insert(name.to_owned(), value);
            }
            map.into()
        }
    }
}

fn is_null(node: &Node) -> bool {
    matches!(node.tree, Tree::Text { .. }) && node.is_nothing()
}

/// What a word without quotes stands for.
fn plain(node: &Node, text: &str) -> Value {
    if let Some(flag) = node.flag() {
        return flag.into();
    }
    if let Ok(number) = text.parse::<i64>() {
        return number.into();
    }
    let is_number =
        text.contains(|c: char| c.is_ascii_digit()) && text.chars().all(|c| c.is_ascii_digit() || "+-.eE".contains(c));
    let number = text.parse::<f64>().ok().filter(|_| is_number).and_then(serde_json::Number::from_f64);
    number.map_or_else(|| Value::from(text), Value::Number)
}
