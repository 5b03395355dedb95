//! Who did what to whom, from where.

use contract::{
    api::Page,
    audit::{AuditEntry, AuditFilter},
};
use serde::Serialize;

use crate::{Onward, operation::operations};

/// Which entries are asked for, and which part of them.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AuditQuery {
    /// Which.
    #[serde(flatten)]
    pub filter: AuditFilter,
    /// Which part of them.
    #[serde(flatten)]
    pub part: Onward,
}

operations! {
    /// The audit log, newest first.
    GET "/audit" list_audit() ? AuditQuery => Page<AuditEntry>;
}
