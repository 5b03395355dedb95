//! How an organization ends: closed by its owner, for a while open to be reopened, then gone.

use base::{Action, Actor, OrgId};
use contract::{Event, organization::OrgState};
use serde_json::json;

use crate::{Orgs, error::Error, founding::noted, standing::During, store};

impl Orgs {
    /// Closes it. One that was only asked for is gone at once. `reason` stands in the audit trail, and may be empty.
    pub async fn close(&self, actor: &Actor, org: OrgId, reason: &str) -> Result<(), Error> {
        self.entering(actor, org, Action::CloseOrganization).await?;
        let reason = noted(reason)?;
        self.change(actor, org, Action::CloseOrganization, During::Always, move |tx, held| {
            let reason = reason.clone();
            Box::pin(async move {
                let before = json!({ "state": held.org.state.word(), "name": held.org.name });
                if held.org.state == OrgState::Requested {
                    store::delete(tx, held.id()).await?;
                    let entry = held.entry("org.withdrawn", "org", held.id());
                    return held.audit(tx, &entry.changing(before, ()).because(&reason)).await;
                }
                if !store::close(tx, held.id(), held.now, None).await? {
                    return Err(Error::MovedOn);
                }
                let entry = held.entry("org.closed", "org", held.id());
                held.audit(tx, &entry.changing(before, json!({ "state": "closed" })).because(&reason)).await?;
                Ok(events::record(tx, held.now, &Event::OrganizationClosed { organization: held.id() }).await?)
            })
        })
        .await
    }

    /// Reopens it while there is time. One that was suspended still is. One without an owner needs one first. `reason` stands in the
    /// audit trail, and may be empty.
    pub async fn reopen(&self, actor: &Actor, org: OrgId, reason: &str) -> Result<(), Error> {
        self.entering(actor, org, Action::CloseOrganization).await?;
        let reason = noted(reason)?;
        let grace = self.settings().grace;
        self.change(actor, org, Action::CloseOrganization, During::Always, move |tx, held| {
            let reason = reason.clone();
            Box::pin(async move {
                let has_owner = store::owner_of(&mut *tx, held.id()).await?.is_some();
                if !has_owner || !store::reopen(tx, held.id(), held.now.minus(grace)).await? {
                    return Err(Error::MovedOn);
                }
                let entry = held.entry("org.reopened", "org", held.id());
                held.audit(tx, &entry.changing(json!({ "state": "closed" }), ()).because(&reason)).await?;
                Ok(events::record(tx, held.now, &Event::OrganizationChanged { organization: held.id() }).await?)
            })
        })
        .await
    }
}
