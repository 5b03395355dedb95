//! What becomes of organizations when an account is gone for good.

use base::{Action, Actor, Millis, UserId};
use contract::{Event, organization::OWNER_GONE};
use db::Tx;
use serde_json::json;

use crate::{Orgs, error::Error, store};

impl Orgs {
    /// Takes somebody out of every organization. What they owned is closed, and can be given to somebody else and reopened by those who
    /// run the hub. Can run twice without harm, also where the account's row, and with it the memberships, are gone already.
    pub async fn forget_user(&self, actor: &Actor, user: UserId) -> Result<(), Error> {
        actor.may(Action::ManageUsers)?;
        let (acting, now) = (actor.clone(), self.now());
        self.0
            .db
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move {
                    let mut left = store::delete_of_user(tx, user).await?;
                    left.sort_unstable();
                    for organization in left {
                        let entry = audit::Entry::new("org.member_left", "user", user).in_organization(organization);
                        audit::record(tx, now, &acting, &entry).await?;
                        events::record(tx, now, &Event::MemberLeft { organization, user }).await?;
                    }
                    // All organizations, not only those just left: the account's row may have taken its memberships along.
                    settle(tx, &acting, now).await
                })
            })
            .await
    }

    /// Counts members anew where accounts have gone, and closes what nobody owns any more.
    pub async fn settle(&self, actor: &Actor) -> Result<(), Error> {
        actor.may(Action::ManageUsers)?;
        let (acting, now) = (actor.clone(), self.now());
        self.0
            .db
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move { settle(tx, &acting, now).await })
            })
            .await
    }
}

async fn settle(tx: &mut Tx<'_>, actor: &Actor, now: Millis) -> Result<(), Error> {
    for organization in store::miscounted(tx).await? {
        store::hold(tx, organization).await?;
        store::recount(tx, organization).await?;
    }
    for organization in store::ownerless(tx).await? {
        store::hold(tx, organization).await?;
        if store::close(tx, organization, now, Some(OWNER_GONE.to_owned())).await? {
            let entry = audit::Entry::new("org.closed", "org", organization)
                .in_organization(organization)
                .changing((), json!({ "state": "closed", "reason": OWNER_GONE }));
            audit::record(tx, now, actor, &entry).await?;
            events::record(tx, now, &Event::OrganizationClosed { organization }).await?;
        }
    }
    Ok(())
}
