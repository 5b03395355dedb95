//! What an organization says of itself, and how that is changed.

use base::{Action, Actor, OrgId, Standing};
use contract::{
    Code, Event, Field,
    organization::{Located, OrgState, Organization, OrganizationForm, Powers, You},
};
use serde_json::json;

use crate::{
    Orgs,
    error::Error,
    founding::{Proposal, taken},
    standing::{During, Seen},
    store::{self, Changed},
};

/// How many addresses an organization can have had.
const ADDRESSES: u32 = 10;

impl Orgs {
    /// The organization at an address, or where it is now.
    pub async fn locate(&self, actor: &Actor, slug: &str) -> Result<Located, Error> {
        Ok(self.locate_and_stand(actor, slug).await?.0)
    }

    /// The same with what the actor is to it, for whatever else is shown with it.
    pub async fn locate_and_stand(&self, actor: &Actor, slug: &str) -> Result<(Located, Standing), Error> {
        let seen = self.look_at(actor, slug).await?;
        actor.may_in(Action::ViewOrganization, &seen.standing)?;
        let standing = seen.standing.clone();
        if seen.org.slug != slug {
            return Ok((Located::Moved(seen.org.slug), standing));
        }
        Ok((Located::Here(Box::new(self.draw(actor, seen).await?)), standing))
    }

    /// The organization of that id.
    pub async fn organization(&self, actor: &Actor, org: OrgId) -> Result<Organization, Error> {
        let seen = self.look(actor, org).await?;
        actor.may_in(Action::ViewOrganization, &seen.standing)?;
        self.draw(actor, seen).await
    }

    async fn draw(&self, actor: &Actor, seen: Seen) -> Result<Organization, Error> {
        let db = &self.0.db;
        let powers = powers(actor, &seen);
        let Seen { org, standing, invited } = seen;
        let owner = store::owner_of(db, org.id).await?;
        let now = self.now();
        let heir = org.heir.filter(|(_, until)| *until > now).map(|(heir, _)| heir);
        let names = self.names(owner.into_iter().chain(heir)).await?;
        let asked = match actor.user() {
            Some(user) if standing.role.is_none() => store::has_asked(db, org.id, user).await?,
            _ => false,
        };
        let inside = standing.role.is_some() || powers.govern;
        Ok(Organization {
            id: org.id,
            slug: org.slug,
            name: org.name,
            description: org.description,
            visibility: org.visibility,
            joining: org.joining,
            state: org.state,
            reason: org.reason.filter(|_| inside),
            owner: owner.map(|owner| names.of(owner)),
            heir: heir.filter(|_| powers.close_organization).map(|heir| names.of(heir)),
            members: org.members,
            seats: org.seats,
            created_at: org.created_at,
            gone_at: org.closed_at.map(|at| at.plus(self.settings().grace)),
            you: You {
                role: standing.role,
                invited: invited.filter(|_| standing.role.is_none()),
                asked,
                heir: heir.is_some() && heir == actor.user(),
                may: powers,
            },
        })
    }

    /// Changes its name, address, description, and how one finds and joins it. A former address goes on leading to it.
    pub async fn revise(&self, actor: &Actor, org: OrgId, form: OrganizationForm) -> Result<String, Error> {
        let seen = self.entering(actor, org, Action::ManageOrganization).await?;
        let proposal = Proposal::parse(&form)?;
        self.name_is_free(&proposal.name, Some(seen.org.id)).await?;
        self.change(actor, org, Action::ManageOrganization, During::Work, move |tx, held| {
            let proposal = proposal.clone();
            Box::pin(async move {
                let slug = proposal.slug.clone().unwrap_or_else(|| held.org.slug.clone());
                let (before, after) = differences(&told(&held.org), &proposal.told(&slug));
                if before.is_empty() {
                    return Ok(slug);
                }
                if slug != held.org.slug {
                    if !store::take_slug(tx, held.id(), &slug).await? {
                        return Err(Error::field(Field::Slug, Code::Taken));
                    }
                    if store::all_slugs(tx, held.id()).await? > ADDRESSES {
                        return Err(Error::field(Field::Slug, Code::Full));
                    }
                }
                let to = Changed {
                    name: proposal.name,
                    slug: slug.clone(),
                    description: proposal.description,
                    visibility: proposal.visibility,
                    joining: proposal.joining,
                };
                store::rename(tx, held.id(), &to).await?;
                held.audit(tx, &held.entry("org.changed", "org", held.id()).changing(before, after)).await?;
                events::record(tx, held.now, &Event::OrganizationChanged { organization: held.id() }).await?;
                Ok(slug)
            })
        })
        .await
        .map_err(taken)
    }
}

fn powers(actor: &Actor, seen: &Seen) -> Powers {
    let may = |action| seen.offers(actor, action);
    let at_work = seen.org.state == OrgState::Active;
    Powers {
        view_members: may(Action::ViewMembers),
        view_admissions: may(Action::ViewAdmissions),
        invite_members: at_work && may(Action::InviteMembers),
        answer_requests: at_work && may(Action::AnswerRequests),
        manage_members: at_work && may(Action::ManageMembers),
        manage_organization: at_work && may(Action::ManageOrganization),
        view_audit: may(Action::ViewOrganizationAudit),
        manage_policies: at_work && may(Action::ManagePolicies),
        close_organization: may(Action::CloseOrganization),
        govern: may(Action::GovernOrganizations),
    }
}

fn told(org: &store::OrgRow) -> serde_json::Value {
    json!({
        "name": org.name,
        "slug": org.slug,
        "visibility": org.visibility.word(),
        "joining": org.joining.word(),
        "description": org.description,
    })
}

type Facts = serde_json::Map<String, serde_json::Value>;

/// What differs between two objects with the same keys, as it was and as it is.
fn differences(before: &serde_json::Value, after: &serde_json::Value) -> (Facts, Facts) {
    let (mut was, mut is) = (Facts::new(), Facts::new());
    for (key, value) in before.as_object().into_iter().flatten() {
        let new = &after[key];
        if value != new {
            was.insert(key.clone(), value.clone());
            is.insert(key.clone(), new.clone());
        }
    }
    (was, is)
}
