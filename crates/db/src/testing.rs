//! A fresh database for each story, on each engine.
//!
//! ```ignore
//! #[tokio::test]
//! async fn a_name_is_taken_once() {
//!     db::testing::each(|db| async move { … }).await;
//! }
//! ```
//!
//! SQLite: a file in a temporary folder. PostgreSQL: a database of its own on the server that `GUILDHALL_TEST_POSTGRES_URL` names, copied
//! from a template which is migrated once per set of migrations, whichever process comes first; it is dropped afterwards. Without a server
//! the stories run on SQLite alone and say so, except in CI, where that is a failure.

pub mod doomed;

use std::{
    fmt::Debug,
    future::Future,
    panic::AssertUnwindSafe,
    path::{Path, PathBuf},
    str::FromStr as _,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use base::{Clock, Millis};
use futures::FutureExt as _;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, postgres::PgConnectOptions};
use tempfile::TempDir;
use tokio_util::task::TaskTracker;
use url::Url;

use crate::{Db, Engine, OpenError, Options, migrate};

/// What has not come by then does not come: far longer than anything takes, on a machine that compiles meanwhile, too.
const PATIENCE: Duration = Duration::from_mins(1);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(10);

/// Looks again and again until it finds what it looks for, and gives that back. A story that has to wait for what another task
/// does waits by this, never for a time.
///
/// # Panics
/// After a minute, with `what` was waited for and what was seen last.
pub async fn until<T, S: Debug>(what: &str, mut look: impl AsyncFnMut() -> Result<T, S>) -> T {
    let began = Instant::now();
    loop {
        match look().await {
            Ok(found) => return found,
            Err(seen) => assert!(began.elapsed() < PATIENCE, "waited for {what}, and what there is is {seen:?}"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Where a fresh database is. A story that closes and opens again, or wants other options, asks for one of these.
#[derive(Debug)]
pub struct Place {
    /// Which engine.
    pub engine: Engine,
    /// Its address, for [`Db::open`].
    pub address: String,
    folder: TempDir,
    /// The server on which to drop it.
    server: Option<Server>,
}

#[derive(Debug)]
struct Server {
    url: String,
    name: String,
}

/// A clock that stands still.
#[derive(Debug, Clone, Copy)]
pub struct StoppedClock(pub Millis);

impl Clock for StoppedClock {
    fn now(&self) -> Millis {
        self.0
    }
}

impl Place {
    /// A new database of that engine, with its schema; `None` if there is no PostgreSQL to make it on.
    pub async fn migrated(engine: Engine) -> Option<Self> {
        let place = match engine {
            Engine::Sqlite => Self::file(),
            Engine::Postgres => {
                let url = server()?;
                let template = template(&url).await;
                Self::on(url, Some(&template)).await
            }
        };
        if engine == Engine::Sqlite {
            let db = place.open(Options::default()).await.expect("a file in a new folder can be opened");
            place.migrate(&db).await;
            db.close().await;
        }
        Some(place)
    }

    /// A new database without any table; `None` if there is no PostgreSQL to make it on.
    pub async fn empty(engine: Engine) -> Option<Self> {
        match engine {
            Engine::Sqlite => Some(Self::file()),
            Engine::Postgres => Some(Self::on(server()?, None).await),
        }
    }

    /// Opens it.
    pub async fn open(&self, options: Options) -> Result<Db, OpenError> {
        Db::open(&self.address, options, &TaskTracker::new()).await
    }

    /// Where its backups go.
    pub fn backups(&self) -> PathBuf {
        self.folder.path().join("backups")
    }

    /// The SQLite file, or where it would be.
    pub fn file_path(&self) -> PathBuf {
        self.folder.path().join("hub.db")
    }

    /// A folder that goes away with the place.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Takes it away.
    pub async fn remove(self) {
        if let Some(server) = &self.server {
            let mut admin = connect(&server.url).await;
            run(&mut admin, format!("drop database if exists {} with (force)", server.name)).await;
        }
    }

    async fn migrate(&self, db: &Db) {
        let clock = StoppedClock(Millis(1_700_000_000_000));
        db.migrate(&self.backups(), &clock).await.expect("the migrations apply to an empty database");
    }

    fn file() -> Self {
        let folder = folder();
        let address = folder.path().join("hub.db").to_str().expect("temporary folders have plain names").to_owned();
        Self { engine: Engine::Sqlite, address, folder, server: None }
    }

    async fn on(url: String, template: Option<&str>) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("guildhall_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let mut admin = connect(&url).await;
        // One may be left of a process that was killed and had the same number.
        run(&mut admin, format!("drop database if exists {name} with (force)")).await;
        run(&mut admin, format!("create database {name} template {}", template.unwrap_or("template0"))).await;
        let address = address_of(&url, &name);
        Self { engine: Engine::Postgres, address, folder: folder(), server: Some(Server { url, name }) }
    }
}

/// Runs a story on a fresh database of each engine.
pub async fn each<F, Fut>(story: F)
where
    F: Fn(Db) -> Fut,
    Fut: Future<Output = ()>,
{
    each_place(async |place: &Place| {
        let db = place.open(Options::default()).await.expect("a fresh database can be opened");
        let outcome = AssertUnwindSafe(Box::pin(story(db.clone()))).catch_unwind().await;
        db.close().await;
        if let Err(panic) = outcome {
            std::panic::resume_unwind(panic);
        }
    })
    .await;
}

/// Runs a story on a fresh place of each engine, with its schema; the story opens it itself.
pub async fn each_place(story: impl AsyncFn(&Place)) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        if let Some(place) = Place::migrated(engine).await {
            on_place(place, &story).await;
        }
    }
}

/// The same with places that have no table yet.
pub async fn each_empty_place(story: impl AsyncFn(&Place)) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        if let Some(place) = Place::empty(engine).await {
            on_place(place, &story).await;
        }
    }
}

/// Takes the place away also when the story fails, and says on which engine it did.
async fn on_place(place: Place, story: &impl AsyncFn(&Place)) {
    let outcome = AssertUnwindSafe(Box::pin(story(&place))).catch_unwind().await;
    let engine = place.engine;
    place.remove().await;
    if let Err(panic) = outcome {
        eprintln!("the story failed on {}", engine.name());
        std::panic::resume_unwind(panic);
    }
}

#[expect(clippy::disallowed_methods, reason = "a test has no configuration to read it from")]
fn server() -> Option<String> {
    let url = std::env::var("GUILDHALL_TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty());
    if url.is_none() {
        assert!(
            std::env::var_os("CI").is_none(),
            "GUILDHALL_TEST_POSTGRES_URL is not set, and CI must test PostgreSQL"
        );
        eprintln!("SKIPPED on PostgreSQL: set GUILDHALL_TEST_POSTGRES_URL, or run `make test`, which starts one");
    }
    url
}

/// The name of the template with this program's schema, made if nobody has made it yet.
async fn template(url: &str) -> String {
    let name = format!("guildhall_template_{}", migrate::fingerprint(Engine::Postgres));
    let mut admin = connect(url).await;
    // Tests run in processes of their own, and all start at once: the first makes it, the others wait here.
    run(&mut admin, "select pg_advisory_lock(7165411)".to_owned()).await;
    let known: Option<(i32,)> = sqlx::query_as("select 1 from pg_database where datname = $1")
        .bind(&name)
        .fetch_optional(&mut admin)
        .await
        .expect("the catalogue can be read");
    if known.is_none() {
        // It gets its name only when it is whole, so one that was interrupted is never taken for a template.
        let unfinished = format!("{name}_unfinished");
        run(&mut admin, format!("drop database if exists {unfinished} with (force)")).await;
        run(&mut admin, format!("create database {unfinished} template template0")).await;
        let place =
            Place { engine: Engine::Postgres, address: address_of(url, &unfinished), folder: folder(), server: None };
        let db = place.open(Options::default()).await.expect("a new database can be opened");
        place.migrate(&db).await;
        db.close().await;
        run(&mut admin, format!("alter database {unfinished} rename to {name}")).await;
    }
    // Closing the connection frees the lock.
    admin.close().await.expect("the server is there");
    name
}

fn folder() -> TempDir {
    tempfile::Builder::new().prefix("guildhall-").tempdir().expect("a temporary folder can be made")
}

fn address_of(url: &str, database: &str) -> String {
    let mut url = Url::parse(url).expect("GUILDHALL_TEST_POSTGRES_URL is an address");
    url.set_path(database);
    url.into()
}

async fn connect(url: &str) -> PgConnection {
    let options = PgConnectOptions::from_str(url).expect("GUILDHALL_TEST_POSTGRES_URL is an address");
    PgConnection::connect_with(&options).await.expect("the server of GUILDHALL_TEST_POSTGRES_URL answers")
}

/// Runs a statement that takes no parameters, like those that make databases. Its parts are our own.
async fn run(admin: &mut PgConnection, statement: String) {
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(admin).await.expect("the test user may make databases");
}
