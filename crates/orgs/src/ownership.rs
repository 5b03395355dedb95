//! Handing an organization on: offered by its owner, taken by whoever is to own it.

use base::{Action, Actor, OrgId, Role, UserId};
use contract::Event;
use db::Tx;
use serde_json::json;

use crate::{
    Orgs,
    error::Error,
    myself,
    standing::{During, Held, runs_the_hub},
    store,
};

impl Orgs {
    /// Asks a member whether they want to own it. Until they say yes nothing changes.
    pub async fn offer(&self, actor: &Actor, org: OrgId, to: UserId) -> Result<(), Error> {
        let holds = self.settings().invitation;
        self.change(actor, org, Action::CloseOrganization, During::Work, move |tx, held| {
            Box::pin(async move {
                match store::role_in(&mut *tx, held.id(), to).await? {
                    None | Some(Role::Guest) => return Err(Error::NotFound),
                    Some(Role::Owner) => return Err(Error::AlreadyIn),
                    Some(_) => {}
                }
                store::set_heir(tx, held.id(), Some((to, held.now.plus(holds)))).await?;
                held.audit(tx, &held.entry("org.offered", "user", to)).await
            })
        })
        .await
    }

    /// Takes the offer back.
    pub async fn withdraw_offer(&self, actor: &Actor, org: OrgId) -> Result<(), Error> {
        self.change(actor, org, Action::CloseOrganization, During::Always, |tx, held| {
            Box::pin(async move {
                let Some((heir, _)) = held.org.heir else { return Err(Error::MovedOn) };
                store::set_heir(tx, held.id(), None).await?;
                held.audit(tx, &held.entry("org.offer_withdrawn", "user", heir)).await
            })
        })
        .await
    }

    /// Says yes or no to owning it. Whoever owned it is an admin of it from then on.
    pub async fn answer_offer(&self, actor: &Actor, org: OrgId, yes: bool) -> Result<(), Error> {
        actor.may(Action::JoinOrganizations)?;
        let (user, runs_the_hub, per_person) = (myself(actor)?, runs_the_hub(actor), self.settings().per_person);
        self.change(actor, org, Action::JoinOrganizations, During::Work, move |tx, held| {
            Box::pin(async move {
                if !held.org.heir.is_some_and(|(heir, until)| heir == user && until > held.now) {
                    return Err(Error::BadInvitation);
                }
                if !yes {
                    store::set_heir(tx, held.id(), None).await?;
                    return held.audit(tx, &held.entry("org.offer_declined", "user", user)).await;
                }
                store::hold_person(tx, user).await?;
                if !runs_the_hub && store::owned_by(&mut *tx, user).await? >= per_person {
                    return Err(Error::Full);
                }
                hand_to(tx, &held, user).await
            })
        })
        .await
    }
}

/// Makes a member the owner, and the owner an admin.
pub(crate) async fn hand_to(tx: &mut Tx<'_>, held: &Held, user: UserId) -> Result<(), Error> {
    let organization = held.id();
    let before = store::owner_of(&mut *tx, organization).await?;
    // The old owner first: an organization never has two.
    if let Some(before) = before {
        store::set_role(tx, organization, before, Role::Admin).await?;
        let event = Event::MemberRoleChanged { organization, user: before, role: Role::Admin };
        events::record(tx, held.now, &event).await?;
    }
    if !store::set_role(tx, organization, user, Role::Owner).await? {
        return Err(Error::BadInvitation);
    }
    store::set_heir(tx, organization, None).await?;
    let owners = (json!({ "owner": before }), json!({ "owner": user }));
    held.audit(tx, &held.entry("org.handed_over", "user", user).changing(owners.0, owners.1)).await?;
    let event = Event::MemberRoleChanged { organization, user, role: Role::Owner };
    Ok(events::record(tx, held.now, &event).await?)
}
