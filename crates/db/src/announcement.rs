//! A row of the outbox, which is written with the commit.

use std::fmt::Write as _;

use base::Millis;

use crate::{Query, sql};

/// What happened, as the outbox keeps it.
#[derive(Debug, Clone)]
pub(crate) struct Announcement {
    pub(crate) at: Millis,
    pub(crate) subject: String,
    pub(crate) event: String,
}

impl Announcement {
    /// As a statement of its own.
    pub(crate) fn insert(self) -> Query {
        sql("insert into outbox (at, subject, event) values ($1, $2, $3)")
            .bind(self.at)
            .bind(self.subject)
            .bind(self.event)
    }
}

/// What each connection to PostgreSQL keeps prepared: else the server would plan the row anew each time, which costs it more than writing it.
pub(crate) const PREPARE: &str =
    "prepare announce (bigint, text, text) as insert into outbox (at, subject, event) values ($1, $2, $3)";

/// The end of a transaction on PostgreSQL, in one message: all rows in their order, then the commit, which the server does not come to if
/// they fail. `None`: a text that PostgreSQL cannot hold. `prepared`: the connection has [prepared](PREPARE) the row.
///
/// A message of several statements takes no bound values, so here alone they are written out. The driver has no way to send bound
/// statements one behind the other, and a trip to the server costs more than the row.
pub(crate) fn ending(announced: &[Announcement], prepared: bool) -> Option<String> {
    let row = if prepared { "execute announce" } else { "insert into outbox (at, subject, event) values " };
    let mut text = String::with_capacity(16 + announced.iter().map(Announcement::size).sum::<usize>());
    for Announcement { at, subject, event } in announced {
        write!(text, "{row}({}, ", at.0).ok()?;
        quote(&mut text, subject)?;
        text.push_str(", ");
        quote(&mut text, event)?;
        text.push_str("); ");
    }
    text.push_str("commit");
    Some(text)
}

impl Announcement {
    /// About as long as it is written out.
    fn size(&self) -> usize {
        40 + self.subject.len() + self.event.len()
    }
}

/// Appends a value as a literal, as libpq's `PQescapeLiteral` does: quotes are doubled, and backslashes too, in the form of literals in which
/// they mean that whatever the server is set to. The connection speaks UTF-8, in which no other character holds the byte of either.
fn quote(text: &mut String, value: &str) -> Option<()> {
    if value.contains('\0') {
        return None;
    }
    text.push_str(if value.contains('\\') { "E'" } else { "'" });
    for part in value.split_inclusive(['\'', '\\']) {
        text.push_str(part);
        text.extend(part.chars().next_back().filter(|last| matches!(last, '\'' | '\\')));
    }
    text.push('\'');
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_announced_stays_within_its_quotes() {
        let row =
            |subject: &str, event: &str| Announcement { at: Millis(7), subject: subject.into(), event: event.into() };
        let rows = [row("user/1", "{}"), row("it's", r#"{"name":"\"');drop table outbox;--\\"}"#)];
        assert_eq!(
            ending(&rows, true).unwrap(),
            r#"execute announce(7, 'user/1', '{}'); execute announce(7, 'it''s', E'{"name":"\\"'');drop table outbox;--\\\\"}'); commit"#
        );
        assert_eq!(
            ending(&rows[..1], false).unwrap(),
            "insert into outbox (at, subject, event) values (7, 'user/1', '{}'); commit"
        );
        assert!(ending(&[row("a", "\0")], true).is_none());
        assert_eq!(ending(&[], true).unwrap(), "commit");
    }
}
