//! A dump of a MySQL or MariaDB database: the rows of the tables that are asked for, one after the other.
//!
//! As much of SQL as `mysqldump` and `mariadb-dump` write, with whichever of their options. Whatever else stands in the file is passed over,
//! and nothing of it is ever executed.

use std::{borrow::Cow, collections::BTreeMap};

/// Why a dump can't be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("line {line}: {what}")]
pub struct DumpError {
    /// Where.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

/// One value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    Null,
    /// A number as it stands, or a text with its escapes undone.
    Text(Cow<'a, [u8]>),
}

/// Reads a dump and hands over each row of the `wanted` tables with the names of its columns. Says which tables were there.
pub(crate) fn each_row<'a, E: From<DumpError>>(
    dump: &'a [u8],
    wanted: &[&'static str],
    mut take: impl FnMut(&'static str, &[String], &[Value<'a>]) -> Result<(), E>,
) -> Result<Vec<&'static str>, E> {
    let mut reader = Reader { bytes: dump, at: 0 };
    let mut columns: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    while let Some(word) = reader.next()? {
        let is = |word: &Token<'_>, text: &str| matches!(word, Token::Word(word) if word.eq_ignore_ascii_case(text));
        if is(&word, "create") {
            let kind = reader.next()?;
            if !kind.as_ref().is_some_and(|kind| is(kind, "table")) {
                reader.skip_statement()?;
                continue;
            }
            let name = reader.table_name()?;
            let Some(table) = wanted.iter().find(|table| name.eq_ignore_ascii_case(table)) else {
                reader.skip_statement()?;
                continue;
            };
            columns.insert(table, reader.column_names()?);
        } else if is(&word, "insert") || is(&word, "replace") {
            let name = reader.table_name()?;
            match wanted.iter().find(|table| name.eq_ignore_ascii_case(table)) {
                Some(table) => reader.rows(table, &mut columns, &mut take)?,
                None => reader.skip_statement()?,
            }
        } else if !matches!(word, Token::Sign(b';')) {
            reader.skip_statement()?;
        }
    }
    Ok(wanted.iter().copied().filter(|table| columns.contains_key(table)).collect())
}

#[derive(Debug, PartialEq, Eq)]
enum Token<'a> {
    /// A key word or a number, as it stands.
    Word(&'a str),
    /// A name in its own kind of quotes.
    Name(String),
    /// A text with its escapes undone.
    Text(Cow<'a, [u8]>),
    Sign(u8),
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn wrong(&self, what: impl Into<String>) -> DumpError {
        let read = self.bytes.get(..self.at).unwrap_or(self.bytes);
        DumpError { line: read.split(|byte| *byte == b'\n').count(), what: what.into() }
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    /// Goes past blanks and comments. What MySQL alone reads (`/*!40101 … */`) is a comment here, too: nothing in it has rows.
    fn skip_blanks(&mut self) -> Result<(), DumpError> {
        while let Some(byte) = self.peek(0) {
            match byte {
                byte if byte.is_ascii_whitespace() => self.at += 1,
                b'#' => self.skip_line(),
                b'-' if self.peek(1) == Some(b'-') && self.peek(2).is_none_or(|byte| byte.is_ascii_whitespace()) => {
                    self.skip_line();
                }
                b'/' if self.peek(1) == Some(b'*') => {
                    let rest = self.bytes.get(self.at + 2..).unwrap_or_default();
                    let Some(end) = rest.windows(2).position(|pair| pair == b"*/") else {
                        return Err(self.wrong("a comment that never ends"));
                    };
                    self.at += end + 4;
                }
                _ => break,
            }
        }
        Ok(())
    }

    fn skip_line(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1);
    }

    fn next(&mut self) -> Result<Option<Token<'a>>, DumpError> {
        self.skip_blanks()?;
        let Some(byte) = self.peek(0) else { return Ok(None) };
        Ok(Some(match byte {
            b'\'' | b'"' => Token::Text(self.quoted(byte, true)?),
            b'`' => Token::Name(String::from_utf8_lossy(&self.quoted(b'`', false)?).into_owned()),
            byte if is_word(byte) => {
                let rest = self.bytes.get(self.at..).unwrap_or_default();
                let length = rest.iter().position(|byte| !is_word(*byte)).unwrap_or(rest.len());
                let word = rest.get(..length).unwrap_or_default();
                self.at += length;
                Token::Word(std::str::from_utf8(word).map_err(|_| self.wrong("a word that is no text"))?)
            }
            byte => {
                self.at += 1;
                Token::Sign(byte)
            }
        }))
    }

    /// What stands between quotes. A quote in it is written twice, or with a stroke before it where `escapes` are known.
    fn quoted(&mut self, quote: u8, escapes: bool) -> Result<Cow<'a, [u8]>, DumpError> {
        let begun = self.at;
        self.at += 1;
        let from = self.at;
        let mut undone: Option<Vec<u8>> = None;
        loop {
            let Some(byte) = self.peek(0) else {
                self.at = begun;
                return Err(self.wrong("a text that never ends"));
            };
            let plain = if byte == quote {
                if self.peek(1) != Some(quote) {
                    let whole = self.bytes.get(from..self.at).unwrap_or_default();
                    self.at += 1;
                    return Ok(undone.map_or(Cow::Borrowed(whole), Cow::Owned));
                }
                (quote, 2)
            } else if byte == b'\\' && escapes {
                let meant = match self.peek(1) {
                    Some(b'n') => b'\n',
                    Some(b'r') => b'\r',
                    Some(b't') => b'\t',
                    Some(b'b') => 8,
                    Some(b'0') => 0,
                    Some(b'Z') => 26,
                    Some(other) => other,
                    None => return Err(self.wrong("a text that never ends")),
                };
                (meant, 2)
            } else {
                (byte, 1)
            };
            if plain.1 == 2 && undone.is_none() {
                undone = Some(self.bytes.get(from..self.at).unwrap_or_default().to_vec());
            }
            if let Some(undone) = &mut undone {
                undone.push(plain.0);
            }
            self.at += plain.1;
        }
    }

    /// The table a statement is about: what comes before its name says how, and matters to nobody here.
    fn table_name(&mut self) -> Result<String, DumpError> {
        const BEFORE: [&str; 10] =
            ["table", "into", "ignore", "low_priority", "delayed", "high_priority", "if", "not", "exists", "temporary"];
        let mut name = loop {
            match self.next()? {
                Some(Token::Name(name)) => break name,
                Some(Token::Word(word)) if BEFORE.iter().any(|before| word.eq_ignore_ascii_case(before)) => {}
                Some(Token::Word(name)) => break name.to_owned(),
                _ => return Err(self.wrong("a statement without the name of a table")),
            }
        };
        // `database`.`table`.
        while self.next_is(b'.')? {
            name = match self.next()? {
                Some(Token::Name(name)) => name,
                Some(Token::Word(name)) => name.to_owned(),
                _ => return Err(self.wrong("a name that ends in a dot")),
            };
        }
        Ok(name)
    }

    /// Takes the sign, if it is the next thing.
    fn next_is(&mut self, sign: u8) -> Result<bool, DumpError> {
        self.skip_blanks()?;
        let is = self.peek(0) == Some(sign);
        self.at += usize::from(is);
        Ok(is)
    }

    fn expect(&mut self, sign: u8) -> Result<(), DumpError> {
        if self.next_is(sign)? { Ok(()) } else { Err(self.wrong(format!("“{}” is missing", char::from(sign)))) }
    }

    /// The names of the columns of a `create table`, after its own name. Keys and constraints are none.
    fn column_names(&mut self) -> Result<Vec<String>, DumpError> {
        const NO_COLUMN: [&str; 9] =
            ["primary", "key", "unique", "constraint", "index", "fulltext", "foreign", "check", "spatial"];
        self.expect(b'(')?;
        let (mut names, mut depth, mut begins) = (Vec::new(), 1, true);
        while depth > 0 {
            let token = self.next()?.ok_or_else(|| self.wrong("a table that never ends"))?;
            match token {
                Token::Sign(b'(') => depth += 1,
                Token::Sign(b')') => depth -= 1,
                Token::Sign(b',') if depth == 1 => {
                    begins = true;
                    continue;
                }
                Token::Name(name) if begins => names.push(name),
                Token::Word(word) if begins && !NO_COLUMN.iter().any(|none| word.eq_ignore_ascii_case(none)) => {
                    names.push(word.to_owned());
                }
                _ => {}
            }
            begins = false;
        }
        self.skip_statement()?;
        Ok(names)
    }

    fn skip_statement(&mut self) -> Result<(), DumpError> {
        loop {
            match self.next()? {
                None | Some(Token::Sign(b';')) => return Ok(()),
                Some(_) => {}
            }
        }
    }

    /// The rows of an `insert`, after the name of its table.
    fn rows<E: From<DumpError>>(
        &mut self,
        table: &'static str,
        known: &mut BTreeMap<&'static str, Vec<String>>,
        take: &mut impl FnMut(&'static str, &[String], &[Value<'a>]) -> Result<(), E>,
    ) -> Result<(), E> {
        let columns = if self.next_is(b'(')? {
            let named = self.names()?;
            known.entry(table).or_insert_with(|| named.clone());
            named
        } else {
            let unnamed = || self.wrong(format!("rows of `{table}` before the table itself"));
            known.get(table).cloned().ok_or_else(unnamed)?
        };
        match self.next()? {
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("values") || word.eq_ignore_ascii_case("value") => {}
            _ => return Err(self.wrong(format!("rows of `{table}` that are not written out")).into()),
        }
        let mut row = Vec::with_capacity(columns.len());
        loop {
            row.clear();
            self.expect(b'(')?;
            loop {
                row.push(self.value()?);
                if !self.next_is(b',')? {
                    break;
                }
            }
            self.expect(b')')?;
            if row.len() != columns.len() {
                let what = format!("a row of `{table}` has {} values for {} columns", row.len(), columns.len());
                return Err(self.wrong(what).into());
            }
            take(table, &columns, &row)?;
            if !self.next_is(b',')? {
                break;
            }
        }
        self.skip_statement()?;
        Ok(())
    }

    fn names(&mut self) -> Result<Vec<String>, DumpError> {
        let mut names = Vec::new();
        loop {
            match self.next()? {
                Some(Token::Name(name)) => names.push(name),
                Some(Token::Word(name)) => names.push(name.to_owned()),
                _ => return Err(self.wrong("a list of columns that names none")),
            }
            if !self.next_is(b',')? {
                self.expect(b')')?;
                return Ok(names);
            }
        }
    }

    fn value(&mut self) -> Result<Value<'a>, DumpError> {
        let token = self.next()?.ok_or_else(|| self.wrong("a row that never ends"))?;
        Ok(match token {
            Token::Text(text) => Value::Text(text),
            Token::Sign(sign @ (b'-' | b'+')) => match self.next()? {
                Some(Token::Word(number)) if sign == b'+' => Value::Text(Cow::Borrowed(number.as_bytes())),
                Some(Token::Word(number)) => Value::Text(Cow::Owned(format!("-{number}").into_bytes())),
                _ => return Err(self.wrong("a sign without a number")),
            },
            Token::Word(word) if word.eq_ignore_ascii_case("null") => Value::Null,
            Token::Word(word) if word.eq_ignore_ascii_case("true") => Value::Text(Cow::Borrowed(b"1")),
            Token::Word(word) if word.eq_ignore_ascii_case("false") => Value::Text(Cow::Borrowed(b"0")),
            // The character set of the text that follows: `_binary 'abc'`.
            Token::Word(word) if word.starts_with('_') => return self.value(),
            Token::Word(word) if word.len() > 2 && word.starts_with("0x") => {
                let digits = word.get(2..).unwrap_or_default();
                Value::Text(Cow::Owned(unhex(digits).ok_or_else(|| self.wrong("digits that are not hexadecimal"))?))
            }
            Token::Word(number) if number.starts_with(|c: char| c.is_ascii_digit() || c == '.') => {
                Value::Text(Cow::Borrowed(number.as_bytes()))
            }
            _ => return Err(self.wrong("a value that is neither a number nor a text")),
        })
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'@' | b'.') || byte >= 0x80
}

fn unhex(digits: &str) -> Option<Vec<u8>> {
    let digits = digits.as_bytes();
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.len().is_multiple_of(2).then(|| digits.chunks(2).map(pair).collect()).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Rows = Vec<(&'static str, Vec<(String, Option<String>)>)>;

    fn rows(dump: &str) -> Result<Rows, DumpError> {
        let mut rows = Rows::new();
        each_row::<DumpError>(dump.as_bytes(), &["user", "games"], |table, columns, values| {
            let text = |value: &Value<'_>| match value {
                Value::Null => None,
                Value::Text(text) => Some(String::from_utf8_lossy(text).into_owned()),
            };
            rows.push((table, columns.iter().cloned().zip(values.iter().map(text)).collect()));
            Ok(())
        })?;
        Ok(rows)
    }

    fn only(dump: &str) -> Vec<Option<String>> {
        let mut rows = rows(dump).unwrap();
        assert_eq!(rows.len(), 1, "{rows:?}");
        rows.remove(0).1.into_iter().map(|(_, value)| value).collect()
    }

    #[test]
    fn a_dump_as_the_tools_write_it() {
        let dump = "-- MariaDB dump 10.19\n/*!40101 SET NAMES utf8mb4 */;\nUSE `club`;\nDROP TABLE IF EXISTS `user`;\n\
            CREATE TABLE IF NOT EXISTS `user` (\n  `sort_order` int(11) NOT NULL DEFAULT '0',\n  `username` varchar(255) COMMENT 'a, (b)',\n\
              PRIMARY KEY (`sort_order`),\n  UNIQUE KEY `name` (`username`)\n) ENGINE=InnoDB DEFAULT CHARSET=utf8;\n\
            LOCK TABLES `user` WRITE;\n/*!40000 ALTER TABLE `user` DISABLE KEYS */;\n\
            INSERT INTO `user` VALUES (1,'Olga'),\n(2,NULL);\nINSERT INTO `other` VALUES ('; ( not ours');\nUNLOCK TABLES;\n\
            CREATE ALGORITHM=UNDEFINED VIEW `games` AS select 1;\n";
        let named = |number: &str, name: Option<&str>| {
            (
                "user",
                vec![
                    ("sort_order".to_owned(), Some(number.to_owned())),
                    ("username".to_owned(), name.map(str::to_owned)),
                ],
            )
        };
        assert_eq!(rows(dump).unwrap(), [named("1", Some("Olga")), named("2", None)]);
    }

    #[test]
    fn texts_come_back_as_they_were() {
        let dump = r"insert into user (a,b,c,d) values ('it''s \'one\' \\ two\n','a;b),(c',_binary 'x',0x4f6c6761);";
        let values = only(dump);
        assert_eq!(values[0].as_deref(), Some("it's 'one' \\ two\n"));
        assert_eq!(
            (values[1].as_deref(), values[2].as_deref(), values[3].as_deref()),
            (Some("a;b),(c"), Some("x"), Some("Olga"))
        );
        let numbers = only("REPLACE INTO `club`.`user` (`a`,b,c,d,e) VALUES (-12, 1.5e3, TRUE, false, null)");
        let numbers: Vec<Option<&str>> = numbers.iter().map(Option::as_deref).collect();
        assert_eq!(numbers, [Some("-12"), Some("1.5e3"), Some("1"), Some("0"), None]);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (dump, line, says) in [
            ("insert into user (a,b)\nvalues (1);", 2, "1 values for 2 columns"),
            ("insert into user values (1);", 1, "before the table itself"),
            ("\n\ninsert into user (a) values ('open", 3, "never ends"),
            ("insert into user (a) select 1;", 1, "not written out"),
            ("insert into user (a) values (now());", 1, "neither a number nor a text"),
            ("/* open", 1, "never ends"),
        ] {
            let wrong = rows(dump).unwrap_err();
            assert!(wrong.what.contains(says) && wrong.line == line, "{dump:?}: {wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_survives_its_quotes(text in any::<String>()) {
            let quoted = text.replace('\\', "\\\\").replace('\'', "\\'").replace('\0', "\\0");
            prop_assert_eq!(&only(&format!("insert into user (a) values ('{quoted}');"))[0], &Some(text.clone()));
            let doubled = text.replace('\\', "\\\\").replace('\'', "''");
            prop_assert_eq!(&only(&format!("insert into user (a) values ('{doubled}');"))[0], &Some(text));
        }

        #[test]
        fn no_bytes_make_it_panic_or_hang(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = each_row::<DumpError>(&bytes, &["user"], |_, _, _| Ok(()));
        }

        #[test]
        fn nor_what_looks_like_a_dump(parts in proptest::collection::vec(
            prop_oneof![
                Just("insert into user "), Just("(a,b)"), Just("values "), Just("(1,'x')"), Just("create table `user` ("),
                Just("`a` int,"), Just(")"), Just(";"), Just("'"), Just("\\"), Just("/*"), Just("*/"), Just("-- "), Just("0x"), Just(","),
            ], 0..40)) {
            let _ = each_row::<DumpError>(parts.concat().as_bytes(), &["user"], |_, _, _| Ok(()));
        }
    }
}
