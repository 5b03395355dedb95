#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod about;
mod avatar;
mod companions;
mod company;
mod error;
mod export;
mod game_texts;
mod privacy;
mod profile;
mod search;
mod store;
pub mod takeout;

#[cfg(test)]
mod stories;

use std::sync::Arc;

use base::{Actor, Clock, Kind, Millis, UserId};
use db::Db;
use tokio::sync::Semaphore;

pub use avatar::{LONGEST_UPLOAD, Size};
pub use company::{Ask, Between, List};
pub use error::Error;
pub use profile::Part;
pub use search::PeopleQuery;

/// People to one another. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct People(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    /// One key for all names that look alike, as the accounts make it.
    fold: fn(&str) -> String,
    /// A picture takes up to 128 MiB while it is read: one at a time.
    painting: Semaphore,
}

impl People {
    /// People kept in `db`, whose migrations have been applied. `fold` makes the key under which the accounts keep a name.
    pub fn new(db: Db, clock: Arc<dyn Clock>, fold: fn(&str) -> String) -> Self {
        Self(Arc::new(Inner { db, clock, fold, painting: Semaphore::new(1) }))
    }

    fn now(&self) -> Millis {
        self.0.clock.now()
    }
}

/// The person behind a method that is about oneself. A job or an operator has no self.
fn myself(actor: &Actor) -> Result<UserId, Error> {
    actor.user().ok_or(Error::Refused(Kind::Forbidden))
}

/// Whether they keep order, and so see what others may not.
fn keeps_order(actor: &Actor) -> bool {
    actor.may(base::Action::ViewModeration).is_ok()
}
