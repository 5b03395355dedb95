//! A row as it stands in a backup: one line of JSON, alike whichever engine it came from.

use base64ct::{Base64, Encoding as _};
use db::Cell;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// Writes a row at the end of `line`, without a newline. Bytes become `{"bytes":"<base64>"}` and fractions `{"real":"<decimal>"}`, because JSON
/// has neither bytes nor exact fractions.
pub(crate) fn write(row: &[Cell], line: &mut Vec<u8>) {
    line.push(b'[');
    for (at, cell) in row.iter().enumerate() {
        if at > 0 {
            line.push(b',');
        }
        match cell {
            Cell::Null => line.extend_from_slice(b"null"),
            Cell::Integer(number) => line.extend_from_slice(number.to_string().as_bytes()),
            Cell::Text(text) => {
                serde_json::to_writer(&mut *line, text).expect("text is JSON, and a vector takes it");
            }
            Cell::Real(number) => line.extend_from_slice(format!("{{\"real\":\"{number:?}\"}}").as_bytes()),
            Cell::Bytes(bytes) => {
                line.extend_from_slice(b"{\"bytes\":\"");
                line.extend_from_slice(Base64::encode_string(bytes).as_bytes());
                line.extend_from_slice(b"\"}");
            }
        }
    }
    line.push(b']');
}

/// Reads a row; `None` where the line is none.
pub(crate) fn read(line: &[u8]) -> Option<Vec<Cell>> {
    let Ok(Value::Array(values)) = serde_json::from_slice(line) else { return None };
    values.into_iter().map(cell).collect()
}

fn cell(value: Value) -> Option<Cell> {
    Some(match value {
        Value::Null => Cell::Null,
        Value::Number(number) => Cell::Integer(number.as_i64()?),
        Value::String(text) => Cell::Text(text),
        Value::Object(tagged) => match tagged.iter().next()? {
            (kind, Value::String(text)) if kind == "bytes" => Cell::Bytes(Base64::decode_vec(text).ok()?),
            (kind, Value::String(text)) if kind == "real" => Cell::Real(text.parse().ok()?),
            _ => return None,
        },
        Value::Bool(_) | Value::Array(_) => return None,
    })
}

/// How many rows there are, and one number that says whether they are the same rows: the sum of the rows' SHA-256, in whatever order they came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RowSum {
    rows: u64,
    sum: [u8; 32],
}

impl RowSum {
    /// Counts in a row, as [`write`] wrote it.
    pub(crate) fn add(&mut self, line: &[u8]) {
        let hash = Sha256::digest(line);
        let mut carry = 0_u16;
        for (place, byte) in self.sum.iter_mut().zip(hash.iter()).rev() {
            let total = u16::from(*place) + u16::from(*byte) + carry;
            *place = total.to_le_bytes()[0];
            carry = total >> 8;
        }
        self.rows += 1;
    }

    /// How many rows.
    pub const fn rows(&self) -> u64 {
        self.rows
    }
}

/// As it stands in the manifest.
#[derive(Serialize, Deserialize)]
struct Written {
    rows: u64,
    checksum: String,
}

impl Serialize for RowSum {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written { rows: self.rows, checksum: hex::encode(self.sum) }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for RowSum {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        let mut sum = [0; 32];
        hex::decode_to_slice(&written.checksum, &mut sum).map_err(serde::de::Error::custom)?;
        Ok(Self { rows: written.rows, sum })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(row: &[Cell]) -> Vec<u8> {
        let mut line = Vec::new();
        write(row, &mut line);
        line
    }

    #[test]
    fn every_kind_of_value_comes_back_as_it_was() {
        let row = vec![
            Cell::Null,
            Cell::Integer(i64::MIN),
            Cell::Integer(i64::MAX),
            Cell::Text("a \"word\", a\nline and żółw\u{1}".into()),
            Cell::Text(String::new()),
            Cell::Real(0.1 + 0.2),
            Cell::Real(f64::INFINITY),
            Cell::Bytes(vec![0, 255, 10]),
            Cell::Bytes(Vec::new()),
        ];
        let line = line(&row);
        assert!(!line.contains(&b'\n'), "a row is one line");
        assert_eq!(read(&line), Some(row));
    }

    #[test]
    fn what_is_no_row_is_none() {
        for bad in ["", "[", "{}", "[1.5]", "[true]", "[[1]]", "[{}]", "[{\"bytes\":\"!\"}]", "[{\"other\":\"1\"}]"] {
            assert_eq!(read(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn the_order_of_rows_does_not_matter_and_their_number_does() {
        let (a, b) = (line(&[Cell::Integer(1)]), line(&[Cell::Text("x".into())]));
        let sum = |lines: &[&Vec<u8>]| {
            let mut sum = RowSum::default();
            for line in lines {
                sum.add(line);
            }
            sum
        };
        assert_eq!(sum(&[&a, &b]), sum(&[&b, &a]));
        assert_ne!(sum(&[&a]), sum(&[&b]));
        assert_ne!(sum(&[&a, &a]), sum(&[&a]));
        let many: Vec<&Vec<u8>> = std::iter::repeat_n(&a, 300).collect();
        let written = serde_json::to_string(&sum(&many)).unwrap();
        assert_eq!(serde_json::from_str::<RowSum>(&written).unwrap(), sum(&many));
    }
}
