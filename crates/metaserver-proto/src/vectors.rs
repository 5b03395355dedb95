//! The runner of vector files: checks each vector against the codec and the state machines
//! (spec section 22).
//!
//! Each vector is decoded and compared with its fields, built from its fields and compared with
//! its bytes, and encoded again from what was decoded. One with `fields.expect` is also fed to the
//! machine a connection uses, in the state in which the packet is due. A field nobody asked for, a
//! kind nobody knows, a value of the wrong type: each fails its vector.

mod compute;
mod expect;
mod fields;
mod from_client;
mod from_server;
mod game;
mod packet;
mod player;
mod stage;

use serde_json::Value;

use crate::dialect::Dialect;
use fields::Fields;

/// What a vector file's reader found in one vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The vector's name.
    pub name: String,
    /// The first difference, where there is one.
    pub difference: Option<String>,
}

/// The file is not a list of vectors.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Not JSON.
    #[error("the file is not JSON")]
    Json(#[from] serde_json::Error),
    /// JSON, but not a list.
    #[error("the file is not a list")]
    NotAList,
}

/// Checks every vector of a file's text.
pub fn check_file(text: &str) -> Result<Vec<Outcome>, FileError> {
    let file: Value = serde_json::from_str(text)?;
    let vectors = file.as_array().ok_or(FileError::NotAList)?;
    Ok(vectors
        .iter()
        .map(|vector| Outcome { name: name_of(vector), difference: check(vector, vectors).err() })
        .collect())
}

/// A difference in words.
pub(crate) type Check = Result<(), String>;

/// A vector's envelope, read and checked for form.
pub(crate) struct Vector<'a> {
    name: &'a str,
    dialects: &'a [Dialect],
    from_client: bool,
    from_server: bool,
    number: Option<i16>,
    fields: &'a serde_json::Map<String, Value>,
    bytes: Vec<u8>,
    file: &'a [Value],
}

impl<'a> Vector<'a> {
    fn read(vector: &'a Value, file: &'a [Value]) -> Result<Self, String> {
        let text = |key: &str| vector[key].as_str().ok_or_else(|| format!("`{key}` is not a text"));
        let dialects: &[Dialect] = match text("dialect")? {
            "myth2" => &[Dialect::Myth2],
            "alephone" => &[Dialect::AlephOne],
            "both" => &Dialect::ALL,
            other => return Err(format!("dialect `{other}` is unknown")),
        };
        let (from_client, from_server) = match text("direction")? {
            "c2s" => (true, false),
            "s2c" => (false, true),
            "both" => (true, true),
            "n/a" => (false, false),
            other => return Err(format!("direction `{other}` is unknown")),
        };
        let number = match &vector["type"] {
            Value::Null => None,
            number => Some(
                number.as_i64().and_then(|number| i16::try_from(number).ok()).ok_or("`type` is not a packet number")?,
            ),
        };
        Ok(Self {
            name: text("name")?,
            dialects,
            from_client,
            from_server,
            number,
            fields: vector["fields"].as_object().ok_or("`fields` is not an object")?,
            bytes: fields::unhex(text("hex")?)?,
            file,
        })
    }

    /// Its fields, to be asked for one by one.
    fn fields(&self) -> Fields<'a> {
        Fields::new(self.fields, self.file, self.expects().is_some())
    }

    /// The answer wanted from a server.
    fn expects(&self) -> Option<&'a Value> {
        self.fields.get("expect")
    }
}

fn name_of(vector: &Value) -> String {
    vector["name"].as_str().unwrap_or("(no name)").to_owned()
}

fn check(vector: &Value, file: &[Value]) -> Check {
    let vector = Vector::read(vector, file)?;
    if vector.name.starts_with("crypto/") {
        return compute::crypto(&vector);
    }
    if vector.expects().is_some() {
        return expect::check(&vector);
    }
    match vector.number {
        Some(_) => packet::check(&vector),
        None => compute::other(&vector),
    }
}

/// The first place where two byte strings differ, in words.
pub(crate) fn compare_bytes(what: &str, found: &[u8], wanted: &[u8]) -> Check {
    if found == wanted {
        return Ok(());
    }
    let at =
        found.iter().zip(wanted).position(|(found, wanted)| found != wanted).unwrap_or(found.len().min(wanted.len()));
    let show = |bytes: &[u8]| match bytes.get(at) {
        Some(byte) => format!("{byte:#04x}"),
        None => "the end".to_owned(),
    };
    Err(format!(
        "{what}: byte {at} is {}, wanted {} ({} bytes, wanted {})",
        show(found),
        show(wanted),
        found.len(),
        wanted.len()
    ))
}

/// Two values that must be equal, the difference shown around its first letter.
pub(crate) fn compare<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, wanted: &T) -> Check {
    if found == wanted {
        return Ok(());
    }
    let (found, wanted) = (format!("{found:?}"), format!("{wanted:?}"));
    let common = found.char_indices().zip(wanted.chars()).find(|((_, a), b)| a != b).map_or(0, |((at, _), _)| at);
    let from = found[..common].char_indices().rev().nth(40).map_or(0, |(at, _)| at);
    let excerpt = |text: &str| -> String { text.get(from..).unwrap_or(text).chars().take(100).collect() };
    Err(format!("{what}: found …{}…, wanted …{}…", excerpt(&found), excerpt(&wanted)))
}

#[cfg(test)]
mod tests;
