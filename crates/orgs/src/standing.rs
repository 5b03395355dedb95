//! What somebody is to an organization, and what follows from it: whether it exists for them, and what they may do.

use base::{Action, Actor, Kind, Millis, OrgId, Role, Roles, Standing, UserId, permission::Scope};
use contract::organization::{OrgState, Visibility};
use db::Tx;
use futures::future::BoxFuture;

use crate::{
    Orgs,
    error::Error,
    store::{self, OrgRow, Sight},
};

/// An organization as it is for somebody.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) org: OrgRow,
    pub(crate) standing: Standing,
    /// As what they are invited by name.
    pub(crate) invited: Option<Role>,
}

/// An organization held for a change, by somebody who may.
pub(crate) struct Held {
    pub(crate) org: OrgRow,
    pub(crate) standing: Standing,
    pub(crate) actor: Actor,
    pub(crate) now: Millis,
}

/// In which states something can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum During {
    /// While it is at work.
    Work,
    /// Also while it is asked for, suspended or closed.
    Always,
}

impl Orgs {
    /// What the actor is to an organization at work: for whatever belongs to organizations and asks `actor.may_in(action, &standing)`.
    /// `NotFound` where it is not at work, or does not exist for them.
    pub async fn standing(&self, actor: &Actor, org: OrgId) -> Result<Standing, Error> {
        Ok(self.standing_and_slug(actor, org).await?.0)
    }

    /// The same with its address, for what is drawn of one.
    pub async fn standing_and_slug(&self, actor: &Actor, org: OrgId) -> Result<(Standing, String), Error> {
        let seen = self.look(actor, org).await?;
        actor.may_in(Action::ViewOrganization, &seen.standing)?;
        if seen.org.state == OrgState::Active { Ok((seen.standing, seen.org.slug)) } else { Err(Error::NotFound) }
    }

    /// The organization that has the address, as far as the actor may know of it.
    pub async fn id_of(&self, actor: &Actor, slug: &str) -> Result<OrgId, Error> {
        let seen = self.look_at(actor, slug).await?;
        actor.may_in(Action::ViewOrganization, &seen.standing)?;
        Ok(seen.org.id)
    }

    /// The address of an organization, as far as the actor may know of it.
    pub async fn slug_of(&self, actor: &Actor, org: OrgId) -> Result<String, Error> {
        let seen = self.look(actor, org).await?;
        actor.may_in(Action::ViewOrganization, &seen.standing)?;
        Ok(seen.org.slug)
    }

    /// What the actor is to an organization, whatever its state; `None` where there is none for them. Says what is and not what they may,
    /// so nothing is asked: whoever acts upon it has asked for their own.
    pub async fn known_to(&self, actor: &Actor, org: OrgId) -> Result<Option<Standing>, Error> {
        let sight = store::sight_of(&self.0.db, org, actor.user(), self.now()).await?;
        let seen = sight.map(|sight| Seen::by(actor, sight));
        Ok(seen.filter(|seen| seen.exists_for(actor)).map(|seen| seen.standing))
    }

    /// The organization, where it exists for the actor.
    pub(crate) async fn look(&self, actor: &Actor, org: OrgId) -> Result<Seen, Error> {
        see(actor, store::sight_of(&self.0.db, org, actor.user(), self.now()).await?)
    }

    /// The organization that has the address or had it, where it exists for the actor.
    pub(crate) async fn look_at(&self, actor: &Actor, slug: &str) -> Result<Seen, Error> {
        see(actor, store::sight_at(&self.0.db, slug, actor.user(), self.now()).await?)
    }

    /// The organization for somebody who is about to do something in it: strangers are asked to log in before anything is said, also
    /// of one that does not exist.
    pub(crate) async fn entering(&self, actor: &Actor, org: OrgId, action: Action) -> Result<Seen, Error> {
        if matches!(actor, Actor::Stranger { .. }) && !action.rule().strangers {
            return Err(Error::Refused(Kind::Unauthenticated));
        }
        // What one's role in the hub decides has nothing to do with this organization, nor with whether it exists.
        if action.rule().scope == Scope::Hub {
            actor.may(action)?;
        }
        let seen = self.look(actor, org).await?;
        actor.may_in(action, &seen.standing)?;
        Ok(seen)
    }

    /// One change of one organization: asked for once outside, so that whoever may not never reaches the writer, then held, looked at
    /// again, and changed.
    pub(crate) async fn change<T, F>(
        &self,
        actor: &Actor,
        org: OrgId,
        action: Action,
        during: During,
        work: F,
    ) -> Result<T, Error>
    where
        F: for<'t, 'c> Fn(&'t mut Tx<'c>, Held) -> BoxFuture<'t, Result<T, Error>> + Send + Sync + 'static,
        T: Send + 'static,
    {
        during.allows(&self.entering(actor, org, action).await?.org)?;
        let (actor, now) = (actor.clone(), self.now());
        let work = std::sync::Arc::new(work);
        self.0
            .db
            .write(move |tx| {
                let (actor, work) = (actor.clone(), std::sync::Arc::clone(&work));
                Box::pin(async move {
                    let org = store::hold(tx, org).await?.ok_or(Error::NotFound)?;
                    let policies = store::policies(&mut *tx, org.id).await?;
                    let role = match actor.user() {
                        Some(user) => store::role_in(&mut *tx, org.id, user).await?,
                        None if is_let_in(&actor, org.id) => Some(Role::Member),
                        None => None,
                    };
                    let standing = Standing { role, policies };
                    actor.may_in(action, &standing)?;
                    during.allows(&org)?;
                    work(tx, Held { org, standing, actor, now }).await
                })
            })
            .await
    }
}

impl During {
    fn allows(self, org: &OrgRow) -> Result<(), Error> {
        if self == Self::Always || org.state == OrgState::Active { Ok(()) } else { Err(Error::NotActive) }
    }
}

fn see(actor: &Actor, sight: Option<Sight>) -> Result<Seen, Error> {
    let seen = Seen::by(actor, sight.ok_or(Error::NotFound)?);
    if seen.exists_for(actor) {
        return Ok(seen);
    }
    audit::refused(actor, "hidden", "organization");
    Err(Error::NotFound)
}

impl Seen {
    fn by(actor: &Actor, sight: Sight) -> Self {
        let Sight { org, role, invited, policies } = sight;
        let role = if is_let_in(actor, org.id) { Some(Role::Member) } else { role };
        Self { org, standing: Standing { role, policies }, invited }
    }

    /// Members and those who run the hub know of it whatever its state; whoever is invited while it is at work; everybody else unless it
    /// is hidden.
    fn exists_for(&self, actor: &Actor) -> bool {
        // Called in one organization, a plugin learns of no other, whoever it acts for.
        if matches!(actor, Actor::Plugin(plugin) if plugin.organization != Some(self.org.id)) {
            return false;
        }
        let at_work = self.org.state == OrgState::Active;
        self.standing.role.is_some()
            || runs_the_hub(actor)
            || (at_work && (self.invited.is_some() || self.org.visibility != Visibility::Hidden))
    }

    /// Whether the actor may, or may once they have proved again who they are.
    pub(crate) fn offers(&self, actor: &Actor, action: Action) -> bool {
        matches!(actor.may_in(action, &self.standing), Ok(()) | Err(Kind::Stale))
    }
}

impl Held {
    pub(crate) fn id(&self) -> OrgId {
        self.org.id
    }

    /// As what the actor acts on others.
    pub(crate) fn rank(&self) -> Option<Role> {
        rank(&self.actor, &self.standing)
    }

    /// Who acts, where it is a person.
    pub(crate) fn by(&self) -> Option<UserId> {
        self.actor.user()
    }

    /// An entry of the audit trail, about something in this organization.
    pub(crate) fn entry(&self, act: &'static str, kind: &'static str, id: impl ToString) -> audit::Entry {
        audit::Entry::new(act, kind, id).in_organization(self.org.id)
    }

    /// Writes an entry down.
    pub(crate) async fn audit(&self, tx: &mut Tx<'_>, entry: &audit::Entry) -> Result<(), Error> {
        Ok(audit::record(tx, self.now, &self.actor, entry).await?)
    }
}

/// Whether the actor runs the hub: then they may in every organization what its owner may.
pub(crate) fn runs_the_hub(actor: &Actor) -> bool {
    match actor {
        Actor::Job | Actor::Operator => true,
        Actor::Person(person) => Roles::ADMINS.has(person.role),
        Actor::Plugin(plugin) => plugin.behind.as_deref().is_some_and(runs_the_hub),
        Actor::Stranger { .. } => false,
    }
}

/// Whether it is a plugin that acts for itself, in the organization that has switched it on: there it is as a member is.
fn is_let_in(actor: &Actor, org: OrgId) -> bool {
    matches!(actor, Actor::Plugin(plugin) if plugin.behind.is_none() && plugin.organization == Some(org))
}

/// As what the actor acts on others in an organization.
pub(crate) fn rank(actor: &Actor, standing: &Standing) -> Option<Role> {
    if runs_the_hub(actor) { Some(Role::Owner) } else { standing.role }
}
