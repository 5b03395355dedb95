//! `guildhall audit`

use std::error::Error;

use audit::{Format, LONGEST_PAGE, Trail};
use base::{Actor, AuditId};
use clap::{Args, ValueEnum};
use contract::audit::{AuditEntry, AuditFilter};

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

/// Writes the entries to standard output as the operator.
pub async fn run(trail: &Trail, args: AuditArgs) -> Result<(), Box<dyn Error + Send + Sync>> {
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
    let format = match args.format {
        _ if args.json => Some(Format::JsonLines),
        Shape::Text => None,
        Shape::Csv => Some(Format::Csv),
        Shape::Jsonl => Some(Format::JsonLines),
    };
    if let Some(format) = format {
        print!("{}", format.head());
    }
    let (mut left, mut before) = (args.limit, None::<AuditId>);
    while left > 0 {
        let some = u32::try_from(left).unwrap_or(LONGEST_PAGE).min(LONGEST_PAGE);
        let (entries, next) = trail.list(&Actor::Operator, &filter, before, some).await?;
        left -= entries.len().min(left);
        match format {
            Some(format) => print!("{}", audit::write(format, &entries)),
            None => entries.iter().for_each(|entry| println!("{}", line(entry))),
        }
        before = next;
        if before.is_none() {
            break;
        }
    }
    Ok(())
}

fn line(entry: &AuditEntry) -> String {
    let who = match &entry.user {
        Some(user) => user.name.clone().unwrap_or_else(|| format!("account {}", user.id)),
        None => entry.actor.clone(),
    };
    let from = entry.address.as_deref().map_or_else(String::new, |address| format!(" from {address}"));
    let change = entry.after.as_deref().map_or_else(String::new, |after| format!("  {after}"));
    format!("{}  {who}{from}  {}  {} {}{change}", entry.at.0, entry.act, entry.target_kind, entry.target_id)
}
