//! `guildhall audit`

use audit::Format;
use clap::{Args, ValueEnum};
use client::{AuditQuery, Client, Every};
use contract::audit::{AuditEntry, AuditFilter};

use crate::terminal::{Done, Terminal, day_and_hour};

/// Which entries of the audit log, and how they are written.
#[derive(Args)]
pub struct AuditArgs {
    /// Only what that account did.
    #[arg(long, value_name = "NUMBER")]
    user: Option<i64>,
    /// Only that act, such as `user.locked`; all that begin like it where it ends in a dot.
    #[arg(long)]
    act: Option<String>,
    /// Only what was done to that: `user/17`, or `user` for all of them.
    #[arg(long)]
    target: Option<String>,
    /// Only in that organization.
    #[arg(long, value_name = "NUMBER")]
    organization: Option<i64>,
    /// The most entries, newest first.
    #[arg(long, default_value_t = 100)]
    limit: usize,
    /// How they are written.
    #[arg(long, value_enum, default_value_t = Shape::Text)]
    format: Shape,
    /// The same as `--format jsonl`.
    #[arg(long)]
    json: bool,
}

/// How entries are written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shape {
    /// A line each, for people.
    Text,
    /// A table for spreadsheets.
    Csv,
    /// A JSON object a line.
    Jsonl,
}

/// Writes the entries out.
pub async fn run(hub: &Client, terminal: &mut Terminal<'_>, args: AuditArgs) -> Done {
    let (target_kind, target_id) = match &args.target {
        Some(target) => match target.split_once('/') {
            Some((kind, id)) => (Some(kind.to_owned()), Some(id.to_owned())),
            None => (Some(target.clone()), None),
        },
        None => (None, None),
    };
    let filter = AuditFilter {
        user: args.user.map(Into::into),
        act: args.act,
        target_kind,
        target_id,
        organization: args.organization.map(Into::into),
        ..AuditFilter::default()
    };
    let query = AuditQuery { filter, ..AuditQuery::default() };
    let format = match args.format {
        _ if args.json => Some(Format::JsonLines),
        Shape::Text => None,
        Shape::Csv => Some(Format::Csv),
        Shape::Jsonl => Some(Format::JsonLines),
    };
    if let Some(format) = format {
        terminal.write(format.head())?;
    }
    // Written as they come: the trail may be long, and whoever reads it may have seen enough.
    let mut entries =
        Every::of(async |part| hub.list_audit(&AuditQuery { part, ..query.clone() }).await).by(args.limit);
    for _ in 0..args.limit {
        let Some(entry) = entries.next().await? else { break };
        match format {
            Some(format) => terminal.write(&audit::write(format, &[entry])?)?,
            None => terminal.say(line(&entry))?,
        }
    }
    Ok(())
}

fn line(entry: &AuditEntry) -> String {
    let user = entry.user.as_ref().map(|user| user.name.clone().unwrap_or_else(|| format!("account {}", user.id)));
    let who = match (&entry.plugin, user) {
        (Some(plugin), Some(user)) => format!("{user} through plugin {}", plugin.id),
        (Some(plugin), None) => format!("plugin {}", plugin.id),
        (None, Some(user)) => user,
        (None, None) => entry.actor.clone(),
    };
    let from = entry.address.as_deref().map_or_else(String::new, |address| format!(" from {address}"));
    let change = entry.after.as_deref().map_or_else(String::new, |after| format!("  {after}"));
    let at = day_and_hour(entry.at);
    format!("{at}  {who}{from}  {}  {} {}{change}", entry.act, entry.target_kind, entry.target_id)
}
