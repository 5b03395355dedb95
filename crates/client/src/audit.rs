//! Who did what to whom, from where.

use contract::{
    api::Page,
    audit::{AuditEntry, AuditFilter},
};
use serde::Serialize;

use crate::operation::operations;

/// Which entries are asked for, and which part of them.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AuditQuery {
    /// Which.
    #[serde(flatten)]
    pub filter: AuditFilter,
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// The most to give, 200 at most.
    pub limit: Option<u32>,
}

operations! {
    /// The audit log, newest first.
    GET "/audit" list_audit() ? AuditQuery => Page<AuditEntry>;
}
