//! What those who run the hub do with organizations.

use base::{Action, Actor, OrgId, Role};
use contract::{
    Code, Event, Field,
    organization::{OrgState, Survey, SurveyedOrganization},
};
use db::containing;
use serde_json::json;

use crate::{
    Orgs,
    directory::card,
    error::Error,
    founding::{noted, why},
    joining::{admit, joined},
    name,
    ownership::hand_to,
    standing::During,
    store::{self, Surveyed},
};

/// The most organizations on one page.
const LONGEST_PAGE: u32 = 100;
/// The most that may belong to one organization.
const MOST_SEATS: u32 = 100_000;

/// Which organizations those who run the hub look for.
#[derive(Debug, Clone)]
pub struct SurveyQuery {
    /// Part of a name; empty: any.
    pub search: String,
    /// In this state; `None`: in any.
    pub state: Option<OrgState>,
    /// Those after this one.
    pub after: Option<OrgId>,
    /// So many, 100 at most.
    pub at_most: u32,
}

impl Default for SurveyQuery {
    fn default() -> Self {
        Self { search: String::new(), state: None, after: None, at_most: 50 }
    }
}

impl Orgs {
    /// A page of all organizations there are, by age.
    pub async fn survey(&self, actor: &Actor, query: SurveyQuery) -> Result<Survey, Error> {
        actor.may(Action::SurveyOrganizations)?;
        let at_most = query.at_most.clamp(1, LONGEST_PAGE);
        let wanted = Surveyed {
            pattern: containing(&name::key(query.search.trim())),
            state: query.state.map_or_else(String::new, |state| state.word().to_owned()),
            after: query.after.unwrap_or_else(|| OrgId::from(0)),
            at_most: i64::from(at_most) + 1,
        };
        let mut orgs = store::survey(&self.0.db, &wanted).await?;
        let more = orgs.len() > at_most as usize;
        orgs.truncate(at_most as usize);
        let next = if more { orgs.last().map(|org| org.id) } else { None };
        let (Some(first), Some(last)) = (orgs.first().map(|org| org.id), orgs.last().map(|org| org.id)) else {
            return Ok(Survey { organizations: Vec::new(), next });
        };
        let owners = store::owners_of(&self.0.db, first, last).await?;
        let names = self.names(owners.iter().map(|(_, user)| *user)).await?;
        let grace = self.settings().grace;
        let organizations = orgs
            .into_iter()
            .map(|org| SurveyedOrganization {
                owner: owners.iter().find(|(id, _)| *id == org.id).map(|(_, user)| names.of(*user)),
                seats: org.seats,
                reason: org.reason.clone(),
                created_at: org.created_at,
                gone_at: org.closed_at.map(|at| at.plus(grace)),
                organization: card(&org),
            })
            .collect();
        Ok(Survey { organizations, next })
    }

    /// Stops it, and says why: its members still see it, and nobody can do anything in it.
    pub async fn suspend(&self, actor: &Actor, org: OrgId, reason: &str) -> Result<(), Error> {
        let reason = why(reason)?;
        self.change(actor, org, Action::GovernOrganizations, During::Always, move |tx, held| {
            let reason = reason.clone();
            Box::pin(async move {
                if !store::suspend(tx, held.id(), Some(held.now), Some(reason.clone())).await? {
                    return Err(Error::MovedOn);
                }
                let after = json!({ "state": "suspended", "reason": reason });
                let entry = held.entry("org.suspended", "org", held.id());
                held.audit(tx, &entry.changing(json!({ "state": "active" }), after)).await?;
                Ok(events::record(tx, held.now, &Event::OrganizationChanged { organization: held.id() }).await?)
            })
        })
        .await
    }

    /// Lets a suspended one go on; `reason` stands in the audit trail, and may be empty.
    pub async fn resume(&self, actor: &Actor, org: OrgId, reason: &str) -> Result<(), Error> {
        actor.may(Action::GovernOrganizations)?;
        let reason = noted(reason)?;
        self.change(actor, org, Action::GovernOrganizations, During::Always, move |tx, held| {
            let reason = reason.clone();
            Box::pin(async move {
                if !store::suspend(tx, held.id(), None, None).await? {
                    return Err(Error::MovedOn);
                }
                let before = json!({ "state": "suspended", "reason": held.org.reason });
                let entry = held.entry("org.resumed", "org", held.id());
                held.audit(tx, &entry.changing(before, json!({ "state": "active" })).because(&reason)).await?;
                Ok(events::record(tx, held.now, &Event::OrganizationChanged { organization: held.id() }).await?)
            })
        })
        .await
    }

    /// Says how many may belong to it. Refused where more do already.
    pub async fn set_seats(&self, actor: &Actor, org: OrgId, seats: u32) -> Result<(), Error> {
        if !(1..=MOST_SEATS).contains(&seats) {
            actor.may(Action::GovernOrganizations)?;
            return Err(Error::field(Field::Seats, Code::OutOfRange));
        }
        self.change(actor, org, Action::GovernOrganizations, During::Always, move |tx, held| {
            Box::pin(async move {
                if held.org.seats == seats {
                    return Ok(());
                }
                if !store::set_seats(tx, held.id(), seats).await? {
                    return Err(Error::field(Field::Seats, Code::OutOfRange));
                }
                let entry = held.entry("org.seats_changed", "org", held.id());
                held.audit(tx, &entry.changing(json!({ "seats": held.org.seats }), json!({ "seats": seats }))).await
            })
        })
        .await
    }

    /// Gives it to somebody, whoever owned it: for one whose owner is gone or does not answer.
    pub async fn set_owner(&self, actor: &Actor, org: OrgId, name: &str) -> Result<(), Error> {
        actor.may(Action::GovernOrganizations)?;
        let user = self.person(name).await?;
        let memberships = self.settings().memberships;
        self.change(actor, org, Action::GovernOrganizations, During::Always, move |tx, held| {
            Box::pin(async move {
                match store::role_in(&mut *tx, held.id(), user).await? {
                    Some(Role::Owner) => return Ok(()),
                    Some(_) => {}
                    None => {
                        admit(tx, held.id(), user, Role::Member, held.now, memberships).await?;
                        joined(tx, &held, user, Role::Member, "owner").await?;
                    }
                }
                hand_to(tx, &held, user).await
            })
        })
        .await
    }
}
