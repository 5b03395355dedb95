//! The audit trail.

use contract::audit::AuditEntry;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// What is asked of the trail, as it stands in the page's address.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AskedOfTrail {
    /// The number of an account.
    #[serde(default)]
    pub user: String,
    /// An act, or how some begin.
    #[serde(default)]
    pub act: String,
    /// A kind of thing.
    #[serde(default)]
    pub kind: String,
    /// Which one.
    #[serde(default)]
    pub id: String,
    /// The number of an organization.
    #[serde(default)]
    pub org: String,
    /// The first day: `2026-11-21`.
    #[serde(default)]
    pub from: String,
    /// The last day.
    #[serde(default)]
    pub until: String,
}

/// A page of the trail.
#[derive(Clone, Serialize, Deserialize)]
pub struct TrailPage {
    /// Its entries, newest first.
    pub entries: Vec<AuditEntry>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// Entries of the trail.
#[server(endpoint = "admin_audit")]
pub async fn read_trail(
    #[server(default)] asked: AskedOfTrail,
    #[server(default)] after: String,
) -> Result<TrailPage, AppError> {
    use contract::{Code, Problem};

    use crate::context;

    super::known()?;
    let unreadable = || AppError::from(Problem::new(base::Kind::Invalid, Code::Malformed));
    let filter = read_audit_filter(&asked).ok_or_else(unreadable)?;
    let before = if after.is_empty() { None } else { Some(after.parse::<i64>().map_err(|_| unreadable())?.into()) };
    let listed = context::services().trail.list(&context::visitor().actor, &filter, before, 50).await;
    let (entries, next) = listed.map_err(context::told)?;
    Ok(TrailPage { entries, next: next.map(|next| next.to_string()) })
}

/// As the trail takes it; nothing where something cannot be read.
#[cfg(feature = "ssr")]
pub fn read_audit_filter(asked: &AskedOfTrail) -> Option<contract::audit::AuditFilter> {
    let text = |text: &str| Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned);
    let number = |typed: &str| match typed.trim() {
        "" => Some(None),
        typed => typed.parse::<i64>().ok().map(Some),
    };
    let day = |typed: &str| match typed.trim() {
        "" => Some(None),
        typed => crate::time::day(typed).map(Some),
    };
    Some(contract::audit::AuditFilter {
        user: number(&asked.user)?.map(Into::into),
        act: text(&asked.act),
        target_kind: text(&asked.kind),
        target_id: text(&asked.id),
        organization: number(&asked.org)?.map(Into::into),
        from: day(&asked.from)?,
        until: day(&asked.until)?.map(|day| day.plus(std::time::Duration::from_hours(24))),
    })
}
