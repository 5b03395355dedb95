//! Where a command answers: standard output for what was asked, standard error for everything else. A test brings its own.

use std::{
    error::Error,
    fmt::Display,
    io::{self, Write},
};

use base::{Millis, Secret, Utc};
use serde::Serialize;

use crate::password;

/// Whatever kept a command from being done.
pub type Failure = Box<dyn Error + Send + Sync>;
/// What a command ends with.
pub type Done<T = ()> = Result<T, Failure>;

/// Asks for a secret.
type Ask<'t> = dyn FnMut(&str) -> io::Result<Secret> + Send + 't;

/// Whoever typed the command.
pub struct Terminal<'t> {
    out: Box<dyn Write + Send + 't>,
    err: Box<dyn Write + Send + 't>,
    ask: Box<Ask<'t>>,
}

impl<'t> Terminal<'t> {
    /// The one the process was started from.
    pub fn of_the_process() -> Self {
        Self::new(io::stdout(), io::stderr(), password::ask)
    }

    /// Another: what is answered, what is said beside it, and how secrets are asked for.
    pub fn new(
        out: impl Write + Send + 't,
        err: impl Write + Send + 't,
        ask: impl FnMut(&str) -> io::Result<Secret> + Send + 't,
    ) -> Self {
        Self { out: Box::new(out), err: Box::new(err), ask: Box::new(ask) }
    }

    /// Answers with a line.
    pub fn say(&mut self, line: impl Display) -> Done {
        Ok(writeln!(self.out, "{line}")?)
    }

    /// Answers with text that brings its own line ends.
    pub fn write(&mut self, text: &str) -> Done {
        Ok(self.out.write_all(text.as_bytes())?)
    }

    /// Says something beside the answer.
    pub fn note(&mut self, line: impl Display) -> Done {
        Ok(writeln!(self.err, "{line}")?)
    }

    /// Answers a program.
    pub fn json(&mut self, value: &impl Serialize) -> Done {
        self.say(format_args!("{:#}", serde_json::to_value(value)?))
    }

    /// Answers a program with `value`, a person with `tell`.
    pub(crate) fn answer<T: Serialize>(
        &mut self,
        as_json: bool,
        value: &T,
        tell: impl FnOnce(&mut Self, &T) -> Done,
    ) -> Done {
        if as_json { self.json(value) } else { tell(self, value) }
    }

    /// Answers with a table, or says beside it that there is `nothing`.
    pub(crate) fn table<const N: usize>(&mut self, heads: [&str; N], rows: &[[String; N]], nothing: &str) -> Done {
        if rows.is_empty() {
            return self.note(nothing);
        }
        let wide = |column: usize| {
            let cells = rows.iter().map(|row| row[column].chars().count());
            cells.chain([heads[column].chars().count()]).max().unwrap_or_default()
        };
        let widths: [usize; N] = std::array::from_fn(wide);
        let line = |cells: [&str; N]| {
            let padded: Vec<String> =
                cells.into_iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
            padded.join("  ").trim_end().to_owned()
        };
        self.say(line(heads.map(str::to_uppercase).each_ref().map(String::as_str)))?;
        for row in rows {
            self.say(line(row.each_ref().map(String::as_str)))?;
        }
        Ok(())
    }

    /// Asks for a secret.
    pub(crate) fn secret(&mut self, prompt: &str) -> Done<Secret> {
        Ok((self.ask)(prompt)?)
    }
}

/// An instant as people read it.
pub(crate) fn day_and_hour(at: Millis) -> String {
    let Utc { year, month, day, hour, minute, .. } = Utc::from(at);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02} UTC")
}

/// One that may be absent.
pub(crate) fn perhaps(at: Option<Millis>) -> String {
    at.map_or_else(|| "-".to_owned(), day_and_hour)
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;

    bytes.iter().fold(String::new(), |mut text, byte| {
        // A text takes whatever is written into it.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A text on one line: what people have written may hold line ends, and what moves a terminal's cursor.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_their_heads() {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut terminal = Terminal::new(&mut out, &mut err, |_| Err(io::ErrorKind::NotFound.into()));
        let rows = [["7".into(), "Zoë".into(), "member".into()], ["12345".into(), "B".into(), "admin".into()]];
        terminal.table(["number", "name", "role"], &rows, "Nobody.").unwrap();
        terminal.table(["number"], &[], "Nobody.").unwrap();
        drop(terminal);
        assert_eq!(String::from_utf8(out).unwrap(), "NUMBER  NAME  ROLE\n7       Zoë   member\n12345   B     admin\n");
        assert_eq!(String::from_utf8(err).unwrap(), "Nobody.\n");
    }

    #[test]
    fn what_people_wrote_moves_no_cursor() {
        assert_eq!(plain("a\u{1b}[2Jb\nc"), "a [2Jb c");
    }
}
