//! What a manifest says to people, in another language: `locales/<language>.toml`.
//!
//! Such a file has the manifest's own tables, each with what it is found by (a page's path, a task's id) and with texts in place of texts. It
//! can say nothing of what is not there, and change nothing that is no text.

use std::borrow::Cow;

use serde_json::Value;

use crate::{
    manifest::Manifest,
    problem::{Problem, below, hint, spoken},
    read,
    rules::Say,
    shape::{File, Key, MANIFEST, Need, Part, Shape},
};

/// The longest text of a setting, in characters.
const LONGEST_OF_A_SETTING: usize = 1000;
/// Where a schema has texts, and where it has schemas that have some.
const OF_A_SETTING: [&str; 7] = ["title", "description", "x-group", "x-labels", "properties", "items", "$defs"];

/// Reads such a file: the manifest as it reads in that language. What the file leaves out reads as it did. What is refused is refused with
/// everything that is wrong in it, in the order of the text.
pub fn parse_locale(source: &str, manifest: &Manifest) -> Result<Manifest, Vec<Problem>> {
    let mut whole = manifest.to_json();
    read::read(source, File::Locale, |said, say| lay(&MANIFEST, &mut whole, said, "", say))?;
    read::typed(whole)
}

/// Lays what is said over what it is said of.
fn lay(shape: &Shape, under: &mut Value, said: &Value, path: &str, say: &mut Say<'_>) {
    match (shape, said) {
        // What can't be read was told already.
        (_, Value::Null) => {}
        (Shape::Table(keys), Value::Object(said)) => {
            for (name, said) in said {
                let Some(key) = keys.iter().find(|key| key.name == name) else { continue };
                let path = below(path, name);
                match (under.get_mut(name), &key.shape) {
                    (Some(under), shape) => lay(shape, under, said, &path, say),
                    (None, Shape::Text { .. }) => under[name.as_str()] = said.clone(),
                    (None, _) => say(&path, format!("the manifest has no `{}` here", key.name)),
                }
            }
        }
        (Shape::List { of, .. }, Value::Array(said)) => {
            let Shape::Table(keys) = of else { return };
            let mut seen: Vec<Vec<Value>> = Vec::new();
            for (n, one) in said.iter().enumerate() {
                let path = below(path, n);
                let Some(wanted) = names(keys, one) else { continue };
                let mut tables = under.as_array_mut().into_iter().flatten();
                match tables.find(|table| names(keys, table).as_ref() == Some(&wanted)) {
                    _ if seen.contains(&wanted) => say(&path, format!("{} is here twice", told(keys, &wanted))),
                    Some(table) => lay(of, table, one, &path, say),
                    None => say(&path, format!("the manifest has none with {}", told(keys, &wanted))),
                }
                seen.push(wanted);
            }
        }
        (Shape::Schema, said) => settings(under, said, path, say),
        (_, said) => *under = said.clone(),
    }
}

/// What a table is found by; `None` where that can't be read.
fn names(keys: &[Key], table: &Value) -> Option<Vec<Value>> {
    let name = |key: &Key| match (table.get(key.name), key.need) {
        (None, Need::Else(json)) => serde_json::from_str(json).ok(),
        (given, _) => given.filter(|given| !given.is_null()).cloned(),
    };
    keys.iter().filter(|key| key.part == Part::Name).map(name).collect()
}

/// The same as it is written: `path = "seeds", scope = "organization"`.
fn told(keys: &[Key], names: &[Value]) -> String {
    let keys = keys.iter().filter(|key| key.part == Part::Name);
    let pairs: Vec<String> = keys.zip(names).map(|(key, name)| format!("{} = {name}", key.name)).collect();
    format!("`{}`", pairs.join(", "))
}

/// Lays texts of settings over the schema that the form is drawn from.
fn settings(schema: &mut Value, said: &Value, path: &str, say: &mut Say<'_>) {
    let (Value::Object(_), Value::Object(said)) = (&*schema, said) else {
        return say(path, format!("`{}` is a table of texts, of a setting that has some", spoken(path)));
    };
    for (word, said) in said {
        let path = below(path, word);
        match word.as_str() {
            "title" | "description" | "x-group" => put(&mut schema[word], said, &path, say),
            "items" => below_a_schema(schema.get_mut(word), said, &path, say),
            "properties" | "$defs" | "x-labels" => {
                let Some(said) = said.as_object() else {
                    say(&path, format!("`{}` is a table", spoken(&path)));
                    continue;
                };
                for (name, said) in said {
                    let path = below(&path, name);
                    if word != "x-labels" {
                        below_a_schema(schema.get_mut(word).and_then(|all| all.get_mut(name)), said, &path, say);
                    } else if chooses(schema, name) {
                        put(&mut schema[word][name], said, &path, say);
                    } else {
                        say(&path, format!("`{name}` is not among the values of `enum`"));
                    }
                }
            }
            _ => say(&path, format!("`{word}` is no text of a setting; {}", hint(word, &OF_A_SETTING))),
        }
    }
}

fn below_a_schema(schema: Option<&mut Value>, said: &Value, path: &str, say: &mut Say<'_>) {
    match schema {
        Some(schema) => settings(schema, said, path, say),
        None => say(path, format!("the manifest has no `{}`", spoken(path))),
    }
}

/// Whether that is a value of the schema's `enum`, as `x-labels` writes it.
fn chooses(schema: &Value, value: &str) -> bool {
    let mut values = schema["enum"].as_array().into_iter().flatten();
    values.any(|one| one.as_str().map_or_else(|| Cow::Owned(one.to_string()), Cow::Borrowed) == value)
}

fn put(place: &mut Value, said: &Value, path: &str, say: &mut Say<'_>) {
    let wrong = match said.as_str().map(|text| (text.trim().is_empty(), text.chars().count())) {
        None => "is text".to_owned(),
        Some((true, _)) => "is empty".to_owned(),
        Some((_, length)) if length > LONGEST_OF_A_SETTING => {
            format!("has at most {LONGEST_OF_A_SETTING} characters, and here are {length}")
        }
        Some(_) => {
            *place = said.clone();
            return;
        }
    };
    say(path, format!("`{}` {wrong}", spoken(path)));
}
