#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod attempt;
mod candidate;
mod device;
mod email;
mod error;
mod failures;
mod form;
mod game_password;
mod hashing;
mod limits;
mod lobby_token;
mod log_in;
mod name;
mod overview;
mod password;
mod password_change;
mod people;
mod register;
mod session;
mod settings;
mod setup;
mod site;
mod store;
mod tidy;
mod token;

#[cfg(test)]
mod stories;
#[cfg(test)]
mod testing;

use std::sync::{Arc, Mutex, RwLock};

use base::{Actor, Chance, Clock, Kind, Millis, UserId};
use db::Db;

pub use device::device_label;
pub use error::Error;
pub use game_password::GameLogin;
pub use log_in::NewLogin;
pub use people::{UserPage, UserQuery, UserSummary};
pub use session::Known;
pub use settings::{Hashing, Limits, Rate, Sessions, Settings};
pub use tidy::Tidied;

use failures::Failures;
use hashing::Hasher;
use limits::AddressLimit;
use site::Hub;
use token::TokenHash;

/// Everything about people's accounts. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Accounts(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    settings: Settings,
    hasher: Hasher,
    log_ins: AddressLimit,
    game_log_ons: AddressLimit,
    registrations: AddressLimit,
    failures: Failures,
    /// Apart from [`Inner::failures`]: who guesses at game passwords shall not make the person wait at the site.
    game_failures: Failures,
    /// Of the printed setup link; `None` once there is an owner.
    setup_token: Mutex<Option<TokenHash>>,
    /// The hub's settings, once they were read; and whoever reads them anew.
    hub: RwLock<Option<Arc<Hub>>>,
    refreshing: tokio::sync::Mutex<()>,
}

impl Accounts {
    /// Accounts kept in `db`, whose migrations have been applied.
    pub fn new(db: Db, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>, settings: Settings) -> Self {
        let limits = &settings.limits;
        let limit = |name, rate| AddressLimit::new(name, rate, limits.remembered, Arc::clone(&clock));
        let failures = || Failures::new(limits.failures, limits.failure_window, limits.remembered);
        Self(Arc::new(Inner {
            hasher: Hasher::new(&settings.hashing, Arc::clone(&chance)),
            log_ins: limit("log_in", limits.log_in),
            game_log_ons: limit("game_log_on", limits.log_in),
            registrations: limit("register", limits.register),
            failures: failures(),
            game_failures: failures(),
            setup_token: Mutex::default(),
            hub: RwLock::default(),
            refreshing: tokio::sync::Mutex::default(),
            db,
            clock,
            chance,
            settings,
        }))
    }

    fn now(&self) -> Millis {
        self.0.clock.now()
    }
}

/// The person behind a method that is about oneself. A job or an operator has no self.
fn myself(actor: &Actor) -> Result<UserId, Error> {
    actor.user().ok_or(Error::Refused(Kind::Forbidden))
}
