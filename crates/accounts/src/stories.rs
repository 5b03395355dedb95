//! What people do with their accounts, told on both databases.

mod addresses;
mod device;
mod enumeration;
mod forms;
mod from_games;
mod game;
mod identities;
mod importing;
mod leaving;
mod limits;
mod logging_in;
mod office;
mod passkeys;
mod people;
mod recovering;
mod second_factors;
mod sessions;
mod setup;
mod staff;
mod tokens;

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use ::settings::HubSettings;
use base::{Actor, Secret};
use contract::{
    Code, Field,
    account::{LogIn, Register},
};
use db::Db;

use crate::{Accounts, Error, Hashing, Limits, LogInStep, NewLogin, PendingLogIn, Rate, Settings, sealing::InMemory};
use base::testing::{HandClock, SeededChance};

const PASSWORD: &str = "vrlq wopk 7";
const OTHER_PASSWORD: &str = "zmmb ruqa 3";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
const CURL: &str = "curl/8.5.0";

/// A hub whose clock stands still until somebody moves it.
struct World {
    accounts: Accounts,
    clock: Arc<HandClock>,
    db: Db,
    /// With what the hub seals; every node has them.
    keys: Arc<InMemory>,
}

/// Hashes as cheap as argon2 makes them: the stories are about something else.
fn cheap() -> Hashing {
    Hashing { memory_kib: 8, passes: 1, ..Hashing::default() }
}

/// No limit on addresses: all of a story's people sit at one.
fn patient() -> Settings {
    let limits = Limits { log_in: Rate::UNLIMITED, register: Rate::UNLIMITED, ..Limits::default() };
    Settings { hashing: cheap(), limits, ..Settings::default() }
}

impl World {
    fn new(db: Db) -> Self {
        Self::with(db, patient())
    }

    fn with(db: Db, settings: Settings) -> Self {
        let clock = Arc::new(HandClock::default());
        let hub = HubSettings::new(db.clone(), clock.clone());
        let keys = InMemory::with(&[7]);
        let accounts = Accounts::new(db.clone(), hub, clock.clone(), chance(), keys.clone(), settings);
        Self { accounts, clock, db, keys }
    }

    /// Another node of the same hub.
    fn second_node(&self) -> Accounts {
        let hub = HubSettings::new(self.db.clone(), self.clock.clone());
        Accounts::new(self.db.clone(), hub, self.clock.clone(), chance(), self.keys.clone(), patient())
    }

    async fn register(&self, name: &str) -> NewLogin {
        done(self.accounts.register(&stranger(), registration(name), FIREFOX).await).unwrap()
    }

    /// Somebody with an address that is proved to be theirs.
    async fn register_at(&self, name: &str, email: &str) -> NewLogin {
        let form = Register { email: email.into(), ..registration(name) };
        let login = done(self.accounts.register(&stranger(), form, FIREFOX).await).unwrap();
        let letter = self.letters("verify_address").await.pop().expect("a letter went out");
        self.accounts.confirm_address_by_link(&stranger(), &token_of(&letter)).await.unwrap();
        login
    }

    async fn log_in(&self, name: &str, password: &str) -> Result<NewLogin, Error> {
        done(self.accounts.log_in(&stranger(), credentials(name, password), FIREFOX).await)
    }

    /// The letters of a kind in the queue, oldest first: where they go and what they say.
    async fn letters(&self, kind: &str) -> Vec<serde_json::Value> {
        let rows: Vec<(Option<String>, Option<String>)> =
            db::sql("select address, letter from mails where kind = $1 order by id")
                .bind(kind)
                .fetch_all(&self.db)
                .await
                .unwrap();
        // Those of an account that is gone say nothing any more.
        rows.into_iter()
            .filter_map(|(to, text)| {
                let mut letter: serde_json::Value = serde_json::from_str(&text?).unwrap();
                letter["to"] = to?.into();
                Some(letter)
            })
            .collect()
    }

    /// Who a login's cookie belongs to, as an actor.
    async fn actor(&self, login: &NewLogin) -> Actor {
        self.accounts.identify(login.token.expose(), None).await.unwrap().expect("the login holds").actor
    }

    async fn is_known(&self, login: &NewLogin) -> bool {
        self.accounts.identify(login.token.expose(), None).await.unwrap().is_some()
    }

    /// The owner of a hub whose setup is at its second step.
    async fn owner(&self) -> NewLogin {
        let setup_token = self.accounts.issue_setup_token().await.unwrap().unwrap().expose().to_owned();
        let form = contract::setup::CreateOwner {
            setup_token,
            name: "Freya".into(),
            email: String::new(),
            password: PASSWORD.into(),
        };
        self.accounts.create_owner(&stranger(), form, FIREFOX).await.unwrap()
    }

    /// The acts in the audit trail so far, oldest first: who did it to whom.
    async fn trail(&self) -> Vec<String> {
        let rows: Vec<(String, String, String)> =
            db::sql("select actor, act, target_id from audit_log order by id").fetch_all(&self.db).await.unwrap();
        rows.into_iter().map(|(actor, act, target)| format!("{actor} {act} {target}")).collect()
    }

    /// What the newest entry of that act says of what is now: the reason is there.
    async fn why(&self, act: &str) -> String {
        let newest = db::sql("select after from audit_log where act = $1 order by id desc limit 1").bind(act);
        let (after,): (Option<String>,) = newest.fetch_one(&self.db).await.unwrap();
        after.unwrap_or_default()
    }

    /// The names of the events recorded so far, oldest first.
    async fn events(&self) -> Vec<String> {
        let rows: Vec<(String,)> = db::sql("select event from outbox order by id").fetch_all(&self.db).await.unwrap();
        rows.into_iter()
            .map(|(event,)| serde_json::from_str::<contract::Event>(&event).unwrap().name().to_owned())
            .collect()
    }
}

/// The login, where nothing more was asked for.
fn done(outcome: Result<LogInStep, Error>) -> Result<NewLogin, Error> {
    outcome.map(|step| step.done().expect("nothing more is asked for"))
}

/// The log-in, where something more was asked for.
fn pending(outcome: Result<LogInStep, Error>) -> PendingLogIn {
    match outcome {
        Ok(LogInStep::Pending(pending)) => pending,
        other => panic!("not asked for more: {other:?}"),
    }
}

/// The token in a letter's link.
fn token_of(letter: &serde_json::Value) -> String {
    letter["path"].as_str().unwrap().split_once("token=").unwrap().1.to_owned()
}

/// Another seed for every node, or two would make the same tokens.
fn chance() -> Arc<SeededChance> {
    static SEED: AtomicU64 = AtomicU64::new(0);
    Arc::new(SeededChance::new(SEED.fetch_add(1, Ordering::Relaxed) << 32))
}

fn stranger() -> Actor {
    from("192.0.2.1")
}

fn from(address: &str) -> Actor {
    Actor::Stranger { address: Some(ip(address)) }
}

fn ip(address: &str) -> IpAddr {
    address.parse().unwrap()
}

fn registration(name: &str) -> Register {
    Register { name: name.into(), email: String::new(), password: PASSWORD.into() }
}

fn credentials(name: &str, password: &str) -> LogIn {
    LogIn { name: name.into(), password: password.into(), remember: None }
}

fn secret(text: &str) -> Secret {
    Secret::new(text)
}

/// The wrong fields of a refused form.
fn wrong<T>(outcome: Result<T, Error>) -> Vec<(Field, Code)> {
    match outcome {
        Ok(_) => panic!("the form was accepted"),
        Err(error) => error.problem().fields.iter().map(|wrong| (wrong.field, wrong.code)).collect(),
    }
}

const HOUR: Duration = Duration::from_hours(1);
const MINUTE: Duration = Duration::from_mins(1);
