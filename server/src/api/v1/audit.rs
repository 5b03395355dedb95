//! `/audit`: who did what to whom, from where.

use axum::extract::State;
use base::{AuditId, Millis, OrgId, UserId};
use contract::{
    api::Page,
    audit::{AuditEntry, AuditFilter},
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Cursor, Known, Limit, Listing, Query, bounded},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new().routes(routes!(list_audit))
}

/// Which entries to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Those of that account.
    #[serde(default, deserialize_with = "bounded::<1, _, _>")]
    user: Option<UserId>,
    /// That act: `user.locked`; all that begin like it where it ends in a dot.
    #[param(max_length = 100)]
    act: Option<String>,
    /// Done to that kind of thing: `user`.
    #[param(max_length = 100)]
    target_kind: Option<String>,
    /// Done to that one.
    #[param(max_length = 100)]
    target_id: Option<String>,
    /// Done in that organization.
    #[serde(default, deserialize_with = "bounded::<1, _, _>")]
    organization: Option<OrgId>,
    /// From that instant on.
    #[serde(default, deserialize_with = "bounded::<0, _, _>")]
    from: Option<Millis>,
    /// Before that instant.
    #[serde(default, deserialize_with = "bounded::<0, _, _>")]
    until: Option<Millis>,
    #[param(inline)]
    cursor: Option<Cursor<AuditId>>,
    #[serde(default)]
    #[param(inline, required = false)]
    limit: Limit,
}

/// The audit log, newest first.
#[utoipa::path(get, path = "/audit", tag = "audit", params(Which), responses((status = 200, description = "As asked", body = Page<AuditEntry>)))]
async fn list_audit(
    Known(actor): Known,
    State(hub): State<Hub>,
    Query(which): Query<Which>,
) -> Answer<Listing<AuditEntry>> {
    let filter = AuditFilter {
        user: which.user,
        act: which.act,
        target_kind: which.target_kind,
        target_id: which.target_id,
        organization: which.organization,
        from: which.from,
        until: which.until,
    };
    let before = which.cursor.map(|Cursor(before)| before);
    let (entries, next) = hub.trail.list(&actor, &filter, before, which.limit.0).await?;
    Ok(Listing::new(entries, next))
}
