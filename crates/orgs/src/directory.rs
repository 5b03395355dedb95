//! Which organizations there are, and which of them are one's own.

use base::{Action, Actor, OrgId, Role, UserId};
use contract::organization::{Mine, MyOrganizations, OrgState, OrganizationCard, OrganizationList};
use db::containing;

use crate::{
    Orgs,
    error::Error,
    myself, name,
    store::{self, OrgRow},
    text,
};

/// The most organizations on one page.
const LONGEST_PAGE: u32 = 100;

/// Which organizations to list.
#[derive(Debug, Clone)]
pub struct OrgQuery {
    /// Part of a name; empty: any.
    pub search: String,
    /// What the page before said to go on with; empty: from the first.
    pub after: String,
    /// So many, 100 at most.
    pub at_most: u32,
}

impl Default for OrgQuery {
    fn default() -> Self {
        Self { search: String::new(), after: String::new(), at_most: 30 }
    }
}

impl Orgs {
    /// A page of the public organizations, by name.
    pub async fn list(&self, actor: &Actor, query: &OrgQuery) -> Result<OrganizationList, Error> {
        actor.may(Action::ListOrganizations)?;
        let at_most = query.at_most.clamp(1, LONGEST_PAGE);
        let search = query.search.trim();
        let pattern = (!search.is_empty()).then(|| containing(&name::key(search)));
        let mut orgs = store::list(&self.0.db, pattern, &query.after, i64::from(at_most) + 1).await?;
        let more = orgs.len() > at_most as usize;
        orgs.truncate(at_most as usize);
        let next = if more { orgs.last().map(|org| org.sort_name.clone()) } else { None };
        Ok(OrganizationList { organizations: orgs.iter().map(card).collect(), next })
    }

    /// Everything one has to do with organizations.
    pub async fn mine(&self, actor: &Actor) -> Result<MyOrganizations, Error> {
        actor.may(Action::ListOrganizations)?;
        if matches!(actor, Actor::Stranger { .. }) {
            return Err(Error::Refused(base::Kind::Unauthenticated));
        }
        let (db, user) = (&self.0.db, myself(actor)?);
        let member_of = self.cards(store::member_of(db, user).await?).await?;
        let invited_to = self.cards(store::invitations_to(db, user, self.now()).await?).await?;
        let asked = store::requests_of(db, user).await?.into_iter().map(|org| (org, Role::Member)).collect();
        let asked = self.cards(asked).await?.into_iter().map(|mine| mine.organization).collect();
        let heir_to = store::heir_to(db, user, self.now()).await?.iter().map(card).collect();
        Ok(MyOrganizations { member_of, invited_to, heir_to, asked, founding: self.founding(actor).await? })
    }

    /// Where somebody belongs and as what, hidden and closed ones as well: for those who run the hub.
    pub async fn of_person(&self, actor: &Actor, user: UserId) -> Result<Vec<Mine>, Error> {
        actor.may(Action::SurveyOrganizations)?;
        let belongs_to = store::member_of(&self.0.db, user).await?;
        // Whoever belongs somewhere is there.
        if belongs_to.is_empty() && !self.names([user]).await?.knows(user) {
            return Err(Error::NotFound);
        }
        self.cards(belongs_to).await
    }

    /// What one owns and would leave behind: for the page on which one deletes one's account. What is closed is left already.
    pub async fn sole_owner_of(&self, actor: &Actor) -> Result<Vec<OrganizationCard>, Error> {
        actor.may(Action::ViewOwnAccount)?;
        let user = myself(actor)?;
        let owned = store::member_of(&self.0.db, user).await?.into_iter().filter(|(_, role)| *role == Role::Owner);
        let cards = self.cards(owned.collect()).await?;
        Ok(cards.into_iter().map(|mine| mine.organization).filter(|card| card.state != OrgState::Closed).collect())
    }

    async fn cards(&self, orgs: Vec<(OrgId, Role)>) -> Result<Vec<Mine>, Error> {
        let mut mine = Vec::with_capacity(orgs.len());
        for (org, role) in orgs {
            // One statement each: few people belong to more than a handful, and nobody to more than the setting allows.
            if let Some(org) = store::by_id(&self.0.db, org).await? {
                mine.push(Mine { organization: card(&org), role });
            }
        }
        Ok(mine)
    }
}

/// An organization as lists show it.
pub(crate) fn card(org: &OrgRow) -> OrganizationCard {
    OrganizationCard {
        id: org.id,
        slug: org.slug.clone(),
        name: org.name.clone(),
        summary: text::summary(&org.description),
        members: org.members,
        visibility: org.visibility,
        joining: org.joining,
        state: org.state,
    }
}
