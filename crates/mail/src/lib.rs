#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod address;
mod decline;
mod deliver;
mod error;
mod letter;
mod locale;
mod outbox;
mod queue;
mod store;
mod tidy;
mod transport;
mod words;

#[cfg(test)]
mod stories;
#[cfg(test)]
mod testing;

use std::sync::Arc;

use base::{Chance, Clock, Millis, Role, UserId};
use db::Db;
use futures::future::BoxFuture;

pub use address::Address;
pub use error::Error;
pub use letter::{FactorChange, Letter, Text};
pub use locale::Locale;
pub use outbox::MailQuery;
pub use queue::{forget, queue, queue_at_most};
pub use tidy::Tidied;
pub use transport::{Security, Smtp, Transport, TransportError};
pub use words::{Letterhead, Written};

/// Everything about mail. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Mail(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    house: Arc<dyn House>,
    transport: Option<Transport>,
}

/// What mail has to ask of the rest of the hub.
pub trait House: Send + Sync + 'static {
    /// The hub's name and the address people type, as they are now.
    fn letterhead(&self) -> BoxFuture<'_, Letterhead>;

    /// What somebody is to the hub; `None` where they are gone. Nobody reads the links of those above themselves.
    fn role_of(&self, user: UserId) -> BoxFuture<'_, Result<Option<Role>, Error>>;
}

impl Mail {
    /// Mail kept in `db`, whose migrations have been applied. Without a transport letters wait in the outbox for an admin.
    pub fn new(
        db: Db,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
        house: Arc<dyn House>,
        transport: Option<Transport>,
    ) -> Self {
        Self(Arc::new(Inner { db, clock, chance, house, transport }))
    }

    /// Whether a mail server is configured.
    pub fn has_transport(&self) -> bool {
        self.0.transport.is_some()
    }

    fn now(&self) -> Millis {
        self.0.clock.now()
    }
}
