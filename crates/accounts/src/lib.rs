#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod address;
mod api_token;
mod api_token_grant;
mod api_token_jwt;
mod attempt;
mod breached;
mod browser;
mod candidate;
mod claim_link;
mod deed;
mod device;
mod doorkeeper;
mod dossier;
mod email;
mod enter;
mod error;
mod export;
mod failures;
mod form;
mod game_password;
mod guise;
mod hashing;
mod history;
mod identity;
mod import;
mod leave;
mod limits;
mod linked;
mod lobby_token;
mod log_in;
mod log_out_everywhere;
mod mailbox;
mod name;
mod names;
mod notice;
mod objector;
mod overview;
mod passkey;
mod passkey_party;
mod passkey_proof;
mod password;
mod password_change;
mod people;
mod prove;
mod reading;
mod recovery;
mod register;
mod role_of;
mod sealing;
mod second_factor;
mod second_step;
mod session;
mod settings;
mod setup;
mod sign_up;
mod site;
mod staff;
mod stats;
mod store;
mod tidy;
mod token;
mod totp;

#[cfg(test)]
mod stories;

use std::sync::{Arc, Mutex, RwLock};

use base::{Actor, Chance, Clock, Kind, Millis, UserId};
use db::Db;

pub use api_token::useful_to;
pub use breached::Breached;
pub use browser::Browser;
pub use deed::Deed;
pub use device::device_label;
pub use doorkeeper::{Doorkeeper, TurnedAway};
pub use enter::{LogInStep, PendingLogIn};
pub use error::Error;
pub use game_password::GameLogin;
pub use identity::{CameBack, IdentityStep, Proved, SignInFor};
pub use import::{Arrival, Arrived, Coming, Logon};
pub use log_in::NewLogin;
pub use mailbox::Mailbox;
pub use objector::{Objection, Objector};
pub use passkey_proof::PasskeyAt;
pub use people::{UserPage, UserQuery, UserSummary};
pub use sealing::SealKeys;
pub use second_factor::Resealed;
pub use session::Known;
pub use settings::{Hashing, Limits, Rate, Sessions, Settings};
pub use sign_up::{SignUp, SignedUp};
pub use tidy::Tidied;

use failures::Failures;
use hashing::Hasher;
use limits::AddressLimit;
use sealing::Sealer;
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
    /// Those who keep order, once the wiring has put them here.
    doorkeeper: std::sync::OnceLock<Arc<dyn Doorkeeper>>,
    /// Whoever may object to a new account.
    objector: std::sync::OnceLock<Arc<dyn Objector>>,
    /// Apart from [`Inner::failures`]: who guesses at game passwords shall not make the person wait at the site.
    game_failures: Failures,
    /// Codes that were wrong.
    factor_failures: Failures,
    /// Letters for forgotten passwords, by who asks and by mailbox.
    recoveries: AddressLimit,
    mailboxes: Failures,
    /// Letters with a code, by account.
    letters: Failures,
    /// Mailboxes that were given to be somebody's.
    claims: Failures,
    /// Of the printed setup link; `None` once there is an owner.
    setup_token: Mutex<Option<TokenHash>>,
    /// What those who run the hub have decided.
    hub: ::settings::HubSettings,
    /// With what access tokens are signed, newest first.
    signing_keys: RwLock<Vec<api_token_jwt::SigningKey>>,
    /// With what the secrets of apps are sealed.
    sealer: Arc<Sealer>,
}

impl Accounts {
    /// Accounts kept in `db`, whose migrations have been applied; what no hash would do for is sealed with `keys`.
    pub fn new(
        db: Db,
        hub: ::settings::HubSettings,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
        keys: Arc<dyn SealKeys>,
        settings: Settings,
    ) -> Self {
        let limits = &settings.limits;
        let limit = |name, rate| AddressLimit::new(name, rate, limits.remembered, Arc::clone(&clock));
        let failures = || Failures::new(limits.failures, limits.failure_window, limits.remembered);
        Self(Arc::new(Inner {
            hasher: Hasher::new(&settings.hashing, Arc::clone(&chance)),
            log_ins: limit("log_in", limits.log_in),
            game_log_ons: limit("game_log_on", limits.log_in),
            registrations: limit("register", limits.register),
            failures: failures(),
            doorkeeper: std::sync::OnceLock::new(),
            objector: std::sync::OnceLock::new(),
            game_failures: failures(),
            factor_failures: failures(),
            recoveries: limit("recover", limits.recover),
            mailboxes: Failures::new(limits.recover_mailbox, limits.failure_window, limits.remembered),
            letters: Failures::new(limits.letters, limits.failure_window, limits.remembered),
            claims: Failures::new(address::TOLD_A_DAY, address::DAY, limits.remembered),
            setup_token: Mutex::default(),
            hub,
            signing_keys: RwLock::default(),
            sealer: Arc::new(Sealer::new(keys, Arc::clone(&chance))),
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
