//! The trail as a file: a table for spreadsheets, or a JSON object a line for programs.

use std::fmt::Write as _;

use contract::audit::{AuditEntry, Named};

/// What kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma separated, the first line names the columns (RFC 4180).
    Csv,
    /// A JSON object a line.
    JsonLines,
}

impl Format {
    /// The first lines of the file.
    pub const fn head(self) -> &'static str {
        match self {
            Self::Csv => {
                "id,at,actor,plugin_id,plugin,user_id,user,behind_user_id,behind_user,address,act,target_kind,target_id,organization_id,before,after\r\n"
            }
            Self::JsonLines => "",
        }
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::JsonLines => "application/x-ndjson",
        }
    }

    /// How its name ends.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
        }
    }
}

/// The lines of these entries.
///
/// # Errors
///
/// An entry that can't be written as JSON: none is left out in silence.
pub fn write(format: Format, entries: &[AuditEntry]) -> serde_json::Result<String> {
    let mut lines = String::new();
    for entry in entries {
        match format {
            Format::Csv => csv_line(&mut lines, entry),
            Format::JsonLines => {
                lines.push_str(&serde_json::to_string(entry)?);
                lines.push('\n');
            }
        }
    }
    Ok(lines)
}

fn csv_line(lines: &mut String, entry: &AuditEntry) {
    let id = |named: &Option<Named>| named.as_ref().map(|named| named.id.to_string()).unwrap_or_default();
    let name = |named: &Option<Named>| named.as_ref().and_then(|named| named.name.clone()).unwrap_or_default();
    let cells = [
        entry.id.to_string(),
        entry.at.0.to_string(),
        entry.actor.clone(),
        entry.plugin.as_ref().map(|plugin| plugin.id.clone()).unwrap_or_default(),
        entry.plugin.as_ref().map(|plugin| plugin.name.clone()).unwrap_or_default(),
        id(&entry.user),
        name(&entry.user),
        id(&entry.behind),
        name(&entry.behind),
        entry.address.clone().unwrap_or_default(),
        entry.act.clone(),
        entry.target_kind.clone(),
        entry.target_id.clone(),
        entry.organization.map(|org| org.to_string()).unwrap_or_default(),
        entry.before.clone().unwrap_or_default(),
        entry.after.clone().unwrap_or_default(),
    ];
    for (at, cell) in cells.iter().enumerate() {
        let _ = write!(lines, "{}{}", if at == 0 { "" } else { "," }, csv_cell(cell));
    }
    lines.push_str("\r\n");
}

/// A cell that a spreadsheet takes for text, whatever stands in it: one that begins like a formula begins with an apostrophe instead.
fn csv_cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use base::{AuditId, Millis, UserId};
    use contract::audit::NamedPlugin;

    use super::*;

    fn entry() -> AuditEntry {
        AuditEntry {
            id: AuditId::from(3),
            at: Millis(1000),
            actor: "plugin".into(),
            plugin: Some(NamedPlugin { id: "vault".into(), name: "-vault".into() }),
            user: Some(Named { id: UserId::from(7), name: Some("=cmd()".into()) }),
            behind: None,
            address: Some("192.0.2.1".into()),
            act: "user.locked".into(),
            target_kind: "user".into(),
            target_id: "9".into(),
            organization: None,
            before: None,
            after: Some(r#"{"reason":"rude, twice"}"#.into()),
        }
    }

    #[test]
    fn no_cell_is_a_formula() {
        for (text, cell) in [
            ("a", "a"),
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@sum", "'@sum"),
            ("\tx", "'\tx"),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("=a,b", "\"'=a,b\""),
        ] {
            assert_eq!(csv_cell(text), cell);
        }
    }

    #[test]
    fn every_line_has_a_cell_for_every_column() {
        let line = write(Format::Csv, &[entry()]).unwrap();
        assert_eq!(
            line,
            "3,1000,plugin,vault,'-vault,7,'=cmd(),,,192.0.2.1,user.locked,user,9,,,\"{\"\"reason\"\":\"\"rude, twice\"\"}\"\r\n"
        );
        assert_eq!(Format::Csv.head().matches(',').count(), 15);
    }

    #[test]
    fn a_line_is_an_object() {
        let lines = write(Format::JsonLines, &[entry(), entry()]).unwrap();
        assert_eq!(lines.lines().count(), 2);
        assert_eq!(serde_json::from_str::<AuditEntry>(lines.lines().next().unwrap()).unwrap(), entry());
    }
}
