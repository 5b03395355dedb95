//! A plugin's JSON Schema, ready to check with.

use std::{collections::BTreeSet, fmt};

use jsonschema::{PatternOptions, Validator, error::ValidationErrorKind};
use plugin_api::{
    json_schema::{self, Use, target},
    problem::nearest,
};
use serde_json::{Map, Value};

/// The largest value, in bytes of JSON.
pub const LARGEST: usize = 64 * 1024;
/// How deep a value is nested: as deep as schemas can be.
pub const DEEPEST: usize = json_schema::DEEPEST;
/// What is told of one value at once.
const MOST_FAULTS: usize = 100;
/// What one pattern may grow to, in bytes: a short one with large counts is large.
const LARGEST_PATTERN: usize = 256 * 1024;

/// A schema that was looked at and made ready once.
#[derive(Debug)]
pub struct Schema {
    source: Value,
    validator: Validator,
    /// Settings that only the operator's value counts for, as JSON pointers.
    locked: BTreeSet<String>,
    /// Settings that are never shown again.
    secret: BTreeSet<String>,
    defaults: Value,
}

/// Something wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where, as a JSON pointer; of what is missing, where it would stand.
    pub path: String,
    /// What.
    pub wrong: Wrong,
}

/// What can be wrong with a value. Doors put it in their own words; as text it is English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// It has to be there.
    Missing,
    /// There is no such setting.
    Unknown {
        /// One that could have been meant.
        near: Option<String>,
    },
    /// It is of another kind.
    Kind {
        /// What it has to be: the schema's words.
        wanted: Vec<String>,
    },
    /// Fewer letters than that.
    TooShort(u64),
    /// More letters than that.
    TooLong(u64),
    /// It has to be that at least.
    Below(String),
    /// It has to be that at most.
    Above(String),
    /// It has to be more than that.
    NotAbove(String),
    /// It has to be less than that.
    NotBelow(String),
    /// It has to go by steps of that.
    Step(String),
    /// It is not among these.
    NotAChoice(Vec<String>),
    /// It does not look as it has to.
    Pattern(String),
    /// It is no such thing.
    Format(String),
    /// Fewer entries than that.
    TooFew(u64),
    /// More entries than that.
    TooMany(u64),
    /// The same entry twice.
    Twice,
    /// Only the operator sets it.
    Locked,
    /// All of it is too large.
    TooLarge,
    /// It is nested too deep.
    TooDeep,
    /// A rule over several settings; the validator's words.
    Rule(String),
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("has to be given"),
            Self::Unknown { near: Some(near) } => write!(f, "is no setting; did you mean `{near}`?"),
            Self::Unknown { near: None } => f.write_str("is no setting"),
            Self::Kind { wanted } => write!(f, "has to be: {}", wanted.join(" or ")),
            Self::TooShort(least) => write!(f, "has at least {least} characters"),
            Self::TooLong(most) => write!(f, "has at most {most} characters"),
            Self::Below(least) => write!(f, "is at least {least}"),
            Self::Above(most) => write!(f, "is at most {most}"),
            Self::NotAbove(bound) => write!(f, "is more than {bound}"),
            Self::NotBelow(bound) => write!(f, "is less than {bound}"),
            Self::Step(step) => write!(f, "goes by steps of {step}"),
            Self::NotAChoice(choices) => write!(f, "is one of: {}", choices.join(", ")),
            Self::Pattern(pattern) => write!(f, "does not look like {pattern}"),
            Self::Format(format) => write!(f, "is no {format}"),
            Self::TooFew(least) => write!(f, "has at least {least} entries"),
            Self::TooMany(most) => write!(f, "has at most {most} entries"),
            Self::Twice => f.write_str("has an entry twice"),
            Self::Locked => f.write_str("is the operator's to set"),
            Self::TooLarge => write!(f, "is larger than {} KiB", LARGEST / 1024),
            Self::TooDeep => write!(f, "is nested more than {DEEPEST} deep"),
            Self::Rule(rule) => f.write_str(rule),
        }
    }
}

impl Schema {
    /// Makes one ready. What is wrong with it comes all at once: pointers into it, and sentences.
    pub fn new(source: &Value, used: Use) -> Result<Self, Vec<(String, String)>> {
        let wrong = json_schema::check(source, used);
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let wrong: Vec<(String, String)> = jsonschema::draft202012::meta::validator()
            .iter_errors(source)
            .map(|error| (error.instance_path().to_string(), error.to_string()))
            .collect();
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let mut closed = source.clone();
        if used == Use::Settings {
            close(source, source, &mut closed);
        }
        let validator = ready(&closed).map_err(|error| vec![(error.instance_path().to_string(), unready(&error))])?;
        let mut schema = Self {
            source: source.clone(),
            validator,
            locked: BTreeSet::new(),
            secret: BTreeSet::new(),
            defaults: Value::Null,
        };
        if used == Use::Settings {
            let mut found = Found::default();
            found.walk(source, source, "");
            schema.locked = found.locked;
            schema.secret = found.secret;
            schema.defaults = Value::Object(Map::new());
            let mut wrong = Vec::new();
            for (path, at, default) in found.defaults {
                // Held against its own schema: whether all of them go together is seen where they are used.
                let own = ready(&within(source, &at));
                if own.is_ok_and(|own| !own.is_valid(&default)) {
                    wrong.push((
                        format!("{at}/default"),
                        format!("the `default` {default} is not what its own schema asks for"),
                    ));
                }
                put(&mut schema.defaults, &path, default);
            }
            if !wrong.is_empty() {
                return Err(wrong);
            }
        }
        Ok(schema)
    }

    /// As it was given.
    pub fn source(&self) -> &Value {
        &self.source
    }

    /// What stands for settings nobody set.
    pub fn defaults(&self) -> &Value {
        &self.defaults
    }

    /// Whether only the operator's value counts, there or for all it stands in.
    pub fn is_locked(&self, path: &str) -> bool {
        covers(&self.locked, path)
    }

    /// Whether it is never shown again, there or all it stands in.
    pub fn is_secret(&self, path: &str) -> bool {
        covers(&self.secret, path)
    }

    /// Everything that is wrong with a value.
    pub fn check(&self, value: &Value) -> Vec<Fault> {
        if let Some(wrong) = too_much(value) {
            return vec![Fault { path: String::new(), wrong }];
        }
        let mut faults: Vec<Fault> =
            self.validator.iter_errors(value).flat_map(|error| self.faults(value, &error)).take(MOST_FAULTS).collect();
        faults.sort_by(|a, b| a.path.cmp(&b.path));
        faults.dedup();
        faults
    }

    fn faults(&self, whole: &Value, error: &jsonschema::ValidationError<'_>) -> Vec<Fault> {
        use ValidationErrorKind as Is;
        let path = error.instance_path().to_string();
        let one = |wrong: Wrong| vec![Fault { path: path.clone(), wrong }];
        let below = |name: &str| format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"));
        match error.kind() {
            Is::Required { property } => {
                vec![Fault { path: below(property.as_str().unwrap_or_default()), wrong: Wrong::Missing }]
            }
            Is::AdditionalProperties { unexpected } | Is::UnevaluatedProperties { unexpected } => {
                let known = self.known(&path);
                let unknown = |name: &String| {
                    let near = nearest(name, known.iter().map(String::as_str)).map(str::to_owned);
                    Fault { path: below(name), wrong: Wrong::Unknown { near } }
                };
                unexpected.iter().map(unknown).collect()
            }
            Is::Type { kind } => {
                let wanted = match kind {
                    jsonschema::error::TypeKind::Single(kind) => vec![kind.to_string()],
                    jsonschema::error::TypeKind::Multiple(kinds) => kinds.iter().map(|kind| kind.to_string()).collect(),
                };
                one(Wrong::Kind { wanted })
            }
            Is::MinLength { limit } => one(Wrong::TooShort(*limit)),
            Is::MaxLength { limit } => one(Wrong::TooLong(*limit)),
            Is::Minimum { limit } => one(Wrong::Below(limit.to_string())),
            Is::Maximum { limit } => one(Wrong::Above(limit.to_string())),
            Is::ExclusiveMinimum { limit } => one(Wrong::NotAbove(limit.to_string())),
            Is::ExclusiveMaximum { limit } => one(Wrong::NotBelow(limit.to_string())),
            Is::MultipleOf { multiple_of } => one(Wrong::Step(multiple_of.to_string())),
            Is::Enum { options } => {
                one(Wrong::NotAChoice(options.as_array().into_iter().flatten().map(shown).collect()))
            }
            Is::Constant { expected_value } => one(Wrong::NotAChoice(vec![shown(expected_value)])),
            Is::Pattern { pattern } => one(Wrong::Pattern(pattern.clone())),
            Is::Format { format } => one(Wrong::Format(format.clone())),
            Is::MinItems { limit } | Is::MinProperties { limit } => one(Wrong::TooFew(*limit)),
            Is::MaxItems { limit } | Is::MaxProperties { limit } => one(Wrong::TooMany(*limit)),
            Is::UniqueItems => one(Wrong::Twice),
            // A table that nothing may stand in: the validator says so of the table, and people look for the key.
            Is::FalseSchema => {
                let known = self.known(&path);
                let given = whole.pointer(&path).and_then(Value::as_object).into_iter().flat_map(Map::keys);
                let unknown = given.filter(|name| !known.contains(name));
                let faults: Vec<Fault> =
                    unknown.map(|name| Fault { path: below(name), wrong: Wrong::Unknown { near: None } }).collect();
                if faults.is_empty() { one(Wrong::Rule("can't stand here".into())) } else { faults }
            }
            // The validator quotes the value in its words, and a value may be a secret.
            _ => one(Wrong::Rule(error.masked().to_string())),
        }
    }

    /// Names of settings that stand where the pointer leads.
    fn known(&self, path: &str) -> Vec<String> {
        let mut at = &self.source;
        for name in path.split('/').skip(1) {
            let name = name.replace("~1", "/").replace("~0", "~");
            match followed(&self.source, at).get("properties").and_then(|properties| properties.get(&name)) {
                Some(next) => at = next,
                None => return Vec::new(),
            }
        }
        let properties = followed(&self.source, at).get("properties").and_then(Value::as_object);
        properties.into_iter().flat_map(Map::keys).cloned().collect()
    }
}

/// What an attacker would make too large to look at.
pub(crate) fn too_much(value: &Value) -> Option<Wrong> {
    if json_schema::depth(value) > DEEPEST {
        Some(Wrong::TooDeep)
    } else if value.to_string().len() > LARGEST {
        Some(Wrong::TooLarge)
    } else {
        None
    }
}

/// Fetches nothing: the two resolvers are not compiled in, and the rules let no reference lead out.
fn ready(schema: &Value) -> Result<Validator, jsonschema::ValidationError<'static>> {
    jsonschema::draft202012::options()
        .with_pattern_options(PatternOptions::regex().size_limit(LARGEST_PATTERN).dfa_size_limit(LARGEST_PATTERN))
        .should_validate_formats(true)
        .with_format("color", is_color)
        .build(schema)
}

fn unready(error: &jsonschema::ValidationError<'_>) -> String {
    match error.kind() {
        ValidationErrorKind::Format { format } if format == "regex" => {
            "this pattern is not taken: no look-around, no back-references, and not so large when its counts are written out".to_owned()
        }
        _ => error.to_string(),
    }
}

/// `#rgb` or `#rrggbb`, as a browser's own field has it.
fn is_color(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|hex| matches!(hex.len(), 3 | 6) && hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The schema itself, or what it refers to: the rules let no reference lead back, so this ends.
fn followed<'a>(root: &'a Value, mut schema: &'a Value) -> &'a Value {
    while schema.get("properties").is_none()
        && let Some(next) = schema.get("$ref").and_then(Value::as_str).and_then(target).and_then(|at| root.pointer(at))
    {
        schema = next;
    }
    schema
}

/// Refuses settings that a table of settings does not name, where the author has not said otherwise.
fn close(root: &Value, from: &Value, into: &mut Value) {
    let Some(map) = into.as_object_mut() else { return };
    let has_names = followed(root, from).get("properties").is_some();
    let is_root = std::ptr::eq(root, from);
    if (has_names || is_root) && !map.contains_key("additionalProperties") && !map.contains_key("unevaluatedProperties")
    {
        // Not `additionalProperties`: that would not see what a reference or an alternative beside it names.
        let open = followed(root, from);
        if open.get("additionalProperties").is_none() && open.get("unevaluatedProperties").is_none() {
            map.insert("unevaluatedProperties".into(), false.into());
        }
    }
    if let (Some(from), Some(into)) = (from.get("properties").and_then(Value::as_object), into.get_mut("properties")) {
        for (name, schema) in from {
            if let Some(into) = into.get_mut(name) {
                close(root, schema, into);
            }
        }
    }
}

/// The words of ours, and defaults, of settings that are always there.
#[derive(Default)]
struct Found {
    locked: BTreeSet<String>,
    secret: BTreeSet<String>,
    /// Where the setting is, where its schema is, and what stands for it.
    defaults: Vec<(String, String, Value)>,
}

impl Found {
    fn walk(&mut self, root: &Value, schema: &Value, path: &str) {
        self.walk_at(root, schema, "", path);
    }

    fn walk_at(&mut self, root: &Value, schema: &Value, at: &str, path: &str) {
        if schema.get("x-locked") == Some(&Value::Bool(true)) {
            self.locked.insert(path.to_owned());
        }
        if schema.get("x-secret") == Some(&Value::Bool(true)) {
            self.secret.insert(path.to_owned());
        }
        // What a table says for itself is said first, so that its settings' own word counts more. What is referred to says less than
        // what refers to it.
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str).and_then(target)
            && let Some(next) = root.pointer(reference)
        {
            self.walk_at(root, next, reference, path);
        }
        if let Some(default) = schema.get("default") {
            self.defaults.push((path.to_owned(), at.to_owned(), default.clone()));
        }
        for (name, schema) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let name = name.replace('~', "~0").replace('/', "~1");
            self.walk_at(root, schema, &format!("{at}/properties/{name}"), &format!("{path}/{name}"));
        }
    }
}

/// The schema at a place, with everything references may lead to.
fn within(root: &Value, at: &str) -> Value {
    let mut own = root.pointer(at).cloned().unwrap_or(Value::Bool(true));
    if let (Some(map), Some(defs)) = (own.as_object_mut(), root.get("$defs")) {
        map.insert("$defs".into(), defs.clone());
    }
    own
}

/// Puts a value where a pointer leads; tables on the way are made.
fn put(into: &mut Value, path: &str, value: Value) {
    let mut at = into;
    for name in path.split('/').skip(1) {
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        let name = name.replace("~1", "/").replace("~0", "~");
        at = at.as_object_mut().expect("made one above").entry(name).or_insert(Value::Null);
    }
    crate::config::lay(at, &value);
}

fn covers(paths: &BTreeSet<String>, path: &str) -> bool {
    paths
        .iter()
        .any(|above| path.strip_prefix(above.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}
