//! What people are called, for other domains that know them by number.

use std::collections::HashMap;

use base::{Action, Actor, UserId};

use crate::{Accounts, error::Error, store};

/// So many are looked up at once; whoever asks pages their lists.
const AT_ONCE: usize = 5_000;

impl Accounts {
    /// The names of these people. Whoever is gone is left out.
    pub async fn names(&self, actor: &Actor, users: &[UserId]) -> Result<HashMap<UserId, String>, Error> {
        actor.may(Action::ViewPeople)?;
        let users = &users[..users.len().min(AT_ONCE)];
        Ok(store::names_of(&self.0.db, users).await?.into_iter().collect())
    }
}
