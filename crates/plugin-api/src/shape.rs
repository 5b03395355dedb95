//! What a manifest may hold, as one table: parser, published schema and the book's list of keys all come from it, and so does what may stand
//! in the files that say it again in other languages.

mod form;
mod keys;
pub(crate) mod publish;

use serde_json::Value;

pub(crate) use form::Form;
pub(crate) use keys::MANIFEST;

/// One key of a table.
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) need: Need,
    pub(crate) shape: Shape,
    /// What it means, for editors and the book: no full stop at its end.
    pub(crate) says: &'static str,
    pub(crate) part: Part,
}

/// What a key is to those who say the manifest again in another language.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// The same in every language, and not said again.
    Rule,
    /// What its table is found by.
    Name,
    /// What people read.
    Text,
}

/// Which file is read or described.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum File {
    /// `plugin.toml`.
    Manifest,
    /// `locales/<language>.toml`: of the same tables what people read, and what they are found by.
    Locale,
}

impl Key {
    /// What happens where it is left out of that file; `None`: it has no place there.
    pub(crate) fn need_in(&self, file: File) -> Option<Need> {
        match (file, self.part) {
            (File::Manifest, _) | (File::Locale, Part::Name) => Some(self.need),
            (File::Locale, Part::Text) => Some(Need::Optional),
            (File::Locale, Part::Rule) => self.shape.has_texts().then_some(Need::Optional),
        }
    }
}

/// What happens where a key is left out.
#[derive(Clone, Copy)]
pub(crate) enum Need {
    Required,
    Optional,
    /// This JSON stands for it.
    Else(&'static str),
}

/// What may stand behind a key.
pub(crate) enum Shape {
    /// So many characters, in a form.
    Text {
        least: usize,
        most: usize,
        form: Form,
    },
    Whole {
        least: i64,
        most: i64,
    },
    /// Any number.
    Number,
    Flag,
    Choice(&'static [&'static str]),
    Table(&'static [Key]),
    /// A table with exactly one of these.
    OneOf(&'static [Key]),
    List {
        of: &'static Shape,
        least: usize,
        most: usize,
        unique: bool,
    },
    /// A JSON Schema, written as TOML.
    Schema,
}

impl Shape {
    /// Whether people read anything of it.
    fn has_texts(&self) -> bool {
        match self {
            Self::Table(keys) | Self::OneOf(keys) => {
                keys.iter().any(|key| key.part == Part::Text || key.shape.has_texts())
            }
            Self::List { of, .. } => of.has_texts(),
            _ => false,
        }
    }
}

/// Fills in what was left out.
pub(crate) fn complete(shape: &Shape, value: &mut Value) {
    match (shape, value) {
        (Shape::Table(keys), Value::Object(map)) => {
            for key in *keys {
                if let (Need::Else(json), false) = (key.need, map.contains_key(key.name)) {
                    let value = serde_json::from_str(json).expect("what stands for a key is JSON");
                    map.insert(key.name.to_owned(), value);
                }
                if let Some(value) = map.get_mut(key.name) {
                    complete(&key.shape, value);
                }
            }
        }
        (Shape::List { of, .. }, Value::Array(list)) => {
            for value in list {
                complete(of, value);
            }
        }
        _ => {}
    }
}
