//! Who did what to whom, from where.

use base::{Millis, OrgId, UserId};
use contract::{api::Page, audit::AuditEntry};
use serde::Serialize;

use crate::operation::operations;

/// Which entries are asked for; what is absent does not matter.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AuditQuery {
    /// Who did it.
    pub user: Option<UserId>,
    /// What was done; all that begin like it where it ends in a dot.
    pub act: Option<String>,
    /// The kind of thing it was done to.
    pub target_kind: Option<String>,
    /// Which one.
    pub target_id: Option<String>,
    /// In which organization.
    pub organization: Option<OrgId>,
    /// From then on.
    pub from: Option<Millis>,
    /// Until then, and not at it.
    pub until: Option<Millis>,
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// The most to give, 200 at most.
    pub limit: Option<u32>,
}

operations! {
    /// The audit log, newest first.
    GET "/audit" list_audit() ? AuditQuery => Page<AuditEntry>;
}
