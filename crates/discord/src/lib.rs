#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod announce;
mod answer;
mod connect;
mod error;
mod follow;
mod gateway;
mod guild;
mod hub;
mod interaction;
mod pace;
mod people;
mod register;
mod rest;
mod roles;
mod send;
mod store;
mod verify;
mod wire;

#[cfg(test)]
mod stories;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

use std::sync::Arc;

use base::{Chance, Clock, Millis};
use commands::Registry;
use db::Db;
use outbound::Outbound;
use tokio_util::task::TaskTracker;

pub use announce::Message;
pub use error::Error;
pub use interaction::Turned;
pub use people::{Known, Members, People, Unknown};
pub use rest::Failed;

/// Where Discord's API is, unless the configuration names another place.
pub const API: &str = "https://discord.com/api/v10";

/// What the hub in Discord is made of.
pub struct Parts {
    /// The store.
    pub db: Db,
    /// The way to Discord.
    pub outbound: Outbound,
    /// Where its API begins, version included, without a slash at the end.
    pub api: String,
    /// What the token is sealed with.
    pub key: seal::Key,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub chance: Arc<dyn Chance>,
    /// For answers that come late.
    pub tasks: TaskTracker,
    /// The one list of commands.
    pub commands: Registry,
    /// People and organizations.
    pub people: Arc<dyn People>,
}

/// The hub in Discord. Clones are one.
#[derive(Clone)]
pub struct Discord(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) db: Db,
    pub(crate) rest: rest::Rest,
    pub(crate) key: seal::Key,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<dyn Chance>,
    pub(crate) tasks: TaskTracker,
    pub(crate) commands: Registry,
    pub(crate) people: Arc<dyn People>,
}

impl Discord {
    /// Of these parts. Nothing runs yet.
    pub fn new(parts: Parts) -> Self {
        let Parts { db, outbound, api, key, clock, chance, tasks, commands, people } = parts;
        let rest = rest::Rest::new(outbound, api, Arc::clone(&clock));
        Self(Arc::new(Inner { db, rest, key, clock, chance, tasks, commands, people }))
    }

    pub(crate) fn now(&self) -> Millis {
        self.0.clock.now()
    }
}
