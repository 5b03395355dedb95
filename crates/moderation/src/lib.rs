#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod appeal;
mod bar;
mod bulk;
mod decide;
mod error;
mod export;
mod hush;
mod network;
mod notice;
mod pattern;
mod queue;
mod report;
mod sanction;
mod store;

#[cfg(test)]
mod stories;

use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
};

use base::{Actor, Chance, Clock, Kind, Millis, OrgId, UserId};
use contract::moderation::Target;
use db::Db;
use futures::future::BoxFuture;

pub use appeal::AppealQuery;
pub use bar::Barred;
pub use decide::{Decision, Verdict};
pub use error::Error;
pub use queue::{QueueQuery, Subject, Waiting};
pub use sanction::{About, Measure, SanctionQuery};

/// Keeping order. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Moderation(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    witness: Arc<dyn Witness>,
    /// One key for all names that look alike, as the accounts make it.
    fold: fn(&str) -> String,
    /// Who may not talk, and until when: asked for every line of chat.
    hushed: RwLock<HashMap<UserId, Option<Millis>>>,
}

/// What moderation asks of the rest of the hub. The wiring fills it in.
pub trait Witness: Send + Sync + 'static {
    /// What a report is about, as it is at this moment: the lines around the one that is reported, what somebody writes of themselves.
    /// Empty where there is nothing to be seen.
    fn context<'a>(&'a self, target: Target, user: Option<UserId>, reference: &'a str) -> BoxFuture<'a, String>;

    /// The organization of that address, as whoever reports it sees it; `None` where there is none for them.
    fn organization<'a>(&'a self, actor: &'a Actor, address: &'a str) -> BoxFuture<'a, Result<Option<Seen>, Kind>>;

    /// What an organization is to somebody; `None` where there is none for them.
    fn stake<'a>(&'a self, actor: &'a Actor, organization: OrgId) -> BoxFuture<'a, Result<Option<Stake>, Kind>>;
}

/// What an organization is to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stake {
    /// They know that it exists.
    Knows,
    /// They run it: what is decided about it is decided about them.
    Runs,
}

/// An organization as somebody saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Which.
    pub id: OrgId,
    /// The last part of its address, as it is now.
    pub address: String,
    /// What it is called.
    pub name: String,
    /// What its page says.
    pub page: String,
}

impl Moderation {
    /// Order kept in `db`, whose migrations have been applied. `fold` makes the key under which the accounts keep a name.
    pub fn new(
        db: Db,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
        witness: Arc<dyn Witness>,
        fold: fn(&str) -> String,
    ) -> Self {
        Self(Arc::new(Inner { db, clock, chance, witness, fold, hushed: RwLock::default() }))
    }

    fn now(&self) -> Millis {
        self.0.clock.now()
    }
}

/// The person behind a method that is about oneself. A job or an operator has no self.
fn myself(actor: &Actor) -> Result<UserId, Error> {
    actor.user().ok_or(Error::Refused(Kind::Forbidden))
}
