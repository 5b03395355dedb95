//! What somebody is to the hub, for the parts of it that have to know who stands above whom.

use base::{Action, Actor, Role, UserId};

use crate::{Accounts, error::Error, store};

impl Accounts {
    /// What somebody is to the hub; `None` where there is nobody.
    pub async fn role_of(&self, actor: &Actor, user: UserId) -> Result<Option<Role>, Error> {
        actor.may(Action::ViewUsers)?;
        Ok(store::user_by_id(&self.0.db, user).await?.map(|found| found.role))
    }
}
