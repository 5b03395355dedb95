//! Who keeps away from whom, and who shows themselves to nobody: another domain's answers, which the server fills in.

use std::{collections::BTreeSet, error::Error, future::Future, pin::Pin};

use base::{Actor, Role, UserId};

use crate::Ranking;

/// Those who are hidden, or why that can't be said.
pub type Hidden<'a> = Pin<Box<dyn Future<Output = Result<BTreeSet<UserId>, Box<dyn Error + Send + Sync>>> + Send + 'a>>;

/// Knows who is hidden from whom.
pub trait Company: Send + Sync + 'static {
    /// Those of `users` who are not to be listed before that viewer; `None`: a stranger.
    fn hidden_from<'a>(&'a self, viewer: Option<UserId>, users: &'a [UserId]) -> Hidden<'a>;
}

impl Ranking {
    /// Those of `users` whom the one who looks is not shown. From those who keep order, and from the hub itself, nobody is hidden.
    pub(crate) async fn hidden_from(&self, actor: &Actor, users: &[UserId]) -> Result<BTreeSet<UserId>, crate::Error> {
        let keeps_order = match actor {
            Actor::Person(person) => person.role >= Role::Moderator,
            Actor::Job | Actor::Operator => true,
            Actor::Stranger { .. } | Actor::Plugin(_) => false,
        };
        if keeps_order || users.is_empty() {
            return Ok(BTreeSet::new());
        }
        self.0.company.hidden_from(actor.user(), users).await.map_err(crate::Error::Company)
    }
}
