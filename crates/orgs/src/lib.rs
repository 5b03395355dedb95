#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod admissions;
mod closing;
mod departure;
mod directory;
mod error;
mod export;
mod form;
mod founding;
mod governing;
mod invitations;
mod joining;
mod letters;
mod links;
mod members;
mod name;
mod ownership;
mod people;
mod policies;
mod profile;
mod settings;
mod standing;
mod store;
mod text;
mod tidy;
mod token;
mod trail;

#[cfg(test)]
mod stories;

use std::sync::Arc;

use base::{Actor, Chance, Clock, Kind, Millis, UserId};
use db::Db;

pub use directory::OrgQuery;
pub use error::Error;
pub use governing::SurveyQuery;
pub use members::MemberQuery;
pub use people::{Mailbox, People, Unknown};
pub use settings::{Creation, Settings};
pub use tidy::Tidied;

/// Everything about organizations. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Orgs(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    people: Arc<dyn People>,
    settings: Box<dyn Fn() -> Settings + Send + Sync>,
}

impl Orgs {
    /// Organizations kept in `db`, whose migrations have been applied. `settings` is asked each time, so that what the owner of the
    /// hub changes holds at once.
    pub fn new(
        db: Db,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
        people: Arc<dyn People>,
        settings: impl Fn() -> Settings + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(Inner { db, clock, chance, people, settings: Box::new(settings) }))
    }

    fn now(&self) -> Millis {
        self.0.clock.now()
    }

    fn settings(&self) -> Settings {
        (self.0.settings)()
    }
}

/// The person behind a method that is about oneself. A job or an operator has no self.
fn myself(actor: &Actor) -> Result<UserId, Error> {
    actor.user().ok_or(Error::Refused(Kind::Forbidden))
}
