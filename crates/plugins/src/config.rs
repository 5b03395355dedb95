//! What a plugin's settings are: layers, the weakest first.

use plugin_api::json_schema;
use serde_json::{Map, Value};

use crate::schema::{Fault, Schema, Wrong, too_much};

/// What was said about a plugin's settings, by whom. `null`, for all of a layer or for one key, is nobody's opinion.
#[derive(Debug, Clone, Copy)]
pub struct Layers<'a> {
    /// What the code takes for granted, where it says so.
    pub code: &'a Value,
    /// The operator's.
    pub installation: &'a Value,
    /// The organization's.
    pub organization: &'a Value,
}

impl Default for Layers<'_> {
    fn default() -> Self {
        Self { code: &Value::Null, installation: &Value::Null, organization: &Value::Null }
    }
}

impl Layers<'_> {
    /// What counts: code, then the schema's defaults, then the operator, then the organization, but for what is locked.
    pub fn merged(&self, schema: &Schema) -> Value {
        let mut merged = Value::Object(Map::new());
        lay(&mut merged, self.code);
        lay(&mut merged, schema.defaults());
        lay(&mut merged, self.installation);
        // Written before it was locked, perhaps: it stays where it is kept, and does not count.
        lay(&mut merged, &unlocked(schema, self.organization, ""));
        merged
    }

    /// Everything that keeps these settings from being used.
    pub fn check(&self, schema: &Schema) -> Vec<Fault> {
        let mut faults = not_layers(&[self.code, self.installation, self.organization]);
        if faults.is_empty() {
            faults = schema.check(&self.merged(schema));
        }
        faults
    }

    /// Everything that keeps the operator's layer from being written. What is missing may still come from each organization.
    pub fn check_installation(&self, schema: &Schema) -> Vec<Fault> {
        let without = Layers { organization: &Value::Null, ..*self };
        without.check(schema).into_iter().filter(|fault| fault.wrong != Wrong::Missing).collect()
    }

    /// Everything that keeps the organization's layer from being written.
    pub fn check_organization(&self, schema: &Schema) -> Vec<Fault> {
        let mut faults = self.check(schema);
        if faults.iter().all(|fault| !matches!(fault.wrong, Wrong::TooLarge | Wrong::TooDeep)) {
            locked(schema, self.organization, "", &mut faults);
        }
        faults
    }
}

/// Lays a stronger value over a weaker one: tables key by key, everything else whole; `null` leaves what is there.
pub fn lay(under: &mut Value, over: &Value) {
    match (under, over) {
        (_, Value::Null) => {}
        (Value::Object(under), Value::Object(over)) => {
            for (key, value) in over {
                match under.get_mut(key) {
                    Some(weaker) => lay(weaker, value),
                    None => {
                        if let Some(value) = opinion(value) {
                            under.insert(key.clone(), value);
                        }
                    }
                }
            }
        }
        (under, over) => *under = opinion(over).unwrap_or(Value::Null),
    }
}

/// Without the keys nobody has an opinion about. In a list a `null` is a value.
fn opinion(value: &Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Object(map) => {
            let kept = map.iter().filter_map(|(key, value)| Some((key.clone(), opinion(value)?)));
            Some(Value::Object(kept.collect()))
        }
        value => Some(value.clone()),
    }
}

fn below(path: &str, key: &str) -> String {
    format!("{path}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// Without what only the operator sets.
fn unlocked(schema: &Schema, value: &Value, path: &str) -> Value {
    if schema.is_locked(path) {
        return Value::Null;
    }
    match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), unlocked(schema, value, &below(path, key))))
            .collect::<Map<_, _>>()
            .into(),
        value => value.clone(),
    }
}

fn locked(schema: &Schema, value: &Value, path: &str, faults: &mut Vec<Fault>) {
    match value {
        Value::Null => {}
        Value::Object(map) if !schema.is_locked(path) => {
            for (key, value) in map {
                locked(schema, value, &below(path, key), faults);
            }
        }
        value if schema.is_locked(path) && opinion(value).is_some_and(|value| value != Value::Object(Map::new())) => {
            faults.push(Fault { path: path.to_owned(), wrong: Wrong::Locked });
        }
        _ => {}
    }
}

fn not_layers(layers: &[&Value]) -> Vec<Fault> {
    let fault = |wrong| vec![Fault { path: String::new(), wrong }];
    for layer in layers {
        if let Some(wrong) = too_much(layer) {
            return fault(wrong);
        }
        if !layer.is_null() && !layer.is_object() {
            return fault(Wrong::Kind { wanted: vec!["object".into()] });
        }
    }
    Vec::new()
}

/// A schema nothing can be set by: of a plugin without `[config]`.
pub fn nothing() -> Value {
    serde_json::json!({ "type": "object", "additionalProperties": false })
}

/// The [`Schema`] of a plugin's settings.
pub fn schema_of(manifest: &plugin_api::Manifest) -> Result<Schema, Vec<(String, String)>> {
    match &manifest.config {
        Some(config) => Schema::new(config, json_schema::Use::Settings),
        None => Schema::new(&nothing(), json_schema::Use::Settings),
    }
}
