//! Telling the operator what the configuration is, where it came from, and what else there is.

use std::{collections::BTreeMap, fmt::Write as _};

use events::Nats;
use serde_json::{Value, json};

use super::{Loaded, Settings};

/// Keys whose values may hold a secret, and are shown without it.
const SECRET: [&str; 1] = ["database_url"];

/// Every key and its default.
pub(super) fn defaults() -> BTreeMap<String, Value> {
    flat(&Settings::default())
}

pub(super) fn flat(settings: &Settings) -> BTreeMap<String, Value> {
    let mut keys = BTreeMap::new();
    let Ok(Value::Object(top)) = serde_json::to_value(settings) else { return keys };
    for (key, value) in top {
        match value {
            Value::Object(section) => {
                keys.extend(section.into_iter().map(|(inner, value)| (format!("{key}.{inner}"), value)));
            }
            value => {
                keys.insert(key, value);
            }
        }
    }
    keys
}

/// A value fit to be shown: a password inside a URL becomes dots.
fn shown(key: &str, value: Value) -> Value {
    match value {
        Value::String(url) if key == "bus_url" => Value::String(without_login(&url)),
        Value::String(url) if SECRET.contains(&key) => Value::String(without_password(&url)),
        value => value,
    }
}

/// There may be several, and a token may stand where else a name does: what is before an @ is no more than dots.
fn without_login(url: &str) -> String {
    if !url.contains('@') {
        return url.to_owned();
    }
    match Nats::parse(url, "any", None) {
        Ok(nats) => format!("nats://•••@{}", nats.place()),
        Err(_) => "•••".to_owned(),
    }
}

fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    match rest.rsplit_once('@') {
        Some((who, place)) => {
            let user = who.split_once(':').map_or(who, |(user, _)| user);
            format!("{scheme}://{user}:•••@{place}")
        }
        None => url.to_owned(),
    }
}

/// Every key, its value fit to be shown, and whether it differs from its default.
pub fn lines(settings: &Settings) -> Vec<(String, String, bool)> {
    let defaults = defaults();
    flat(settings)
        .into_iter()
        .map(|(key, value)| {
            let changed = defaults.get(&key) != Some(&value);
            let value = match shown(&key, value) {
                Value::String(text) => text,
                Value::Null => String::new(),
                value => value.to_string(),
            };
            (key, value, changed)
        })
        .collect()
}

/// Every key, its value and where it came from, for a terminal.
pub fn show_text(loaded: &Loaded) -> String {
    let mut text = String::new();
    for (key, value) in flat(&loaded.settings) {
        let origin = loaded.origins.get(&key).map_or("default", String::as_str);
        let _ = writeln!(text, "{key} = {}  # {origin}", shown(&key, value));
    }
    text
}

/// The same for programs.
pub fn show_json(loaded: &Loaded) -> Value {
    let keys: serde_json::Map<String, Value> = flat(&loaded.settings)
        .into_iter()
        .map(|(key, value)| {
            let origin = loaded.origins.get(&key).map_or("default", String::as_str);
            let entry = json!({ "value": shown(&key, value), "origin": origin });
            (key, entry)
        })
        .collect();
    Value::Object(keys)
}

/// The JSON schema of the file, for an editor to complete from.
pub fn schema() -> Value {
    let mut schema = schemars::schema_for!(Settings).to_value();
    schema["title"] = "guildhall.toml".into();
    schema
}

/// A file with every key, its description and its default, all commented out.
pub fn template() -> String {
    let mut text =
        String::from("# Guildhall's configuration. Every key is at its default; take away the # to change one.\n");
    let schema = schema();
    let (mut plain, mut sections): (Vec<_>, Vec<_>) = (Vec::new(), Vec::new());
    let Ok(Value::Object(top)) = serde_json::to_value(Settings::default()) else { return text };
    for (key, value) in top {
        if value.is_object() { sections.push((key, value)) } else { plain.push((key, value)) }
    }
    let (tables, plain): (Vec<_>, Vec<_>) = plain.into_iter().partition(|(key, _)| of_tables(&schema, key).is_some());
    for (key, value) in plain {
        describe(&mut text, &schema["properties"][&key]["description"], &key, &value);
    }
    for (section, values) in sections {
        let reference = schema["properties"][&section]["$ref"].as_str().unwrap_or_default();
        let definition = &schema["$defs"][reference.rsplit('/').next().unwrap_or_default()];
        let _ = writeln!(text, "\n[{section}]");
        for (key, value) in values.as_object().into_iter().flatten() {
            describe(&mut text, &definition["properties"][key]["description"], key, value);
        }
    }
    for (key, _) in tables {
        let description = schema["properties"][&key]["description"].as_str().unwrap_or_default();
        let _ = writeln!(text, "\n# {description}\n# [[{key}]]");
        for (key, about) in of_tables(&schema, &key).into_iter().flatten() {
            describe(&mut text, &about["description"], &key, &about["default"]);
        }
    }
    text
}

/// The keys of each table, where `key` is a list of tables.
fn of_tables(schema: &Value, key: &str) -> Option<serde_json::Map<String, Value>> {
    let reference = schema["properties"][key]["items"]["$ref"].as_str()?;
    schema["$defs"][reference.rsplit('/').next()?]["properties"].as_object().cloned()
}

/// The page of the book that lists every key. A test compares it with the one in the tree.
pub fn book() -> String {
    let mut text = String::from(
        "# Every key\n\nMade from the program: `guildhall config book`. A key in a section is written `[section]` and `key = value` in the file, and \
         `GUILDHALL_SECTION__KEY` in the environment.\n",
    );
    let schema = schema();
    let (mut plain, mut sections): (Vec<_>, Vec<_>) = (Vec::new(), Vec::new());
    let Ok(Value::Object(top)) = serde_json::to_value(Settings::default()) else { return text };
    for (key, value) in top {
        if value.is_object() { sections.push((key, value)) } else { plain.push((key, value)) }
    }
    text.push_str(TABLE_HEAD);
    let (tables, plain): (Vec<_>, Vec<_>) = plain.into_iter().partition(|(key, _)| of_tables(&schema, key).is_some());
    for (key, value) in &plain {
        row(&mut text, &schema["properties"][key], key, value);
    }
    for (section, values) in sections {
        let about = &schema["properties"][&section];
        let reference = about["$ref"].as_str().unwrap_or_default();
        let definition = &schema["$defs"][reference.rsplit('/').next().unwrap_or_default()];
        let description = about["description"].as_str().or(definition["description"].as_str()).unwrap_or_default();
        let _ = write!(text, "\n## `[{section}]`\n\n{description}\n{TABLE_HEAD}");
        for (key, value) in values.as_object().into_iter().flatten() {
            row(&mut text, &definition["properties"][key], key, value);
        }
    }
    for (key, _) in tables {
        let description = schema["properties"][&key]["description"].as_str().unwrap_or_default();
        let _ = write!(text, "\n## `[[{key}]]`\n\n{description} It has no variable in the environment.\n{TABLE_HEAD}");
        for (key, about) in of_tables(&schema, &key).into_iter().flatten() {
            row(&mut text, &about, &key, &about["default"]);
        }
    }
    text
}

const TABLE_HEAD: &str = "\n| Key | Default | |\n|---|---|---|\n";

fn row(text: &mut String, about: &Value, key: &str, value: &Value) {
    let default = if value.is_null() || value.as_str() == Some("") { String::new() } else { format!("`{value}`") };
    let mut says = about["description"].as_str().unwrap_or_default().replace('\n', " ").replace('|', "\\|");
    if let (Some(least), Some(most)) = (about["minimum"].as_i64(), about["maximum"].as_i64()) {
        let _ = write!(says, " From {least} to {most}.");
    }
    let _ = writeln!(text, "| `{key}` | {default} | {says} |");
}

fn describe(text: &mut String, description: &Value, key: &str, value: &Value) {
    let value = if value.is_null() { json!("") } else { value.clone() };
    let description = description.as_str().unwrap_or_default().replace('\n', " ");
    let _ = writeln!(text, "\n# {description}\n# {key} = {value}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_never_prints() {
        assert_eq!(without_password("postgres://hub:s3cret@db/hub"), "postgres://hub:•••@db/hub");
        assert_eq!(without_password("postgres://hub:a@b@db/hub"), "postgres://hub:•••@db/hub");
        assert_eq!(without_password("sqlite://data/guildhall.db"), "sqlite://data/guildhall.db");
        for (url, told) in [
            ("nats://hub:s3cret@one,tls://t0ken@two", "nats://•••@one:4222, two:4222"),
            ("nats://hub:s3,cret@one", "•••"),
            ("nats://one:4222", "nats://one:4222"),
        ] {
            assert_eq!(shown("bus_url", url.into()), Value::from(told));
        }
    }

    #[test]
    fn every_key_is_described() {
        let (template, schema) = (template(), schema());
        for key in defaults().keys() {
            let key = key.rsplit('.').next().unwrap_or(key);
            let is_table = of_tables(&schema, key).is_some();
            let line = if is_table { format!("# [[{key}]]") } else { format!("# {key} = ") };
            let at = template.find(&line).unwrap_or_else(|| panic!("{key} is missing"));
            let before = template[..at].trim_end().rsplit('\n').next().unwrap_or_default();
            assert!(before.len() > 12, "{key} has no description: {before:?}");
        }
    }

    /// To bring it up to date: `guildhall config book > docs/src/operator/keys.md`.
    #[test]
    fn the_book_lists_every_key_as_it_is() {
        let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/src/operator/keys.md");
        let printed = std::fs::read_to_string(&page).unwrap_or_default();
        if printed != book() {
            let current = std::env::temp_dir().join("keys.md");
            std::fs::write(&current, book()).unwrap();
            panic!("docs/src/operator/keys.md is not what the program says; that is now in {}", current.display());
        }
    }

    #[test]
    fn the_template_is_a_configuration() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("guildhall.toml");
        std::fs::write(&file, template()).unwrap();
        let loaded = super::super::load(Some(&file), std::iter::empty(), &[]).unwrap();
        assert_eq!(loaded.settings, Settings::default());
    }
}
