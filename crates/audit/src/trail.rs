//! Reading the trail, newest first, and letting go of what is old.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use base::{Action, Actor, AuditId, Clock, UserId};
use contract::audit::{AuditEntry, AuditFilter, Named};
use db::Db;
use futures::future::BoxFuture;
use serde_json::json;

use crate::{entry::Entry, error::Error, record, store};

/// The most entries read at once.
pub const LONGEST_PAGE: u32 = 200;
/// So many old entries go in one transaction, so that nobody waits long for theirs.
const GO_AT_ONCE: i64 = 1000;

/// Who knows what people are called today. The trail keeps ids alone: it outlives names and accounts.
pub trait Names: Send + Sync {
    /// The names of those of these accounts that exist.
    fn names(&self, users: BTreeSet<UserId>) -> BoxFuture<'_, Result<BTreeMap<UserId, String>, db::Error>>;
}

/// Knows nobody.
pub struct Nobody;

impl Names for Nobody {
    fn names(&self, _users: BTreeSet<UserId>) -> BoxFuture<'_, Result<BTreeMap<UserId, String>, db::Error>> {
        Box::pin(async { Ok(BTreeMap::new()) })
    }
}

/// The trail. Clones are the same.
#[derive(Clone)]
pub struct Trail {
    db: Db,
    clock: Arc<dyn Clock>,
    names: Arc<dyn Names>,
}

impl Trail {
    /// The trail kept in `db`.
    pub fn new(db: Db, clock: Arc<dyn Clock>, names: Arc<dyn Names>) -> Self {
        Self { db, clock, names }
    }

    /// Entries, newest first, older than `before`; and where the list goes on, if it does. 200 at most.
    pub async fn list(
        &self,
        actor: &Actor,
        filter: &AuditFilter,
        before: Option<AuditId>,
        at_most: u32,
    ) -> Result<(Vec<AuditEntry>, Option<AuditId>), Error> {
        actor.may(Action::ViewAudit)?;
        let at_most = at_most.clamp(1, LONGEST_PAGE);
        // One more than asked for tells whether there is a next page.
        let mut rows = store::list(&self.db, filter, before, i64::from(at_most) + 1).await?;
        let more = rows.len() > at_most as usize;
        rows.truncate(at_most as usize);
        let next = if more { rows.last().map(|row| row.id.into()) } else { None };
        let users = rows.iter().flat_map(|row| [row.user_id, row.behind_user_id]).flatten().map(UserId::from).collect();
        let names = self.names.names(users).await?;
        let named = |user: Option<i64>| user.map(UserId::from).map(|id| Named { id, name: names.get(&id).cloned() });
        let entries = rows.into_iter().map(|row| {
            let (user, behind) = (named(row.user_id), named(row.behind_user_id));
            row.shown(user, behind)
        });
        Ok((entries.collect(), next))
    }

    /// Lets go of what is older than that; gives back how many entries went. For the hub itself, about once a day. That it did stands in
    /// the trail.
    pub async fn forget(&self, actor: &Actor, older_than: Duration) -> Result<u64, Error> {
        actor.may(Action::ManageSystem)?;
        let now = self.clock.now();
        let before = now.minus(older_than);
        let mut gone = 0;
        loop {
            let some = self
                .db
                .write(move |tx| Box::pin(async move { store::delete_before(tx, before, GO_AT_ONCE).await }))
                .await?;
            gone += some;
            if some < GO_AT_ONCE.unsigned_abs() {
                break;
            }
        }
        if gone > 0 {
            let actor = actor.clone();
            self.db
                .write(move |tx| {
                    let actor = actor.clone();
                    Box::pin(async move {
                        let entry = Entry::new("audit.forgotten", "audit", "")
                            .changing((), json!({ "entries": gone, "before": before }));
                        record(tx, now, &actor, &entry).await
                    })
                })
                .await?;
        }
        Ok(gone)
    }
}
