//! What a plugin's JSON Schemas may look like, before any validator sees them.
//!
//! A schema comes from a stranger and is worked with on every write of a setting, every call and every form that is drawn. So it is
//! bounded: in size, in depth, in how much it unfolds to when its references are followed, and in patterns. References lead to places in the
//! same schema and never back to themselves. A keyword nobody knows is refused: one letter wrong, and a limit would silently not be there.
//!
//! Whether the keywords themselves are used rightly (draft 2020-12) is for the host's validator to say.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::problem::{below, hint};

/// The largest schema, in bytes of JSON.
pub const LARGEST: usize = 64 * 1024;
/// How many schemas deep: through properties, items, alternatives and references.
pub const DEEPEST: usize = 8;
/// How many schemas it may unfold to. With [`LARGEST`] for values, this is what bounds the work of a check.
pub const WIDEST: usize = 2048;
/// Patterns, and the longest of them.
pub const MOST_PATTERNS: usize = 64;
/// In bytes.
pub const LONGEST_PATTERN: usize = 500;
/// How deep the JSON of a schema or a value is nested.
const DEEPEST_JSON: usize = 64;

/// Formats that are checked; a form has a field of its own for some of them.
pub const FORMATS: [&str; 12] = [
    "uri",
    "email",
    "date-time",
    "color",
    "duration",
    "date",
    "time",
    "hostname",
    "ipv4",
    "ipv6",
    "uuid",
    "uri-reference",
];
/// Things of the hub that a form lets one pick.
pub const PICKERS: [&str; 6] = ["user", "role", "room", "tournament", "discord_channel", "preset"];

const ONE_SCHEMA: [&str; 11] = [
    "not",
    "if",
    "then",
    "else",
    "items",
    "contains",
    "additionalProperties",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
];
const SCHEMAS: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];
const NAMED_SCHEMAS: [&str; 4] = ["properties", "patternProperties", "dependentSchemas", "$defs"];
const PLAIN: [&str; 36] = [
    "$schema",
    "$ref",
    "$comment",
    "title",
    "description",
    "default",
    "examples",
    "deprecated",
    "readOnly",
    "writeOnly",
    "type",
    "enum",
    "const",
    "multipleOf",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "maxContains",
    "minContains",
    "maxProperties",
    "minProperties",
    "required",
    "dependentRequired",
    "format",
    "contentEncoding",
    "contentMediaType",
    "x-labels",
    "x-order",
    "x-group",
];
/// Words of ours that mean something only for a setting that is always there: not in one of several alternatives, not in a list.
const OF_A_SETTING: [&str; 3] = ["x-secret", "x-picker", "x-locked"];
/// Words of the standard that would let a schema reach out of itself, or around the rules here.
const REFUSED: [(&str, &str); 7] = [
    ("$id", "references lead to places in the same schema, which needs no name"),
    ("$anchor", "write references as `#/$defs/…`"),
    ("$dynamicRef", "write references as `#/$defs/…`"),
    ("$dynamicAnchor", "write references as `#/$defs/…`"),
    ("$vocabulary", "the draft is 2020-12, whole"),
    ("definitions", "draft 2020-12 calls it `$defs`"),
    ("dependencies", "draft 2020-12 calls it `dependentRequired` and `dependentSchemas`"),
];

/// What a schema is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Settings: a form is drawn from it.
    Settings,
    /// What is handed over: events, calls.
    Payload,
}

/// Everything that is wrong with a schema: JSON pointers into it, and sentences.
pub fn check(schema: &Value, used: Use) -> Vec<(String, String)> {
    let mut check =
        Check { root: schema, used, problems: Vec::new(), places: BTreeSet::new(), patterns: 0, unfolded: 0 };
    if depth(schema) > DEEPEST_JSON {
        return vec![(String::new(), format!("is nested more than {DEEPEST_JSON} deep"))];
    }
    if schema.to_string().len() > LARGEST {
        return vec![(String::new(), format!("is larger than {} KiB", LARGEST / 1024))];
    }
    check.look(schema, "");
    if check.patterns > MOST_PATTERNS {
        check.say("", format!("has {} patterns, and {MOST_PATTERNS} are the most", check.patterns));
    }
    // References are followed only in what is sound so far.
    if check.problems.is_empty() {
        check.unfold(schema, "", 1, true, &mut Vec::new());
    }
    check.problems
}

/// How deep JSON is nested; a plain value is 0 deep.
pub fn depth(value: &Value) -> usize {
    match value {
        Value::Array(list) => 1 + list.iter().map(depth).max().unwrap_or(0),
        Value::Object(map) => 1 + map.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// Where in the same schema a reference leads: `#/$defs/port` to `/$defs/port`.
pub fn target(reference: &str) -> Option<&str> {
    reference.strip_prefix('#').filter(|pointer| pointer.starts_with('/') && !pointer.contains('%'))
}

struct Check<'a> {
    root: &'a Value,
    used: Use,
    problems: Vec<(String, String)>,
    /// Where schemas stand; a reference that leads elsewhere would read data as a schema.
    places: BTreeSet<String>,
    patterns: usize,
    unfolded: usize,
}

impl<'a> Check<'a> {
    fn say(&mut self, path: &str, message: String) {
        self.problems.push((path.to_owned(), message));
    }

    /// Looks at every schema once, where it stands.
    fn look(&mut self, schema: &Value, path: &str) {
        self.places.insert(path.to_owned());
        let map = match schema {
            Value::Object(map) => map,
            Value::Bool(_) => return,
            _ => return self.say(path, "a schema is a table, `true` or `false`".into()),
        };
        for (word, value) in map {
            let path = below(path, word);
            if ONE_SCHEMA.contains(&word.as_str()) {
                self.look(value, &path);
            } else if SCHEMAS.contains(&word.as_str()) {
                match value.as_array() {
                    Some(list) => list.iter().enumerate().for_each(|(n, one)| self.look(one, &below(&path, n))),
                    None => self.say(&path, format!("`{word}` is a list of schemas")),
                }
            } else if NAMED_SCHEMAS.contains(&word.as_str()) {
                match value.as_object() {
                    Some(map) => map.iter().for_each(|(name, one)| self.look(one, &below(&path, name))),
                    None => self.say(&path, format!("`{word}` is a table of schemas")),
                }
                if let ("patternProperties", Some(map)) = (word.as_str(), value.as_object()) {
                    map.keys().for_each(|pattern| self.pattern(&path, pattern));
                }
            } else {
                self.word(map, word, value, &path);
            }
        }
    }

    fn word(&mut self, schema: &Map<String, Value>, word: &str, value: &Value, path: &str) {
        if !PLAIN.contains(&word) && !OF_A_SETTING.contains(&word) {
            let says = if let Some((_, why)) = REFUSED.iter().find(|(refused, _)| *refused == word) {
                format!("`{word}` is not taken here: {why}")
            } else {
                let known: Vec<&str> = [&PLAIN[..], &OF_A_SETTING, &ONE_SCHEMA, &SCHEMAS, &NAMED_SCHEMAS].concat();
                format!("unknown word `{word}` in a schema; {}", hint(word, &known))
            };
            return self.say(path, says);
        }
        let is_text = |value: &Value| value.is_string();
        let choice = |words: &[&str]| value.as_str().is_some_and(|one| words.contains(&one));
        let wrong = match word {
            "$schema" if !choice(&["https://json-schema.org/draft/2020-12/schema"]) => {
                Some("the draft is 2020-12: \"https://json-schema.org/draft/2020-12/schema\"".to_owned())
            }
            "$ref" => match value.as_str().map(target) {
                Some(Some(_)) => None,
                _ => Some("a reference leads to a place in the same schema, such as \"#/$defs/port\"".into()),
            },
            "pattern" => {
                if let Some(pattern) = value.as_str() {
                    self.pattern(path, pattern);
                }
                None
            }
            "format" if !choice(&FORMATS) => {
                Some(format!("unknown format {value}; {}", hint(value.as_str().unwrap_or_default(), &FORMATS)))
            }
            "x-picker" if !choice(&PICKERS) => Some(format!(
                "there is nothing to pick for {value}; {}",
                hint(value.as_str().unwrap_or_default(), &PICKERS)
            )),
            "x-secret" | "x-locked" if !value.is_boolean() => Some(format!("`{word}` is `true` or `false`")),
            "x-secret" if value == true && schema.get("type") != Some(&Value::from("string")) => {
                Some("a secret is text: `type = \"string\"`".into())
            }
            "x-secret" if value == true && schema.contains_key("default") => {
                Some("a secret that everybody can read in the manifest is none: leave `default` out".into())
            }
            "x-order" if value.as_i64().is_none() => Some("`x-order` is a whole number".into()),
            "x-group" if !is_text(value) => Some("`x-group` is text".into()),
            "x-labels" if !value.as_object().is_some_and(|labels| labels.values().all(is_text)) => {
                Some("`x-labels` is a table from each value of `enum` to what people read".into())
            }
            _ => None,
        };
        if let Some(wrong) = wrong {
            self.say(path, wrong);
        }
    }

    fn pattern(&mut self, path: &str, pattern: &str) {
        self.patterns += 1;
        if pattern.len() > LONGEST_PATTERN {
            self.say(path, format!("a pattern has at most {LONGEST_PATTERN} bytes"));
        }
    }

    /// Follows every reference, as a validator would. `always`: what is described is always there.
    fn unfold(&mut self, schema: &'a Value, path: &str, deep: usize, always: bool, from: &mut Vec<String>) {
        // One sentence is enough: where a schema is too wide, it is so in a thousand places.
        if !self.problems.is_empty() {
            return;
        }
        self.unfolded += 1;
        if deep > DEEPEST {
            return self.say(path, format!("schemas are nested more than {DEEPEST} deep here, references counted"));
        }
        if self.unfolded > WIDEST {
            return self.say("", format!("unfolds to more than {WIDEST} schemas when its references are followed"));
        }
        let Value::Object(map) = schema else { return };
        for word in OF_A_SETTING {
            if map.contains_key(word) && self.used == Use::Payload {
                return self.say(&below(path, word), format!("`{word}` is for settings"));
            }
            // What stands in `$defs` is judged where it is used.
            if map.contains_key(word) && !always && !path.contains("/$defs/") {
                return self
                    .say(&below(path, word), format!("`{word}` counts only for a setting that is always there"));
            }
        }
        for (word, value) in map {
            let path = below(path, word);
            match (word.as_str(), value) {
                ("$ref", Value::String(reference)) => {
                    let Some(at) = target(reference) else { continue };
                    let Some(schema) = self.root.pointer(at).filter(|_| self.places.contains(at)) else {
                        self.say(&path, format!("there is no schema at `{reference}`"));
                        continue;
                    };
                    if from.iter().any(|before| before == at) {
                        return self.say(&path, format!("`{reference}` leads back to itself"));
                    }
                    from.push(at.to_owned());
                    self.unfold(schema, at, deep + 1, always, from);
                    from.pop();
                }
                ("properties", Value::Object(map)) => {
                    for (name, schema) in map {
                        self.unfold(schema, &below(&path, name), deep + 1, always, from);
                    }
                }
                (word, Value::Object(map)) if NAMED_SCHEMAS.contains(&word) => {
                    for (name, schema) in map {
                        self.unfold(schema, &below(&path, name), deep + 1, false, from);
                    }
                }
                (word, Value::Array(list)) if SCHEMAS.contains(&word) => {
                    for (n, schema) in list.iter().enumerate() {
                        self.unfold(schema, &below(&path, n), deep + 1, false, from);
                    }
                }
                (word, schema) if ONE_SCHEMA.contains(&word) => self.unfold(schema, &path, deep + 1, false, from),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn one(schema: Value) -> (String, String) {
        let mut problems = check(&schema, Use::Settings);
        assert_eq!(problems.len(), 1, "{problems:?}");
        problems.remove(0)
    }

    #[test]
    fn a_schema_of_every_day_is_taken() {
        let schema = json!({
            "type": "object",
            "$defs": { "port": { "type": "integer", "minimum": 1, "maximum": 65535 } },
            "properties": {
                "host": { "type": "string", "format": "hostname", "x-order": 1, "x-group": "Server" },
                "port": { "$ref": "#/$defs/port", "x-locked": true },
                "key": { "type": "string", "x-secret": true },
                "mode": { "enum": ["a", "b"], "x-labels": { "a": "One", "b": "Two" } },
                "who": { "type": "string", "x-picker": "user" },
            },
            "if": { "properties": { "mode": { "const": "a" } } },
            "then": { "required": ["host"] },
        });
        assert_eq!(check(&schema, Use::Settings), []);
    }

    #[test]
    fn a_slip_in_a_word_is_told_with_the_word_that_was_meant() {
        let (path, message) = one(json!({ "properties": { "days": { "type": "integer", "minumum": 1 } } }));
        assert_eq!(path, "/properties/days/minumum");
        assert!(message.contains("did you mean `minimum`"), "{message}");
        assert!(one(json!({ "x-lock": true })).1.contains("`x-locked`"));
        assert!(one(json!({ "definitions": {} })).1.contains("$defs"));
        assert!(one(json!({ "format": "colour" })).1.contains("`color`"));
        assert!(one(json!({ "x-picker": "people" })).1.contains("user"));
    }

    #[test]
    fn references_stay_inside_and_lead_to_schemas() {
        for reference in ["https://example.org/x", "other.json", "#port", "#", "#/a%2fb"] {
            assert!(one(json!({ "$ref": reference })).1.contains("same schema"), "{reference}");
        }
        assert!(one(json!({ "$ref": "#/$defs/none" })).1.contains("no schema"));
        assert!(
            one(json!({ "enum": [{ "type": "string" }], "allOf": [{ "$ref": "#/enum/0" }] })).1.contains("no schema")
        );
        let around = json!({ "$defs": { "a": { "$ref": "#/$defs/b" }, "b": { "properties": { "x": { "$ref": "#/$defs/a" } } } } });
        assert!(one(around).1.contains("leads back"));
    }

    #[test]
    fn what_unfolds_without_end_is_refused() {
        let mut deep = json!({ "type": "string" });
        for _ in 0..DEEPEST {
            deep = json!({ "properties": { "x": deep } });
        }
        assert!(one(deep.clone()).1.contains("deep"));
        assert_eq!(check(&deep["properties"]["x"], Use::Settings), []);
        // Five times ten alternatives of ten: small to write, a hundred thousand to follow.
        let mut defs = json!({ "d0": { "type": "string" } });
        for n in 1..6 {
            defs[format!("d{n}")] = json!({ "anyOf": vec![json!({ "$ref": format!("#/$defs/d{}", n - 1) }); 10] });
        }
        let problems = check(&json!({ "$defs": defs }), Use::Settings);
        assert!(
            problems.iter().any(|(_, message)| message.contains("unfolds") || message.contains("deep")),
            "{problems:?}"
        );
        let wide: Map<String, Value> = (0..=WIDEST).map(|n| (format!("p{n}"), json!(true))).collect();
        assert!(one(json!({ "properties": wide })).1.contains("unfolds"));
        let patterns: Map<String, Value> =
            (0..=MOST_PATTERNS).map(|n| (format!("p{n}"), json!({ "pattern": "a" }))).collect();
        assert!(one(json!({ "properties": patterns })).1.contains("patterns"));
        assert!(one(json!({ "pattern": "a".repeat(501) })).1.contains("500"));
        assert!(one(json!({ "description": "a".repeat(LARGEST) })).1.contains("64 KiB"));
    }

    #[test]
    fn a_secret_is_text_that_stands_where_it_is_always_found() {
        assert!(one(json!({ "properties": { "k": { "type": "integer", "x-secret": true } } })).1.contains("text"));
        assert!(
            one(json!({ "properties": { "k": { "type": "string", "x-secret": true, "default": "x" } } }))
                .1
                .contains("none")
        );
        let in_a_list = json!({ "properties": { "k": { "items": { "type": "string", "x-secret": true } } } });
        assert!(one(in_a_list).1.contains("always there"));
        let by_reference = json!({
            "$defs": { "key": { "type": "string", "x-secret": true } },
            "properties": { "k": { "$ref": "#/$defs/key" } },
        });
        assert_eq!(check(&by_reference, Use::Settings), []);
        let payload = check(&json!({ "properties": { "k": { "type": "string", "x-secret": true } } }), Use::Payload);
        assert!(payload[0].1.contains("for settings"), "{payload:?}");
    }
}
