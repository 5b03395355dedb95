//! A vector's fields, asked for by name; what nobody asks for is an error.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use serde_json::{Map, Value};

use super::Check;
use crate::packet::player::Colour;
use crate::text::{Text, encode_char};

/// One object of a vector.
pub(super) struct Fields<'a> {
    map: &'a Map<String, Value>,
    file: &'a [Value],
    /// A vector with `expect` may name only some of its fields, and facts beside them.
    partial: bool,
    asked: RefCell<BTreeSet<&'a str>>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(map: &'a Map<String, Value>, file: &'a [Value], partial: bool) -> Self {
        Self { map, file, partial, asked: RefCell::default() }
    }

    /// Whether only some of the fields are named, the rest being as decoded.
    pub(super) const fn is_partial(&self) -> bool {
        self.partial
    }

    /// Whether the field is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.map.contains_key(name)
    }

    /// The raw value of a field, if it is there.
    pub(super) fn value(&self, name: &str) -> Option<&'a Value> {
        let (name, value) = self.map.get_key_value(name)?;
        self.asked.borrow_mut().insert(name);
        Some(value)
    }

    /// A field, if it is there.
    pub(super) fn get<T: FromField>(&self, name: &str) -> Result<Option<T>, String> {
        self.value(name).map(|value| T::from_field(value).map_err(|why| format!("field `{name}` {why}"))).transpose()
    }

    /// A field that must be there.
    pub(super) fn need<T: FromField>(&self, name: &str) -> Result<T, String> {
        self.get(name)?.ok_or_else(|| format!("field `{name}` is missing"))
    }

    /// Overwrites `target` where the field is there.
    pub(super) fn set<T: FromField>(&self, name: &str, target: &mut T) -> Check {
        if let Some(value) = self.get(name)? {
            *target = value;
        }
        Ok(())
    }

    /// The same, under any of several names.
    pub(super) fn set_any<T: FromField>(&self, names: &[&str], target: &mut T) -> Check {
        names.iter().try_for_each(|name| self.set(name, target))
    }

    /// A field that only repeats what follows from others.
    pub(super) fn same<T: FromField + PartialEq + std::fmt::Debug>(&self, name: &str, known: &T) -> Check {
        match self.get::<T>(name)? {
            Some(value) if value != *known => Err(format!("field `{name}` is {value:?}, found {known:?}")),
            _ => Ok(()),
        }
    }

    /// An object within, if it is there.
    pub(super) fn object(&self, name: &str) -> Result<Option<Fields<'a>>, String> {
        self.value(name).map(|value| self.within(name, value)).transpose()
    }

    /// The objects of a list, if it is there.
    pub(super) fn list(&self, name: &str) -> Result<Option<Vec<Fields<'a>>>, String> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        value
            .as_array()
            .ok_or_else(|| format!("field `{name}` is not a list"))?
            .iter()
            .map(|item| self.within(name, item))
            .collect::<Result<_, _>>()
            .map(Some)
    }

    /// An object, or the words `as in <vector> entry <n>` for one told elsewhere in the file.
    fn within(&self, name: &str, value: &'a Value) -> Result<Fields<'a>, String> {
        let object = match value {
            Value::String(reference) => self.told_elsewhere(name, reference)?,
            value => value,
        };
        let map = object.as_object().ok_or_else(|| format!("field `{name}` is not an object"))?;
        Ok(Fields::new(map, self.file, self.partial))
    }

    fn told_elsewhere(&self, name: &str, reference: &str) -> Result<&'a Value, String> {
        reference
            .strip_prefix("as in ")
            .and_then(|rest| rest.rsplit_once(" entry "))
            .and_then(|(vector, entry)| {
                let index = entry.parse::<usize>().ok()?.checked_sub(1)?;
                let vector = self.file.iter().find(|other| other["name"] == vector)?;
                vector["fields"]["entries"].get(index)?.get(name)
            })
            .ok_or_else(|| format!("field `{name}` refers to {reference:?}, which is not there"))
    }

    /// Fails on fields nobody asked for, unless the vector names only some.
    pub(super) fn finish(&self) -> Check {
        if self.partial {
            return Ok(());
        }
        let asked = self.asked.borrow();
        match self.map.keys().find(|name| !asked.contains(name.as_str())) {
            Some(name) => Err(format!("field `{name}` is not one of this kind")),
            None => Ok(()),
        }
    }
}

/// A value of a vector.
pub(super) trait FromField: Sized {
    fn from_field(value: &Value) -> Result<Self, String>;
}

/// Integers of one width, whichever sign a file writes them with.
macro_rules! integer_fields {
    ($($signed:ty, $unsigned:ty;)*) => {$(
        impl FromField for $signed {
            fn from_field(value: &Value) -> Result<Self, String> {
                let number = value.as_i64().ok_or("is not an integer")?;
                <$signed>::try_from(number)
                    .or_else(|_| <$unsigned>::try_from(number).map(<$unsigned>::cast_signed))
                    .map_err(|_| "is out of range".to_owned())
            }
        }

        impl FromField for $unsigned {
            fn from_field(value: &Value) -> Result<Self, String> {
                <$signed>::from_field(value).map(<$signed>::cast_unsigned)
            }
        }
    )*};
}

integer_fields! {
    i8, u8;
    i16, u16;
    i32, u32;
}

impl FromField for usize {
    fn from_field(value: &Value) -> Result<Self, String> {
        value.as_u64().and_then(|number| Self::try_from(number).ok()).ok_or_else(|| "is not a size".to_owned())
    }
}

impl FromField for bool {
    fn from_field(value: &Value) -> Result<Self, String> {
        value.as_bool().ok_or_else(|| "is not a boolean".to_owned())
    }
}

impl FromField for String {
    fn from_field(value: &Value) -> Result<Self, String> {
        Ok(value.as_str().ok_or("is not a text")?.to_owned())
    }
}

impl FromField for Text {
    fn from_field(value: &Value) -> Result<Self, String> {
        let text = value.as_str().ok_or("is not a text")?;
        if text.chars().any(|c| c == '\0' || encode_char(c).is_none()) {
            return Err("has a character that MacRoman lacks".to_owned());
        }
        Ok(Self::new(text))
    }
}

impl FromField for Ipv4Addr {
    fn from_field(value: &Value) -> Result<Self, String> {
        value.as_str().and_then(|text| text.parse().ok()).ok_or_else(|| "is not an IPv4 address".to_owned())
    }
}

/// Bytes in hex.
impl FromField for Vec<u8> {
    fn from_field(value: &Value) -> Result<Self, String> {
        unhex(value.as_str().ok_or("is not a text")?)
    }
}

impl<const N: usize> FromField for [u8; N] {
    fn from_field(value: &Value) -> Result<Self, String> {
        Vec::from_field(value)?.try_into().map_err(|_| format!("is not {N} bytes"))
    }
}

impl<const N: usize> FromField for Option<[u8; N]> {
    fn from_field(value: &Value) -> Result<Self, String> {
        <[u8; N]>::from_field(value).map(Some)
    }
}

/// Three or four parts; the fourth word is 0 where it is not named.
impl FromField for Colour {
    fn from_field(value: &Value) -> Result<Self, String> {
        let parts =
            value.as_array().ok_or("is not a colour")?.iter().map(u16::from_field).collect::<Result<Vec<_>, _>>()?;
        let (red, green, blue, flags) = match *parts {
            [red, green, blue] => (red, green, blue, 0),
            [red, green, blue, flags] => (red, green, blue, flags),
            _ => return Err("is not a colour".to_owned()),
        };
        Ok(Self { red, green, blue, flags })
    }
}

/// Lists of plain values.
pub(super) struct ListOf<T>(pub(super) Vec<T>);

impl<T: FromField> FromField for ListOf<T> {
    fn from_field(value: &Value) -> Result<Self, String> {
        value.as_array().ok_or("is not a list")?.iter().map(T::from_field).collect::<Result<_, _>>().map(Self)
    }
}

/// Reads hex digits, two a byte.
pub(super) fn unhex(text: &str) -> Result<Vec<u8>, String> {
    let digits = text
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<Vec<_>>>()
        .ok_or("is not hex")?;
    let (pairs, []) = digits.as_chunks::<2>() else {
        return Err("has half a byte".to_owned());
    };
    Ok(pairs.iter().map(|[high, low]| high << 4 | low).collect())
}
