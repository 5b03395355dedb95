//! A hub that runs as it would for people.

use std::{fs, net::SocketAddr, sync::Arc, time::Duration};

use server::{
    config::Settings,
    http::Hub,
    system::SystemChance,
    wiring::{self, Builtins, Running, Working},
};
use tempfile::TempDir;

use base::{Actor, Role, Secret};
use serde_json::{Value, json};

use crate::{LivePage, Person, Program, TestClock, until};

/// A password no rule objects to.
pub const PASSWORD: &str = "a lantern over the northern gate";

/// A running hub with nothing in it, on free ports.
pub struct TestApp {
    /// Time, as the hub sees it.
    pub clock: Arc<TestClock>,
    running: Running,
    _data: TempDir,
}

impl TestApp {
    /// Starts one, with limits that no story runs into by accident.
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// Starts one with the settings changed.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::with_plugins(change, Vec::new()).await
    }

    /// The same with plugins that are a part of it.
    pub async fn with_plugins(change: impl FnOnce(&mut Settings), builtins: Builtins) -> Self {
        let data = tempfile::tempdir().unwrap();
        let settings = settings(&data, change);
        let clock = Arc::new(TestClock::new());
        let running =
            Box::pin(wiring::start_with(settings, Arc::clone(&clock) as Arc<_>, Arc::new(SystemChance), builtins))
                .await
                .unwrap();
        Self { clock, running, _data: data }
    }

    /// The same on that database, which nobody else is on; `None`: on its own.
    pub async fn on(database: Option<&str>, builtins: Builtins) -> Self {
        let change = |settings: &mut Settings| {
            if let Some(database) = database {
                database.clone_into(&mut settings.database_url);
            }
        };
        Self::with_plugins(change, builtins).await
    }

    /// The same on a database that others may be on, none of which runs the lobby; `None`: on its own.
    pub async fn beside(database: Option<&str>, builtins: Builtins) -> Self {
        let change = |settings: &mut Settings| {
            if let Some(database) = database {
                database.clone_into(&mut settings.database_url);
                settings.lobby.enabled = false;
            }
        };
        Self::with_plugins(change, builtins).await
    }

    /// Everything the doors are handed.
    pub fn running(&self) -> &Running {
        &self.running
    }

    /// Where the website listens.
    pub fn at(&self) -> SocketAddr {
        self.running.http_addr
    }

    /// Where classic clients log on: here, or at the node that runs the lobby.
    pub fn lobby(&self) -> SocketAddr {
        self.running.hub.lobby.listens_at().unwrap_or(self.running.metaserver_addr)
    }

    /// Somebody nobody knows, with a browser that runs script.
    pub fn stranger(&self) -> Person {
        Person::new(self.at())
    }

    /// The same at another listener than the website's.
    pub fn stranger_at(&self, at: SocketAddr) -> Person {
        Person::new(at)
    }

    /// Somebody with an account, logged in.
    pub async fn person(&self, name: &str) -> Person {
        let mut person = self.stranger();
        let answer = person.call("register", &[("name", name), ("email", ""), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, 200, "{name} can't register: {}", answer.body);
        person
    }

    /// A program nobody gave a token.
    pub fn program(&self) -> Program {
        Program::new(self.stranger())
    }

    /// A program that somebody of that name has just given their password; an account is made where there is none.
    pub async fn program_of(&self, name: &str) -> Program {
        let accounts = &self.running.hub.accounts;
        if accounts.find_user(&Actor::Operator, name).await.unwrap().is_none() {
            self.person(name).await;
        }
        let form = json!({ "grant": "password", "name": name, "password": PASSWORD });
        let granted = self.program().post("/api/v1/auth/token", &form).await;
        assert_eq!(granted.status, 200, "{name} gets no token: {}", granted.body);
        self.program().with_token(granted.json()["access_token"].as_str().unwrap())
    }

    /// A program of the hub's owner.
    pub async fn owner_program(&self) -> Program {
        let accounts = &self.running.hub.accounts;
        accounts.create_user(&Actor::Operator, "Freya", Secret::new(PASSWORD), Role::Owner).await.unwrap();
        self.program_of("Freya").await
    }

    /// The live socket of a program.
    pub async fn live_with_token(&self, token: &str) -> LivePage {
        LivePage::open_with_token(self.at(), token).await
    }

    /// The live socket of somebody's page.
    pub async fn page_of(&self, person: &Person) -> LivePage {
        LivePage::open(self.at(), person).await
    }

    /// Waits until every job that is due has run, as far as it will at this instant. What an event leads to later is not waited for.
    pub async fn settle_jobs(&self) {
        let jobs = &self.running.hub.work.jobs;
        until("the end of all jobs", async || {
            jobs.nudge();
            let busy = jobs.overview(&Actor::Operator).await.unwrap();
            let busy: Vec<_> = busy.into_iter().filter(|depth| depth.due + depth.running > 0).collect();
            if busy.is_empty() { Ok(()) } else { Err(busy) }
        })
        .await;
    }

    /// The newest letter of a kind, as soon as it is written.
    pub async fn letter(&self, kind: &str) -> Value {
        until(kind, async || {
            let row: Option<(Option<String>,)> =
                db::sql("select letter from mails where kind = $1 order by id desc limit 1")
                    .bind(kind)
                    .fetch_optional(&self.running().hub.db)
                    .await
                    .unwrap();
            match row {
                Some((Some(letter),)) => Ok(serde_json::from_str(&letter).unwrap()),
                none => Err(none),
            }
        })
        .await
    }

    /// Stops the hub in order, and says whether all of it finished.
    pub async fn stop(self) -> bool {
        self.running.stop_now(Duration::from_secs(10)).await
    }
}

/// Those of a hub in that folder, on free ports, with the settings changed.
fn settings(data: &TempDir, change: impl FnOnce(&mut Settings)) -> Settings {
    let site = data.path().join("built");
    fs::create_dir_all(site.join("pkg/test")).unwrap();
    fs::write(site.join("build.txt"), "test").unwrap();
    fs::write(site.join("pkg/test/guildhall.css"), ":root {}").unwrap();
    fs::write(site.join("robots.txt"), "User-agent: *\n").unwrap();
    let mut settings = Settings {
        http_addr: SocketAddr::from(([127, 0, 0, 1], 0)),
        metaserver_addr: SocketAddr::from(([127, 0, 0, 1], 0)),
        database_url: format!("sqlite://{}", data.path().join("guildhall.db").display()),
        data_dir: data.path().to_owned(),
        site_root: Some(site),
        ..Settings::default()
    };
    settings.log_in.burst = 1000;
    settings.log_in.registrations_per_hour = 1000;
    settings.api.anonymous_per_minute = 1_000_000;
    settings.api.token_per_minute = 1_000_000;
    settings.api.burst_per_second = 1_000_000;
    settings.http.searches_per_minute = 1_000_000;
    settings.http.exports_per_minute = 1_000_000;
    change(&mut settings);
    settings
}

/// A worker beside hubs: a process without doors.
pub struct TestWorker {
    working: Working,
    _data: TempDir,
}

impl TestWorker {
    /// Starts one with the settings changed; it needs the database of the hubs.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let data = tempfile::tempdir().unwrap();
        let settings = settings(&data, change);
        let working = wiring::work(settings, Arc::new(TestClock::new()), Arc::new(SystemChance)).await.unwrap();
        Self { working, _data: data }
    }

    /// What it works with.
    pub fn hub(&self) -> &Hub {
        &self.working.hub
    }

    /// Stops it in order, and says whether all of it finished.
    pub async fn stop(self) -> bool {
        self.working.stop(Duration::from_secs(10)).await
    }
}
