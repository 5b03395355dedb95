#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod career;
pub mod caste;
mod company;
mod counting;
mod disputes;
mod error;
mod export;
mod follow;
mod ladder;
mod played;
mod player;
pub mod points;
mod recount;
mod seasons;
pub mod skill;
mod store;

#[cfg(test)]
mod stories;

use std::sync::Arc;

use base::{Actor, Clock, Millis, UserId};
use db::Db;

pub use career::{Career, Field, Stands};
pub use company::{Company, Hidden};
pub use error::Error;
pub use ladder::{Ask, Start};

/// What results make of those who play. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Ranking(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    /// One key for all names that look alike, as the accounts make it.
    fold: fn(&str) -> String,
    company: Arc<dyn Company>,
    /// What everybody has done, for a while.
    field: career::Kept,
}

impl Ranking {
    /// Kept in `db`, whose migrations have been applied. `fold` makes the key under which the accounts keep a name; `company` knows who is
    /// hidden from whom.
    pub fn new(db: Db, clock: Arc<dyn Clock>, fold: fn(&str) -> String, company: Arc<dyn Company>) -> Self {
        Self(Arc::new(Inner { db, clock, fold, company, field: career::Kept::default() }))
    }

    fn now(&self) -> Millis {
        self.0.clock.now()
    }

    /// Who has that name, as far as the one who asks may know. Whoever was shut out of the hub is nobody here.
    async fn player_called(&self, actor: &Actor, name: &str) -> Result<(UserId, String), Error> {
        let (user, name) = store::player_by_name(&self.0.db, &(self.0.fold)(name)).await?.ok_or(Error::NotFound)?;
        if self.hidden_from(actor, &[user]).await?.is_empty() { Ok((user, name)) } else { Err(Error::NotFound) }
    }
}
