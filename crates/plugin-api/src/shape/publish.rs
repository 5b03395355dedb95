//! The table of keys for others: as a JSON Schema for editors, as tables for the book.

use serde_json::{Map, Value};

use super::{File, Key, MANIFEST, Need, Shape};

/// The JSON Schema of `plugin.toml` (draft 2020-12), made from the table of keys. [`SCHEMA`](crate::SCHEMA) is it, as text.
pub fn schema() -> Value {
    published(File::Manifest, "A plugin's manifest, plugin.toml")
}

/// The JSON Schema of `locales/<language>.toml`, made from the same table. [`LOCALE_SCHEMA`](crate::LOCALE_SCHEMA) is it, as text.
pub fn locale_schema() -> Value {
    published(File::Locale, "What a plugin's manifest says to people, in another language: locales/<language>.toml")
}

fn published(file: File, title: &str) -> Value {
    let Value::Object(mut schema) = describe(&MANIFEST, file) else {
        unreachable!("a table is described by an object")
    };
    schema.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
    schema.insert("title".into(), title.into());
    Value::Object(schema)
}

fn describe(shape: &Shape, file: File) -> Value {
    let mut schema = Map::new();
    let mut put = |key: &str, value: Value| {
        schema.insert(key.to_owned(), value);
    };
    match shape {
        Shape::Text { least, most, form } => {
            put("type", "string".into());
            put("minLength", (*least).into());
            put("maxLength", (*most).into());
            put("pattern", form.pattern.into());
            if let Some(not) = form.not {
                put("not", serde_json::json!({ "enum": not }));
            }
        }
        Shape::Whole { least, most } => {
            put("type", "integer".into());
            put("minimum", (*least).into());
            put("maximum", (*most).into());
        }
        Shape::Number => put("type", "number".into()),
        Shape::Flag => put("type", "boolean".into()),
        Shape::Choice(words) => put("enum", Value::from(words.to_vec())),
        Shape::Table(keys) | Shape::OneOf(keys) => {
            put("type", "object".into());
            put("additionalProperties", false.into());
            let properties: Map<String, Value> = keys
                .iter()
                .filter_map(|key| {
                    let need = key.need_in(file)?;
                    let mut property = describe(&key.shape, file);
                    property["description"] = key.says.into();
                    if let Need::Else(json) = need {
                        property["default"] = serde_json::from_str(json).expect("what stands for a key is JSON");
                    }
                    Some((key.name.to_owned(), property))
                })
                .collect();
            put("properties", properties.into());
            let is_required = |key: &&Key| matches!(key.need_in(file), Some(Need::Required));
            let required: Vec<&str> = keys.iter().filter(is_required).map(|key| key.name).collect();
            if !required.is_empty() {
                put("required", required.into());
            }
            if let Shape::OneOf(_) = shape {
                put("minProperties", 1.into());
                put("maxProperties", 1.into());
            }
        }
        Shape::List { of, least, most, unique } => {
            put("type", "array".into());
            put("items", describe(of, file));
            put("maxItems", (*most).into());
            if *least > 0 {
                put("minItems", (*least).into());
            }
            if *unique {
                put("uniqueItems", true.into());
            }
        }
        Shape::Schema => {
            put("type", "object".into());
            put("$ref", "https://json-schema.org/draft/2020-12/schema".into());
        }
    }
    Value::Object(schema)
}

/// Every key, as tables in Markdown: a part of the book.
pub fn book() -> String {
    let mut page = String::new();
    tables("", &MANIFEST, &mut page);
    page
}

fn tables(path: &str, shape: &Shape, page: &mut String) {
    use std::fmt::Write as _;
    let (Shape::Table(keys) | Shape::OneOf(keys)) = shape else { return };
    if !path.is_empty() {
        let _ = write!(page, "\n### `{path}`\n\n");
    }
    page.push_str("| Key | What it is | Takes | Left out |\n|---|---|---|---|\n");
    for key in *keys {
        let left_out = match (key.need, shape) {
            (_, Shape::OneOf(_)) => "the other one".to_owned(),
            (Need::Required, _) => "**must be there**".to_owned(),
            (Need::Optional, _) => String::new(),
            (Need::Else(json), _) => format!("`{json}`"),
        };
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {left_out} |",
            key.name,
            key.says.replace('|', "\\|"),
            takes(&key.shape)
        );
    }
    for key in *keys {
        let below = if path.is_empty() { key.name.to_owned() } else { format!("{path}.{}", key.name) };
        match &key.shape {
            Shape::List { of, .. } => tables(&below, of, page),
            shape => tables(&below, shape, page),
        }
    }
}

fn takes(shape: &Shape) -> String {
    let range =
        |least: usize, most: usize| if least == 0 { format!("at most {most}") } else { format!("{least} to {most}") };
    match shape {
        Shape::Text { least, most, form } => format!("{}, {} characters", form.says, range(*least, *most)),
        Shape::Whole { least, most } if least == most => format!("{least}"),
        Shape::Whole { least, most } => format!("{least} to {most}"),
        Shape::Number => "a number".into(),
        Shape::Flag => "`true` or `false`".into(),
        Shape::Choice(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
        Shape::Table(_) => "a table, below".into(),
        Shape::OneOf(_) => "a table with one of two keys, below".into(),
        Shape::List { of: Shape::Table(_), most, .. } => format!("tables, at most {most}, below"),
        Shape::List { of, least, most, .. } => format!("a list of {}: {}", range(*least, *most), takes(of)),
        Shape::Schema => "a JSON Schema".into(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// To bring a file up to date, copy what the failing test says over it.
    fn is_current(path: &str, now: &str, then: &str) {
        if then != now {
            let current = std::env::temp_dir().join(Path::new(path).file_name().unwrap());
            std::fs::write(&current, now).unwrap();
            panic!("{path} is not what the table of keys says; that is now in {}", current.display());
        }
    }

    #[test]
    fn the_published_schemas_are_current() {
        let now = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
        is_current("crates/plugin-api/manifest.schema.json", &now, crate::SCHEMA);
        let now = serde_json::to_string_pretty(&locale_schema()).unwrap() + "\n";
        is_current("crates/plugin-api/locale.schema.json", &now, crate::LOCALE_SCHEMA);
    }

    #[test]
    fn the_book_lists_every_key() {
        let path = "docs/src/plugins/manifest.md";
        let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).unwrap();
        let (before, _) = page.split_once("<!-- every key -->\n").expect("the page has a place for the keys");
        is_current(path, &format!("{before}<!-- every key -->\n\n{}", book()), &page);
    }

    /// Whatever stands for a key that was left out would itself be let in.
    #[test]
    fn what_stands_for_a_key_holds_by_the_schema() {
        fn walk(shape: &Shape) {
            match shape {
                Shape::Table(keys) | Shape::OneOf(keys) => {
                    for key in *keys {
                        if let Need::Else(json) = key.need {
                            let value: Value = serde_json::from_str(json).unwrap();
                            let validator = jsonschema::validator_for(&describe(&key.shape, File::Manifest)).unwrap();
                            assert!(validator.is_valid(&value), "{}: {json}", key.name);
                        }
                        walk(&key.shape);
                    }
                }
                Shape::List { of, .. } => walk(of),
                _ => {}
            }
        }
        walk(&MANIFEST);
    }
}
