//! Throws away what has run out.

use base::{Action, Actor};
use serde_json::json;

use crate::{Orgs, error::Error, letters::EACH, store};

/// How many organizations end in one go.
const AT_ONCE: i64 = 100;

/// How much was thrown away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tidied {
    /// Organizations closed long enough.
    pub organizations: u64,
    /// Invitations, by name and by link, that held no more.
    pub invitations: u64,
}

impl Orgs {
    /// Throws away closed organizations whose time is up, with everything in them, and invitations that hold no more. For the hub
    /// itself, about once an hour; can run twice without harm.
    pub async fn tidy(&self, actor: &Actor) -> Result<Tidied, Error> {
        actor.may(Action::ManageSystem)?;
        let now = self.now();
        let before = now.minus(self.settings().grace);
        self.settle(actor).await?;
        let mut organizations = 0;
        for org in store::gone_since(&self.0.db, before, AT_ONCE).await? {
            let acting = actor.clone();
            let gone = self
                .0
                .db
                .write(move |tx| {
                    let acting = acting.clone();
                    Box::pin(async move {
                        // It may have been reopened in this moment.
                        let Some(row) = store::hold(tx, org).await? else { return Ok(false) };
                        if row.closed_at.is_none_or(|at| at > before) {
                            return Ok(false);
                        }
                        store::delete(tx, org).await?;
                        let entry = audit::Entry::new("org.purged", "org", org)
                            .in_organization(org)
                            .changing(json!({ "name": row.name, "slug": row.slug }), ());
                        audit::record(tx, now, &acting, &entry).await?;
                        Ok::<_, Error>(true)
                    })
                })
                .await?;
            organizations += u64::from(gone);
        }
        let invitations = self
            .0
            .db
            .write(move |tx| {
                Box::pin(async move {
                    store::delete_letters(tx, now.minus(EACH)).await?;
                    Ok::<_, Error>(store::delete_expired(tx, now).await?)
                })
            })
            .await?;
        Ok(Tidied { organizations, invitations })
    }
}
