//! Values on their way: JSON to what SQLite keeps, and back.

use base64ct::{Base64, Encoding as _};
use serde_json::{Map, Number, Value, json};
use sqlx::{
    Arguments as _, Column as _, Decode, Row as _, Sqlite, TypeInfo as _, ValueRef as _,
    sqlite::{SqliteArguments, SqliteRow, SqliteValueRef},
};

use crate::error::Error;

/// What bytes are called in JSON: `{ "base64": "…" }`.
const BYTES: &str = "base64";

/// The arguments of a statement: the organization, then the stranger's own.
pub(crate) fn arguments(organization: Option<i64>, values: &[Value]) -> Result<SqliteArguments, Error> {
    let mut arguments = SqliteArguments::default();
    let unbound = |error: sqlx::error::BoxDynError| Error::Failed(sqlx::Error::Encode(error));
    arguments.add(organization).map_err(unbound)?;
    for (n, value) in values.iter().enumerate() {
        match value {
            Value::Null => arguments.add(None::<i64>),
            Value::Bool(flag) => arguments.add(i64::from(*flag)),
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(whole), _) => arguments.add(whole),
                (None, Some(number)) if !value.is_u64() => arguments.add(number),
                _ => return Err(Error::args(format!("has at {n} a number beyond what is kept whole"))),
            },
            Value::String(text) => arguments.add(text.clone()),
            other => arguments.add(bytes(other).ok_or_else(|| {
                Error::args(format!("has at {n} what is no number, text, flag, null or {{ \"base64\": … }}"))
            })?),
        }
        .map_err(unbound)?;
    }
    Ok(arguments)
}

fn bytes(value: &Value) -> Option<Vec<u8>> {
    let object = value.as_object().filter(|object| object.len() == 1)?;
    Base64::decode_vec(object.get(BYTES)?.as_str()?).ok()
}

/// A row as an object, and about how many bytes it has as JSON.
pub(crate) fn row(row: &SqliteRow) -> Result<(Map<String, Value>, usize), Error> {
    let (mut object, mut length) = (Map::new(), 2);
    for column in row.columns() {
        let (value, long) = cell(column.name(), row.try_get_raw(column.ordinal())?)?;
        length += column.name().len() + long + 4;
        if object.insert(column.name().to_owned(), value).is_some() {
            return Err(Error::text(format!("answers with two columns called `{}`", column.name())));
        }
    }
    Ok((object, length))
}

fn cell(name: &str, raw: SqliteValueRef<'_>) -> Result<(Value, usize), Error> {
    if raw.is_null() {
        return Ok((Value::Null, 4));
    }
    let kind = raw.type_info().name().to_owned();
    let undecoded = |error: sqlx::error::BoxDynError| Error::Failed(sqlx::Error::Decode(error));
    Ok(match kind.as_str() {
        "INTEGER" => (<i64 as Decode<Sqlite>>::decode(raw).map_err(undecoded)?.into(), 20),
        // What is no number in JSON is none here either: an infinity.
        "REAL" => (
            Number::from_f64(<f64 as Decode<Sqlite>>::decode(raw).map_err(undecoded)?)
                .map_or(Value::Null, Value::Number),
            24,
        ),
        "TEXT" => {
            let text = <String as Decode<Sqlite>>::decode(raw)
                .map_err(|_no_utf8| Error::text(format!("answers in `{name}` with a text that is no UTF-8")))?;
            let long = text.len();
            (text.into(), long)
        }
        _ => {
            let code = Base64::encode_string(&<Vec<u8> as Decode<Sqlite>>::decode(raw).map_err(undecoded)?);
            let long = code.len() + 12;
            (json!({ BYTES: code }), long)
        }
    })
}
