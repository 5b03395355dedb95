//! Which roles may do what in an organization, where that is its own to decide.

use base::{Action, Actor, OrgId, Role, Roles, permission::Effect};
use contract::{Event, organization::Policy};
use serde_json::json;

use crate::{Orgs, error::Error, standing::During, store};

impl Orgs {
    /// Every action that an organization may hand to other roles, and to whom this one has. Its members may know.
    pub async fn policies(&self, actor: &Actor, org: OrgId) -> Result<Vec<Policy>, Error> {
        let seen = self.entering(actor, org, Action::ViewMembers).await?;
        Ok(adjustable()
            .map(|action| Policy {
                action: action.rule().word.to_owned(),
                roles: seen.standing.roles(action).iter().collect(),
                by_default: action.rule().roles.iter().collect(),
                possible: possible(action).iter().collect(),
            })
            .collect())
    }

    /// Decides who may do what, for every action at once: one that is left out is as by default. The owner always may.
    pub async fn set_policies(&self, actor: &Actor, org: OrgId, wanted: Vec<(String, Vec<Role>)>) -> Result<(), Error> {
        self.entering(actor, org, Action::ManagePolicies).await?;
        let wanted = read(wanted)?;
        self.change(actor, org, Action::ManagePolicies, During::Work, move |tx, held| {
            let wanted = wanted.clone();
            Box::pin(async move {
                let (before, after) = (told(&held.standing.policies), told(&wanted));
                if before == after {
                    return Ok(());
                }
                store::put_policies(tx, held.id(), &wanted).await?;
                held.audit(tx, &held.entry("org.policies_changed", "org", held.id()).changing(before, after)).await?;
                Ok(events::record(tx, held.now, &Event::OrganizationChanged { organization: held.id() }).await?)
            })
        })
        .await
    }
}

fn adjustable() -> impl Iterator<Item = Action> {
    Action::ALL.into_iter().filter(|action| action.rule().adjustable)
}

/// To whom an action can be handed: guests only look.
fn possible(action: Action) -> Roles {
    if action.rule().effect == Effect::Reads { Roles::EVERYBODY } else { Roles::MEMBERS }
}

/// The policies that differ from the default, in the table's order.
fn read(wanted: Vec<(String, Vec<Role>)>) -> Result<Vec<(Action, Roles)>, Error> {
    let mut policies = Vec::new();
    for (word, roles) in wanted {
        let action = adjustable().find(|action| action.rule().word == word).ok_or(Error::Malformed)?;
        if policies.iter().any(|(known, _)| *known == action) {
            return Err(Error::Malformed);
        }
        let roles: Roles = roles.into_iter().chain([Role::Owner]).collect();
        if roles.iter().any(|role| !possible(action).has(role)) {
            return Err(Error::Malformed);
        }
        policies.push((action, roles));
    }
    policies.retain(|(action, roles)| action.rule().roles != *roles);
    policies.sort_by_key(|(action, _)| *action);
    Ok(policies)
}

fn told(policies: &[(Action, Roles)]) -> serde_json::Value {
    let mut policies: Vec<_> = policies.to_vec();
    policies.sort_by_key(|(action, _)| *action);
    let words = |roles: Roles| roles.iter().map(Role::word).collect::<Vec<_>>();
    policies.into_iter().map(|(action, roles)| (action.rule().word.to_owned(), json!(words(roles)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_kept_and_the_owner_always_may() {
        let word = |action: Action| action.rule().word.to_owned();
        let invite = (word(Action::InviteMembers), vec![Role::Member]);
        let same = (word(Action::AnswerRequests), vec![Role::Moderator, Role::Admin]);
        let read = read(vec![invite, same]).unwrap();
        assert_eq!(read, [(Action::InviteMembers, Roles::of(&[Role::Member, Role::Owner]))]);
    }

    #[test]
    fn what_is_not_an_organizations_own_is_refused() {
        let refused = |word: &str, roles: Vec<Role>| matches!(read(vec![(word.into(), roles)]), Err(Error::Malformed));
        assert!(refused("manage_policies", vec![Role::Member]));
        assert!(refused("nothing_of_the_kind", vec![]));
        assert!(refused("invite_members", vec![Role::Guest]), "guests only look");
        assert!(!refused("view_members", vec![Role::Guest]));
        let twice = vec![("view_members".to_owned(), vec![]), ("view_members".to_owned(), vec![])];
        assert!(matches!(read(twice), Err(Error::Malformed)));
    }
}
