//! One row, asked by the names of its columns.

use base::Millis;

use crate::{Error, dump::Value, instant};

/// Characters of a value that a complaint repeats.
const SHOWN: usize = 40;

/// A row of a table.
pub(crate) struct Row<'r, 'a> {
    pub(crate) table: &'static str,
    pub(crate) columns: &'r [String],
    pub(crate) values: &'r [Value<'a>],
}

impl Row<'_, '_> {
    /// The text of a column; `None` where it is null, or there is no such column.
    pub(crate) fn perhaps(&self, column: &str) -> Option<String> {
        let at = self.columns.iter().position(|known| known.eq_ignore_ascii_case(column))?;
        match self.values.get(at)? {
            Value::Null => None,
            Value::Text(text) => Some(String::from_utf8_lossy(text).into_owned()),
        }
    }

    fn has(&self, column: &'static str) -> Result<(), Error> {
        if self.columns.iter().any(|known| known.eq_ignore_ascii_case(column)) {
            Ok(())
        } else {
            Err(Error::NoColumn { table: self.table.to_owned(), column })
        }
    }

    /// The text of a column that has to be there; empty where it is null.
    pub(crate) fn text(&self, column: &'static str) -> Result<String, Error> {
        self.has(column)?;
        Ok(self.perhaps(column).unwrap_or_default())
    }

    /// A number that has to be there.
    pub(crate) fn number<T: TryFrom<i64>>(&self, column: &'static str) -> Result<T, Error> {
        let text = self.text(column)?;
        let number = text.trim().parse::<i64>().ok().and_then(|number| T::try_from(number).ok());
        number.ok_or_else(|| Error::Value {
            table: self.table.to_owned(),
            column,
            value: text.chars().take(SHOWN).collect(),
        })
    }

    /// Whether a column holds anything but zero.
    pub(crate) fn flag(&self, column: &'static str) -> Result<bool, Error> {
        let text = self.text(column)?;
        Ok(!matches!(text.as_str(), "" | "0" | "\0"))
    }

    /// The instant in a column; `None` where it is null, MySQL's zero, or there is no such column.
    pub(crate) fn instant(&self, column: &str) -> Option<Millis> {
        instant::read(&self.perhaps(column)?)
    }
}
