//! A manifest as TOML, in the order people expect its keys in.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::shape::{Key, MANIFEST, Shape};

/// Writes what is there; nothing is checked.
pub(super) fn manifest(values: &Map<String, Value>) -> String {
    let Shape::Table(keys) = &MANIFEST else { unreachable!("a manifest is a table") };
    let mut page = String::new();
    for Key { name, shape, .. } in *keys {
        let Some(value) = values.get(*name) else { continue };
        match (shape, value) {
            (Shape::Schema, value) => {
                let whole = Value::Object([((*name).to_owned(), value.clone())].into_iter().collect());
                let text = toml::Value::try_from(whole).ok().and_then(|value| toml::to_string(&value).ok());
                let _ = write!(page, "\n{}", text.unwrap_or_default());
            }
            (Shape::List { of: Shape::Table(keys), .. }, Value::Array(list)) => {
                for one in list {
                    let _ = write!(page, "\n[[{name}]]\n");
                    lines(one, keys, &mut page);
                }
            }
            (Shape::Table(keys), value) => {
                let _ = write!(page, "\n[{name}]\n");
                lines(value, keys, &mut page);
            }
            (_, value) => line(name, value, &mut page),
        }
    }
    page
}

fn lines(table: &Value, keys: &[Key], page: &mut String) {
    for key in keys {
        if let Some(value) = table.get(key.name) {
            line(key.name, value, page);
        }
    }
}

fn line(name: &str, value: &Value, page: &mut String) {
    if let Ok(value) = toml::Value::try_from(value) {
        let _ = writeln!(page, "{name} = {value}");
    }
}
