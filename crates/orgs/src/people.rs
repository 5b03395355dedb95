//! What organizations have to know of people, who are another domain's.

use std::collections::HashMap;

use base::UserId;
use contract::organization::Named;
use futures::future::BoxFuture;

use crate::{Orgs, error::Error};

/// Whoever knows people by name. Wiring fills it in.
pub trait People: Send + Sync + 'static {
    /// The names of these people. Whoever is gone is left out.
    fn names<'a>(&'a self, users: &'a [UserId]) -> BoxFuture<'a, Result<HashMap<UserId, String>, Unknown>>;

    /// Who has that name, or one that looks the same.
    fn find<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<UserId>, Unknown>>;

    /// Where somebody is written to; `None` without an address that is proved to be theirs.
    fn mailbox(&self, user: UserId) -> BoxFuture<'_, Result<Option<Mailbox>, Unknown>>;

    /// Whether `to` hears from `from`: neither has blocked the other.
    fn hears(&self, to: UserId, from: UserId) -> BoxFuture<'_, Result<bool, Unknown>>;
}

/// Where somebody is written to, and how.
#[derive(Debug, Clone)]
pub struct Mailbox {
    /// What they are called.
    pub name: String,
    /// Their address, which is proved to be theirs.
    pub address: mail::Address,
    /// The language they read.
    pub locale: mail::Locale,
}

/// People could not be asked for. The cause is the other domain's.
#[derive(Debug, thiserror::Error)]
#[error("people can't be looked up")]
pub struct Unknown(#[from] pub Box<dyn std::error::Error + Send + Sync>);

impl Orgs {
    /// The names of these people, each once.
    pub(crate) async fn names(&self, users: impl IntoIterator<Item = UserId>) -> Result<Names, Error> {
        let mut users: Vec<UserId> = users.into_iter().collect();
        users.sort_unstable();
        users.dedup();
        if users.is_empty() {
            return Ok(Names(HashMap::new()));
        }
        Ok(Names(self.0.people.names(&users).await?))
    }
}

/// Names at hand.
pub(crate) struct Names(HashMap<UserId, String>);

impl Names {
    /// Whether there is somebody.
    pub(crate) fn knows(&self, user: UserId) -> bool {
        self.0.contains_key(&user)
    }

    /// Somebody with their name; an empty one where they are gone.
    pub(crate) fn of(&self, user: UserId) -> Named {
        Named { id: user, name: self.0.get(&user).cloned().unwrap_or_default() }
    }
}
