//! Forms out of JSON Schemas: which fields there are, what each takes, and what was typed as a value again.
//!
//! A page's form and a plugin's settings are drawn by the same rules. What no field can hold (a list of objects, a choice between shapes) is
//! a field of JSON in a form of settings, and refused in a page's. The reader is lenient where a schema is odd: the validator says what holds.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use super::check::Flaw;

/// How many fields a form has at most.
pub const MOST_FIELDS: usize = 100;
/// How deep objects stand in objects.
const DEEPEST: usize = 8;

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// Its name: the property's, or the way to it, parts divided by `/` as in a JSON pointer.
    pub name: String,
    /// What stands above it.
    pub label: String,
    /// What stands beneath it.
    pub hint: Option<String>,
    /// What it takes.
    pub takes: Takes,
    /// Whether it has to be filled in.
    pub required: bool,
    /// Among what it stands.
    pub group: Option<String>,
    /// Whether it is never shown again.
    pub secret: bool,
    /// Whether only the operator's value counts.
    pub locked: bool,
    /// Something of the hub to pick: the schema's `x-picker`.
    pub picker: Option<String>,
    /// What counts where nothing is said.
    pub default: Option<Value>,
}

/// What a field takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Takes {
    /// A line of text, or several.
    Text {
        /// What kind of it: `uri`, `email`, `color`, `duration`, …
        format: Option<String>,
        /// How many letters at most.
        most: Option<u64>,
        /// Whether it may have several lines.
        long: bool,
    },
    /// A moment.
    Instant,
    /// A whole number.
    Integer {
        /// From.
        least: Option<i64>,
        /// To.
        most: Option<i64>,
    },
    /// A number.
    Number {
        /// From.
        least: Option<f64>,
        /// To.
        most: Option<f64>,
    },
    /// Yes or no.
    Flag,
    /// One of these: value and label.
    Choice(Vec<(Value, String)>),
    /// Some of these: value and label.
    Several(Vec<(Value, String)>),
    /// A list of texts, one a line.
    Lines,
    /// Anything else, as JSON.
    Json,
}

/// How a field's text becomes a value: all that has to be known of a form to read it. Its word stands in the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// As it stands.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// There or not there.
    Flag,
    /// A moment, typed in UTC.
    Instant,
    /// One JSON value.
    Value,
    /// Several JSON values.
    Values,
    /// A text a line.
    Lines,
}

impl Wire {
    /// Whether what is left empty says something, too: no, none, no line. A form can't leave such a field open.
    pub fn always_says(self) -> bool {
        matches!(self, Self::Flag | Self::Values | Self::Lines)
    }
}

impl Wire {
    const ALL: [Self; 8] =
        [Self::Text, Self::Integer, Self::Number, Self::Flag, Self::Instant, Self::Value, Self::Values, Self::Lines];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Flag => "flag",
            Self::Instant => "instant",
            Self::Value => "value",
            Self::Values => "values",
            Self::Lines => "lines",
        }
    }
}

/// What is wrong with a field before the plugin or the schema has seen it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mistake {
    /// Nothing was given.
    Missing,
    /// It is no number, no moment, no JSON.
    Unreadable,
}

impl Field {
    /// How its text becomes a value.
    pub const fn wire(&self) -> Wire {
        match self.takes {
            Takes::Text { .. } => Wire::Text,
            Takes::Instant => Wire::Instant,
            Takes::Integer { .. } => Wire::Integer,
            Takes::Number { .. } => Wire::Number,
            Takes::Flag => Wire::Flag,
            Takes::Choice(_) | Takes::Json => Wire::Value,
            Takes::Several(_) => Wire::Values,
            Takes::Lines => Wire::Lines,
        }
    }

    /// A value as the field's text.
    pub fn text_of(&self, value: &Value) -> String {
        match (self.wire(), value) {
            (_, Value::Null) => String::new(),
            (Wire::Text | Wire::Integer | Wire::Number, Value::String(text)) => text.clone(),
            (Wire::Instant, Value::String(text)) => text.get(..16).unwrap_or_default().to_owned(),
            (Wire::Lines, Value::Array(lines)) => {
                let lines: Vec<&str> = lines.iter().filter_map(Value::as_str).collect();
                lines.join("\n")
            }
            (_, value) => value.to_string(),
        }
    }
}

/// The fields of a page's form.
///
/// # Errors
///
/// What in the schema can't be a field.
pub fn fields(schema: &Value) -> Result<Vec<Field>, Vec<Flaw>> {
    let mut flaws = Vec::new();
    if schema["type"] != "object" || !schema["properties"].is_object() {
        flaws.push(Flaw { path: String::new(), says: "is the schema of an object with properties".into() });
        return Err(flaws);
    }
    let fields = settings(schema);
    if fields.is_empty() || fields.len() > MOST_FIELDS {
        flaws.push(Flaw { path: "/properties".into(), says: format!("has 1 to {MOST_FIELDS} properties") });
    }
    for field in &fields {
        let mut flaw =
            |says: &str| flaws.push(Flaw { path: format!("/properties/{}", field.name), says: says.to_owned() });
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
        if field.name.starts_with('_') || field.name.len() > 64 || !field.name.chars().all(plain) {
            flaw("is no name of a field: letters, digits, _ and -, and no _ in front");
        }
        if field.takes == Takes::Json {
            flaw("is nothing a field could hold: text, a number, yes or no, a choice, or a list of texts");
        }
        if field.secret {
            flaw("is a secret, and secrets are settings");
        }
    }
    if flaws.is_empty() { Ok(fields) } else { Err(flaws) }
}

/// The fields of a form of settings, in their order and by their groups.
pub fn settings(schema: &Value) -> Vec<Field> {
    let mut fields = Vec::new();
    gather(schema, schema, "", &Inherited::default(), 0, &mut fields);
    // Stable: those of one place stand as the schema has them.
    fields.sort_by_key(|(order, _)| *order);
    let mut groups: Vec<Option<String>> = Vec::new();
    for (_, field) in &fields {
        if !groups.contains(&field.group) {
            groups.push(field.group.clone());
        }
    }
    // What is in no group comes first.
    groups.sort_by_key(Option::is_some);
    let mut fields: Vec<Field> = fields.into_iter().map(|(_, field)| field).collect();
    fields.sort_by_key(|field| groups.iter().position(|group| *group == field.group));
    fields
}

#[derive(Default)]
struct Inherited {
    group: Option<String>,
    locked: bool,
    order: i64,
    optional: bool,
}

fn gather(root: &Value, schema: &Value, above: &str, from: &Inherited, depth: usize, fields: &mut Vec<(i64, Field)>) {
    let Some(properties) = schema["properties"].as_object() else { return };
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (key, property) in properties {
        if fields.len() > MOST_FIELDS {
            return;
        }
        let property = followed(root, property);
        let mut name = above.to_owned();
        let _ =
            write!(name, "{}{}", if above.is_empty() { "" } else { "/" }, key.replace('~', "~0").replace('/', "~1"));
        let text = |word: &str| property[word].as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned);
        let label = text("title").unwrap_or_else(|| spoken(key));
        let is_required = required.contains(&key.as_str());
        let locked = from.locked || property["x-locked"] == true;
        let order = property["x-order"].as_i64().unwrap_or(from.order);
        if property["properties"].as_object().is_some_and(|inner| !inner.is_empty()) && depth < DEEPEST {
            let from = Inherited {
                group: text("x-group").or_else(|| from.group.clone()).or(Some(label)),
                locked,
                order,
                // What stands in something that may be absent may be absent.
                optional: from.optional || !is_required,
            };
            gather(root, property, &name, &from, depth + 1, fields);
            continue;
        }
        let field = Field {
            name,
            label,
            hint: text("description"),
            takes: takes(root, property),
            required: is_required && !from.optional,
            group: text("x-group").or_else(|| from.group.clone()),
            secret: property["x-secret"] == true,
            locked,
            picker: text("x-picker"),
            default: property.get("default").cloned(),
        };
        fields.push((order, field));
    }
}

/// The schema a reference leads to.
fn followed<'a>(root: &'a Value, mut schema: &'a Value) -> &'a Value {
    for _ in 0..DEEPEST {
        let Some(to) = schema["$ref"].as_str().and_then(|to| root.pointer(to.strip_prefix('#')?)) else { break };
        schema = to;
    }
    schema
}

/// A property's name where it has no title: `keep_days` is "Keep days".
fn spoken(key: &str) -> String {
    let mut letters = key.chars().map(|letter| if letter == '_' { ' ' } else { letter });
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn takes(root: &Value, schema: &Value) -> Takes {
    if let Some(choices) = choices(schema) {
        return Takes::Choice(choices);
    }
    match schema["type"].as_str() {
        Some("string") if schema["format"] == "date-time" => Takes::Instant,
        Some("string") => {
            let (format, most) = (schema["format"].as_str().map(str::to_owned), schema["maxLength"].as_u64());
            let long = format.is_none() && schema["pattern"].is_null() && most.is_none_or(|most| most > 200);
            Takes::Text { format, most, long: long && schema["x-picker"].is_null() && schema["x-secret"] != true }
        }
        Some("integer") => Takes::Integer { least: schema["minimum"].as_i64(), most: schema["maximum"].as_i64() },
        Some("number") => Takes::Number { least: schema["minimum"].as_f64(), most: schema["maximum"].as_f64() },
        Some("boolean") => Takes::Flag,
        Some("array") => {
            let items = followed(root, &schema["items"]);
            match choices(items) {
                Some(choices) => Takes::Several(choices),
                None if items["type"] == "string" => Takes::Lines,
                None => Takes::Json,
            }
        }
        _ => Takes::Json,
    }
}

fn choices(schema: &Value) -> Option<Vec<(Value, String)>> {
    let values = schema["enum"].as_array().filter(|values| !values.is_empty())?;
    if values.iter().any(|value| value.is_object() || value.is_array()) {
        return None;
    }
    let label = |(n, value): (usize, &Value)| {
        let plain = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        // By value, or one after the other.
        let labels = &schema["x-labels"];
        let given = labels.get(plain.as_str()).or_else(|| labels.get(n)).and_then(Value::as_str);
        (value.clone(), given.unwrap_or(&plain).to_owned())
    };
    Some(values.iter().enumerate().map(label).collect())
}

/// All that has to be known to read a form: `days:integer!,note:text`. An exclamation mark: it has to be filled in.
pub fn outline(fields: &[Field]) -> String {
    let mut outline = String::new();
    for field in fields {
        let comma = if outline.is_empty() { "" } else { "," };
        let must = if field.required && field.wire() != Wire::Flag { "!" } else { "" };
        let _ = write!(outline, "{comma}{}:{}{must}", field.name, field.wire().word());
    }
    outline
}

/// What was typed into the fields of an outline. `typed`: names and texts as they came, other names among them.
///
/// # Errors
///
/// Every field that says nothing sensible; none of what was typed is lost on whoever holds it.
pub fn read(outline: &str, typed: &[(String, String)]) -> Result<Map<String, Value>, Vec<(String, Mistake)>> {
    let (mut values, mut mistakes) = (Map::new(), Vec::new());
    for part in outline.split(',').filter(|part| !part.is_empty()) {
        let (required, part) = part.strip_suffix('!').map_or((false, part), |part| (true, part));
        let Some((name, word)) = part.split_once(':') else { continue };
        let Some(wire) = Wire::ALL.into_iter().find(|wire| wire.word() == word) else { continue };
        // Each of several boxes has a name of its own: `some|0`, `some|1`.
        let is_it = |key: &str| key.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('|'));
        let given: Vec<&str> = typed.iter().filter(|(key, _)| is_it(key)).map(|(_, text)| text.as_str()).collect();
        match value(wire, &given) {
            Ok(Some(value)) => {
                values.insert(name.to_owned(), value);
            }
            Ok(None) if required => mistakes.push((name.to_owned(), Mistake::Missing)),
            Ok(None) => {}
            Err(mistake) => mistakes.push((name.to_owned(), mistake)),
        }
    }
    if mistakes.is_empty() { Ok(values) } else { Err(mistakes) }
}

/// What a field's texts mean; nothing where it was left empty.
///
/// # Errors
///
/// Where they mean nothing.
pub fn value(wire: Wire, given: &[&str]) -> Result<Option<Value>, Mistake> {
    let text = given.last().map_or("", |text| *text);
    let empty = text.trim().is_empty();
    Ok(match wire {
        Wire::Flag => Some(Value::Bool(!empty)),
        Wire::Values => {
            let values: Result<Vec<Value>, _> =
                given.iter().filter(|text| !text.is_empty()).map(|text| serde_json::from_str(text)).collect();
            Some(Value::Array(values.map_err(|_| Mistake::Unreadable)?))
        }
        Wire::Lines => {
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            Some(lines.map(|line| Value::String(line.to_owned())).collect())
        }
        _ if empty => None,
        // As browsers send it, so that a text of two lines is the same with script and without.
        Wire::Text => Some(Value::String(text.replace("\r\n", "\n"))),
        Wire::Integer => Some(text.trim().parse::<i64>().map_err(|_| Mistake::Unreadable)?.into()),
        Wire::Number => {
            let number = text.trim().parse::<f64>().ok().and_then(Number::from_f64);
            Some(Value::Number(number.ok_or(Mistake::Unreadable)?))
        }
        Wire::Instant => Some(Value::String(instant(text.trim()).ok_or(Mistake::Unreadable)?)),
        Wire::Value => Some(serde_json::from_str(text).map_err(|_| Mistake::Unreadable)?),
    })
}

/// `2026-01-02T03:04` as browsers send a moment, with seconds or without: in UTC, as JSON writes it.
fn instant(text: &str) -> Option<String> {
    let text = text.strip_suffix('Z').unwrap_or(text);
    let shape = |text: &str| {
        text.bytes().zip(b"0000-00-00T00:00:00".iter()).all(|(is, wanted)| match wanted {
            b'0' => is.is_ascii_digit(),
            _ => is == *wanted,
        })
    };
    match text.len() {
        16 if shape(text) => Some(format!("{text}:00Z")),
        19 if shape(text) => Some(format!("{text}Z")),
        _ => None,
    }
}

/// Puts a field's value where its name says, making the objects on the way.
pub fn put(into: &mut Value, name: &str, value: Value) {
    let mut at = into;
    let mut parts = name.split('/').map(|part| part.replace("~1", "/").replace("~0", "~")).peekable();
    while let Some(part) = parts.next() {
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        let Some(object) = at.as_object_mut() else { return };
        if parts.peek().is_none() {
            object.insert(part, value);
            return;
        }
        at = object.entry(part).or_insert(Value::Null);
    }
}

/// What stands where a field's name says.
pub fn at<'a>(values: &'a Value, name: &str) -> Option<&'a Value> {
    values.pointer(&format!("/{name}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn schema() -> Value {
        json!({
            "type": "object",
            "required": ["days", "kind"],
            "$defs": { "colour": { "type": "string", "enum": ["red", "blue"], "x-labels": { "red": "Red" } } },
            "properties": {
                "note": { "type": "string", "maxLength": 60 },
                "days": { "type": "integer", "minimum": 1, "title": "Keep for (days)", "x-order": -1 },
                "kind": { "$ref": "#/$defs/colour" },
                "tags": { "type": "array", "items": { "type": "string" } },
                "some": { "type": "array", "items": { "$ref": "#/$defs/colour" } },
                "on": { "type": "boolean", "default": true },
                "from": { "type": "string", "format": "date-time" },
                "key": { "type": "string", "x-secret": true },
                "site": { "type": "object", "title": "The site", "required": ["url"], "properties": {
                    "url": { "type": "string", "format": "uri" },
                    "a/b": { "type": "number", "x-locked": true }
                } },
                "odd": { "type": "array", "items": { "type": "object" } }
            }
        })
    }

    #[test]
    fn a_schema_becomes_fields_in_their_order_and_groups() {
        let fields = settings(&schema());
        assert_eq!(fields[0].name, "days");
        assert_eq!(fields[0].label, "Keep for (days)");
        assert!(fields[0].required);
        let of = |name: &str| fields.iter().find(|field| field.name == name).unwrap();
        assert_eq!(of("note").label, "Note");
        assert_eq!(of("kind").takes, Takes::Choice(vec![("red".into(), "Red".into()), ("blue".into(), "blue".into())]));
        assert!(matches!(of("some").takes, Takes::Several(_)));
        assert!(of("key").secret && of("on").default == Some(true.into()));
        assert_eq!(of("odd").takes, Takes::Json);
        let last: Vec<_> = fields.iter().rev().take(2).map(|field| field.group.as_deref()).collect();
        assert_eq!(last, [Some("The site"); 2]);
        assert!(!of("site/url").required, "the whole of it may be left out");
        assert!(of("site/a~1b").locked);
    }

    #[test]
    fn a_page_s_form_is_flat_and_without_secrets() {
        let told = fields(&schema()).unwrap_err();
        for place in ["/properties/site/url", "/properties/odd", "/properties/key"] {
            assert!(told.iter().any(|flaw| flaw.path == place), "{place}: {told:?}");
        }
        assert!(fields(&json!({ "type": "string" })).is_err());
        assert!(fields(&json!({ "type": "object", "properties": {} })).is_err());
    }

    #[test]
    fn what_is_typed_is_read_by_the_outline() {
        let outline = outline(&settings(&schema()));
        let typed = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
        };
        let read_ = |pairs: &[(&str, &str)]| read(&outline, &typed(pairs));
        let values = read_(&[
            ("days", " 3 "),
            ("kind", "\"red\""),
            ("tags", "a\r\n\r\n b "),
            ("some|0", "\"red\""),
            ("some|1", "\"blue\""),
            ("from", "2026-01-02T03:04"),
            ("note", ""),
            ("other", "is none of it"),
        ])
        .unwrap();
        assert_eq!(
            Value::Object(values),
            json!({
                "days": 3, "kind": "red", "tags": ["a", "b"], "some": ["red", "blue"], "on": false,
                "from": "2026-01-02T03:04:00Z"
            })
        );
        let mut mistakes = read_(&[("days", "three"), ("from", "tomorrow"), ("kind", "")]).unwrap_err();
        mistakes.sort_by(|one, other| one.0.cmp(&other.0));
        let wrong: Vec<_> = mistakes.iter().map(|(name, mistake)| (name.as_str(), *mistake)).collect();
        assert_eq!(wrong, [("days", Mistake::Unreadable), ("from", Mistake::Unreadable), ("kind", Mistake::Missing)]);
    }

    #[test]
    fn a_value_stands_where_its_name_says() {
        let mut value = Value::Null;
        put(&mut value, "site/a~1b", json!(1));
        put(&mut value, "site/url", json!("x"));
        put(&mut value, "days", json!(2));
        assert_eq!(value, json!({ "site": { "a/b": 1, "url": "x" }, "days": 2 }));
        assert_eq!(at(&value, "site/a~1b"), Some(&json!(1)));
    }

    proptest! {
        /// A value that a field shows is what it reads again.
        #[test]
        fn text_and_value_are_the_same(days in any::<i64>(), note in "[a-zA-Z ]{1,40}", on in any::<bool>(), tags in proptest::collection::vec("[a-z]{1,8}", 0..5)) {
            let fields = settings(&schema());
            for (name, value) in [("days", json!(days)), ("tags", json!(tags)), ("kind", json!("blue"))] {
                let field = fields.iter().find(|field| field.name == name).unwrap();
                prop_assert_eq!(super::value(field.wire(), &[&field.text_of(&value)]), Ok(Some(value)));
            }
            prop_assert_eq!(super::value(Wire::Flag, if on { &["on"] } else { &[] }), Ok(Some(json!(on))));
            if !note.trim().is_empty() {
                prop_assert_eq!(super::value(Wire::Text, &[&note]), Ok(Some(json!(note))));
            }
        }

        #[test]
        fn no_schema_breaks_the_reader(text in "[\\[{\"a-z$#/:,}\\]0-9]{0,200}", typed in "\\PC{0,60}") {
            if let Ok(schema) = serde_json::from_str::<Value>(&text) {
                let _ = settings(&schema);
            }
            for wire in Wire::ALL {
                let _ = value(wire, &[&typed]);
            }
            let _ = read(&typed, &[(typed.clone(), typed.clone())]);
        }
    }
}
