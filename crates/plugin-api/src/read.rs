//! From text to a manifest: every problem at once, each at its place.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::{
    manifest::{Kind, Manifest},
    problem::{Position, Problem, below, hint, spoken},
    rules::{self, Say},
    shape::{self, File, Key, MANIFEST, Need, Shape},
};

/// The largest manifest, and the largest of its files in other languages, in bytes.
pub const LARGEST: usize = 64 * 1024;
/// Problems of one file that are told at once. Who has more has something else than a manifest.
const MOST_PROBLEMS: usize = 100;

/// A manifest, and where in its text everything stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// What it says.
    pub manifest: Manifest,
    places: Places,
}

/// Where each value begins, by its pointer.
type Places = BTreeMap<String, Position>;

impl Parsed {
    /// A problem that only others can see, at its place: the pointer leads to the value, or into something that stands there.
    pub fn problem(&self, path: &str, message: impl Into<String>) -> Problem {
        Problem { at: place(&self.places, path), path: path.to_owned(), message: message.into() }
    }
}

/// Reads `plugin.toml`. What is refused is refused with everything that is wrong in it, in the order of the text.
pub fn parse(source: &str, kind: Kind) -> Result<Parsed, Vec<Problem>> {
    let (mut value, places) = read(source, File::Manifest, |value, say| rules::check(value, kind, say))?;
    shape::complete(&MANIFEST, &mut value);
    Ok(Parsed { manifest: typed(value)?, places })
}

/// A whole manifest as types.
pub(crate) fn typed(value: Value) -> Result<Manifest, Vec<Problem>> {
    // The table of keys and the types disagree: ours to mend, and still no reason to panic over a stranger's file.
    serde_json::from_value(value).map_err(|error| at_the_start(format!("this manifest can't be taken: {error}")))
}

fn at_the_start(message: String) -> Vec<Problem> {
    vec![Problem { at: Position::START, path: String::new(), message }]
}

/// Reads a file by the table of keys. `judge` looks at what could be read, and says what no key can say of itself.
pub(crate) fn read(
    source: &str,
    file: File,
    judge: impl FnOnce(&Value, &mut Say<'_>),
) -> Result<(Value, Places), Vec<Problem>> {
    if source.len() > LARGEST {
        return Err(at_the_start(format!("this is larger than {} KiB", LARGEST / 1024)));
    }
    let (table, errors) = DeTable::parse_recoverable(source);
    let mut reader = Reader { source, file, problems: Vec::new(), places: BTreeMap::new() };
    for error in &errors {
        let at = error.span().map_or(source.len(), |span| span.start);
        let message = format!("this is not TOML: {}", error.message().replace('\n', ", "));
        reader.problem_at(at, "", message);
    }
    // A broken line hides what stands on it; to speak of keys that seem to be missing would lead astray.
    if errors.is_empty() {
        let Shape::Table(keys) = &MANIFEST else { unreachable!("a manifest is a table") };
        reader.places.insert(String::new(), Position::START);
        let value = Value::Object(reader.table(table.get_ref(), 0, "", keys));
        let Reader { problems, places, .. } = &mut reader;
        judge(&value, &mut |path: &str, message| {
            problems.push(Problem { at: place(places, path), path: path.to_owned(), message });
        });
        if reader.problems.is_empty() {
            return Ok((value, reader.places));
        }
    }
    let mut problems = reader.problems;
    problems.sort();
    problems.dedup();
    problems.truncate(MOST_PROBLEMS);
    Err(problems)
}

/// The place of a value, or of what it stands in.
fn place(places: &Places, path: &str) -> Position {
    let mut path = path;
    loop {
        match (places.get(path), path.rfind('/')) {
            (Some(at), _) => return *at,
            (None, Some(slash)) => path = &path[..slash],
            (None, None) => return Position::START,
        }
    }
}

struct Reader<'a> {
    source: &'a str,
    file: File,
    problems: Vec<Problem>,
    places: Places,
}

impl Reader<'_> {
    fn problem_at(&mut self, byte: usize, path: &str, message: String) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(Problem { at: Position::of(self.source, byte), path: path.to_owned(), message });
        }
    }

    fn table(&mut self, table: &DeTable<'_>, at: usize, path: &str, keys: &[Key]) -> Map<String, Value> {
        let file = self.file;
        let mut map = Map::new();
        for (name, value) in table {
            let path = below(path, name.get_ref());
            let taken = keys.iter().filter(|key| key.need_in(file).is_some());
            let Some(key) = taken.clone().find(|key| key.name == name.get_ref()) else {
                let known: Vec<&str> = taken.map(|key| key.name).collect();
                let message = format!("unknown key `{}`; {}", spoken(&path), hint(name.get_ref(), &known));
                self.problem_at(name.span().start, &path, message);
                continue;
            };
            let value = self.value(value, &path, &key.shape);
            map.insert(key.name.to_owned(), value);
        }
        let is_required = |key: &&Key| matches!(key.need_in(file), Some(Need::Required));
        for key in keys.iter().filter(is_required).filter(|key| !table.contains_key(key.name)) {
            let path = below(path, key.name);
            let says = format!("`{}` is missing: {}", spoken(&path), lower(key.says));
            self.problem_at(at, &path, says);
        }
        map
    }

    /// The value, or nothing in its place where it can't be taken: its neighbours keep their numbers.
    fn value(&mut self, given: &Spanned<DeValue<'_>>, path: &str, shape: &Shape) -> Value {
        let at = given.span().start;
        self.places.insert(path.to_owned(), Position::of(self.source, at));
        let taken = match (shape, given.get_ref()) {
            (Shape::Text { least, most, form }, DeValue::String(text)) => {
                check_text(text, *least, *most).and_then(|()| (form.check)(text)).map(|()| Value::from(text.as_ref()))
            }
            (Shape::Whole { least, most }, DeValue::Integer(_)) => match integer(given.get_ref()) {
                Some(number) if (*least..=*most).contains(&number) => Ok(number.into()),
                _ if least == most => Err(format!("must be {least}")),
                _ => Err(format!("is a whole number from {least} to {most}")),
            },
            (Shape::Number, DeValue::Integer(_) | DeValue::Float(_)) => {
                number(given.get_ref()).ok_or_else(|| "is a number, not endless".to_owned())
            }
            (Shape::Flag, DeValue::Boolean(flag)) => Ok((*flag).into()),
            (Shape::Choice(words), DeValue::String(word)) => {
                if words.contains(&word.as_ref()) {
                    Ok(Value::from(word.as_ref()))
                } else {
                    Err(format!("can't be `{word}`; {}", hint(word, words)))
                }
            }
            (Shape::Table(keys), DeValue::Table(table)) => return self.table(table, at, path, keys).into(),
            (Shape::OneOf(keys), DeValue::Table(table)) => {
                let map = self.table(table, at, path, keys);
                if map.len() != 1 {
                    let names: Vec<String> = keys.iter().map(|key| format!("`{}`", key.name)).collect();
                    self.problem_at(at, path, format!("`{}` has exactly one of {}", spoken(path), names.join(" and ")));
                }
                return map.into();
            }
            (Shape::List { of, least, most, unique }, DeValue::Array(list)) => {
                if list.len() < *least || list.len() > *most {
                    let message =
                        format!("`{}` has {least} to {most} entries, and here are {}", spoken(path), list.len());
                    self.problem_at(at, path, message);
                }
                let taken: Vec<Value> =
                    list.iter().take(*most).enumerate().map(|(n, one)| self.value(one, &below(path, n), of)).collect();
                if *unique {
                    for (n, one) in taken.iter().enumerate() {
                        if !one.is_null() && taken[..n].contains(one) {
                            let message = format!("`{}` has {one} twice", spoken(path));
                            self.problem_at(list[n].span().start, &below(path, n), message);
                        }
                    }
                }
                return taken.into();
            }
            (Shape::Schema, DeValue::Table(_)) => return self.json(given, path),
            (shape, given) => Err(format!("is {}, and here is {}", expected(shape), found(given))),
        };
        match taken {
            Ok(value) => value,
            Err(message) => {
                self.problem_at(at, path, format!("`{}` {message}", spoken(path)));
                Value::Null
            }
        }
    }

    /// Whatever stands there, as JSON.
    fn json(&mut self, given: &Spanned<DeValue<'_>>, path: &str) -> Value {
        let at = given.span().start;
        self.places.insert(path.to_owned(), Position::of(self.source, at));
        let refused = match given.get_ref() {
            DeValue::String(text) => return Value::from(text.as_ref()),
            DeValue::Boolean(flag) => return (*flag).into(),
            DeValue::Integer(_) | DeValue::Float(_) => match number(given.get_ref()) {
                Some(number) => return number,
                None => "is a number that JSON can't hold",
            },
            DeValue::Array(list) => {
                return list
                    .iter()
                    .enumerate()
                    .map(|(n, one)| self.json(one, &below(path, n)))
                    .collect::<Vec<_>>()
                    .into();
            }
            DeValue::Table(table) => {
                let entry = |(key, value): (&Spanned<_>, _)| -> (String, Value) {
                    let key: &std::borrow::Cow<'_, str> = key.get_ref();
                    (key.to_string(), self.json(value, &below(path, key)))
                };
                return table.iter().map(entry).collect::<Map<_, _>>().into();
            }
            DeValue::Datetime(_) => "is a date, which JSON does not have; write it as text",
        };
        self.problem_at(at, path, format!("`{}` {refused}", spoken(path)));
        Value::Null
    }
}

fn lower(says: &str) -> String {
    let mut letters = says.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

fn check_text(text: &str, least: usize, most: usize) -> Result<(), String> {
    let length = text.chars().count();
    match length {
        0 if least > 0 => Err("is empty".to_owned()),
        _ if length > most => Err(format!("has at most {most} characters, and here are {length}")),
        // A form says better what is wrong with too little.
        _ => Ok(()),
    }
}

fn integer(given: &DeValue<'_>) -> Option<i64> {
    given.as_integer().and_then(|number| i64::from_str_radix(number.as_str(), number.radix()).ok())
}

fn number(given: &DeValue<'_>) -> Option<Value> {
    match given.as_float() {
        Some(float) => serde_json::Number::from_f64(float.as_str().parse().ok()?).map(Value::Number),
        None => integer(given).map(Value::from),
    }
}

fn expected(shape: &Shape) -> &'static str {
    match shape {
        Shape::Text { .. } | Shape::Choice(_) => "text",
        Shape::Whole { .. } => "a whole number",
        Shape::Number => "a number",
        Shape::Flag => "`true` or `false`",
        Shape::Table(_) | Shape::OneOf(_) => "a table",
        Shape::List { of: Shape::Table(_), .. } => "a list of tables",
        Shape::List { .. } => "a list",
        Shape::Schema => "a JSON Schema, written as a table",
    }
}

fn found(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "`true` or `false`",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
