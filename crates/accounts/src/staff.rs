//! Who has which role in the hub.

use base::{Action, Actor, Role, UserId};
use contract::account::RoleHolders;

use crate::{Accounts, UserPage, error::Error, store};

/// The most people on one page.
const LONGEST_PAGE: u32 = 200;

impl Accounts {
    /// How many have each role, the highest first, and the first of those who have more than everybody has.
    pub async fn role_holders(&self, actor: &Actor, at_most: u32) -> Result<Vec<RoleHolders>, Error> {
        actor.may(Action::ViewUsers)?;
        let counted = store::count_by_role(&self.0.db).await?;
        let mut all = Vec::new();
        for role in Role::OF_THE_HUB.into_iter().rev() {
            let accounts = counted.iter().find(|(counted, _)| *counted == role).map_or(0, |(_, count)| *count);
            let people = if role == Role::Member || accounts == 0 {
                Vec::new()
            } else {
                store::list_role(&self.0.db, role, UserId::from(0), i64::from(at_most.min(LONGEST_PAGE))).await?
            };
            all.push(RoleHolders { role, accounts, people: people.into_iter().map(Into::into).collect() });
        }
        Ok(all)
    }

    /// A page of those who have the role of that word, the oldest account first. No such role: `NotFound`.
    pub async fn list_role(
        &self,
        actor: &Actor,
        role: &str,
        after: Option<UserId>,
        at_most: u32,
    ) -> Result<UserPage, Error> {
        actor.may(Action::ViewUsers)?;
        let role = Role::OF_THE_HUB.into_iter().find(|one| one.word() == role).ok_or(Error::NotFound)?;
        let at_most = at_most.clamp(1, LONGEST_PAGE);
        let after = after.unwrap_or_else(|| UserId::from(0));
        let mut users = store::list_role(&self.0.db, role, after, i64::from(at_most) + 1).await?;
        let more = users.len() > at_most as usize;
        users.truncate(at_most as usize);
        let next = if more { users.last().map(|user| user.id) } else { None };
        Ok(UserPage { users, next })
    }
}
