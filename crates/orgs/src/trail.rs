//! What was changed in an organization and by whom, for its admins.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use base::{Action, Actor, AuditId, OrgId, UserId};
use contract::{
    audit::AuditFilter,
    organization::{Trail, TrailEntry},
};
use futures::future::BoxFuture;

use crate::{Orgs, error::Error};

impl Orgs {
    /// A page of the audit trail, the last entry first. From where somebody came is not told: that is for those who run the hub.
    pub async fn trail(
        &self,
        actor: &Actor,
        org: OrgId,
        before: Option<AuditId>,
        at_most: u32,
    ) -> Result<Trail, Error> {
        let seen = self.entering(actor, org, Action::ViewOrganizationAudit).await?;
        let trail =
            audit::Trail::new(self.0.db.clone(), Arc::clone(&self.0.clock), Arc::new(CalledToday(self.clone())));
        let filter = AuditFilter { organization: Some(seen.org.id), ..AuditFilter::default() };
        // Asked as the hub: whether the actor may has just been decided, by their role in the organization.
        let (entries, next) = trail.list(&Actor::Job, &filter, before, at_most).await?;
        let about = |kind: &str, id: &str| (kind == "user").then(|| id.parse::<i64>().ok().map(UserId::from)).flatten();
        let named = entries.iter().flat_map(|entry| {
            [entry.user.as_ref().map(|user| user.id), about(&entry.target_kind, &entry.target_id)].into_iter().flatten()
        });
        let names = self.names(named.collect::<Vec<_>>()).await?;
        let entries = entries
            .into_iter()
            .map(|entry| TrailEntry {
                id: entry.id,
                at: entry.at,
                by: entry.user.map(|user| names.of(user.id)),
                door: entry.actor,
                plugin: entry.plugin.map(|plugin| plugin.name),
                about: about(&entry.target_kind, &entry.target_id).map(|user| names.of(user)),
                act: entry.act,
                before: entry.before,
                after: entry.after,
            })
            .collect();
        Ok(Trail { entries, next })
    }
}

/// What people are called today. One who can't be looked up has no name.
struct CalledToday(Orgs);

impl audit::Names for CalledToday {
    fn names(&self, users: BTreeSet<UserId>) -> BoxFuture<'_, Result<BTreeMap<UserId, String>, db::Error>> {
        Box::pin(async move {
            let users: Vec<UserId> = users.into_iter().collect();
            Ok(self.0.0.people.names(&users).await.map(|names| names.into_iter().collect()).unwrap_or_default())
        })
    }
}
