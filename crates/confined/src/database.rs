//! The database itself: opened, asked, brought on by migrations.

use std::{
    fs::OpenOptions,
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::{Duration, Instant},
};

use futures::TryStreamExt as _;
use serde_json::{Map, Value};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, Either, Executor as _, Row as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteRow, SqliteSynchronous},
};

use crate::{
    cells,
    error::Error,
    raw::{self, LONGEST_SCRIPT},
    rules::Rules,
    statement::{self, Statement},
};

/// So long a statement may take, and so long a migration.
const STATEMENT: Duration = Duration::from_millis(500);
const MIGRATION: Duration = Duration::from_secs(30);
/// After so many of SQLite's steps the clock is looked at: some microseconds' worth where each is short.
const STEPS: i32 = 100;
/// So much memory a statement may take, in bytes.
const MOST_MEMORY: i64 = 32 * 1024 * 1024;
/// The most rows of an answer, and the most bytes of it as JSON.
const MOST_ROWS: usize = 1_000;
const LARGEST_ANSWER: usize = 1024 * 1024;
/// SQLite's pages have so many bytes.
const PAGE: u32 = 4096;
const PAGES_IN_A_MIB: u32 = 1024 * 1024 / PAGE;

/// Why a statement was broken off.
const SLOW: u8 = 1;
const LARGE: u8 = 2;

/// A stranger's database. Its methods are not to be dropped midway: who may stop waiting for one has it run on a task of its own.
#[derive(Debug)]
pub struct Database {
    connection: SqliteConnection,
    quota_mib: u32,
    broken_off: Arc<AtomicU8>,
    sound: bool,
}

impl Database {
    /// Opens the file at a path, or makes it, readable by its owner alone. It grows to at most so many MiB.
    pub async fn open(path: &Path, quota_mib: u32) -> Result<Self, Error> {
        // SQLite gives its log the same permissions.
        OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path)?;
        Self::connect(file(path), quota_mib).await
    }

    /// One that is gone with the value.
    pub async fn in_memory(quota_mib: u32) -> Result<Self, Error> {
        Self::connect(SqliteConnectOptions::new().in_memory(true), quota_mib).await
    }

    async fn connect(options: SqliteConnectOptions, quota_mib: u32) -> Result<Self, Error> {
        let mut connection = options
            .page_size(PAGE)
            .foreign_keys(true)
            .statement_cache_capacity(0)
            .pragma("trusted_schema", "off")
            .pragma("cell_size_check", "on")
            // Sorting and joining happen in memory, where it is counted, and not in files that nobody counts.
            .pragma("temp_store", "memory")
            .pragma("cache_size", "-1024")
            .pragma("journal_size_limit", "4194304")
            .pragma("max_page_count", (quota_mib.saturating_mul(PAGES_IN_A_MIB)).to_string())
            // A stranger's statements are nothing for the hub's log.
            .disable_statement_logging()
            .connect()
            .await?;
        raw::limit(&mut connection.lock_handle().await?);
        Ok(Self { connection, quota_mib, broken_off: Arc::default(), sound: true })
    }

    /// How much it may keep, in MiB.
    pub fn quota_mib(&self) -> u32 {
        self.quota_mib
    }

    /// Whether it can be asked again; where not it is to be closed, and opened anew.
    pub fn is_sound(&self) -> bool {
        self.sound
    }

    /// The rows that a statement answers with: 1,000 at most, 1 MiB as JSON. `organization` is what `:org` stands for; `None`: `null`.
    pub async fn query(
        &mut self,
        text: &str,
        args: &[Value],
        organization: Option<i64>,
    ) -> Result<Vec<Map<String, Value>>, Error> {
        let statement = read(text, args)?;
        self.begin(Rules::Rows, STATEMENT).await?;
        let rows = self.run(statement, args, organization).await.map(|(rows, _)| rows);
        self.end(rows).await
    }

    /// How many rows a statement changed.
    pub async fn execute(&mut self, text: &str, args: &[Value], organization: Option<i64>) -> Result<u64, Error> {
        let statement = read(text, args)?;
        let before = self.changes().await?;
        self.begin(Rules::Rows, STATEMENT).await?;
        let mut changed = self.run(statement, args, organization).await.map(|(_, changed)| changed);
        // A statement that changes nothing leaves the count of the one before it.
        if changed.is_ok() {
            self.let_go().await?;
            match self.changes().await {
                Ok(after) if after == before => changed = Ok(0),
                Ok(_) => {}
                Err(error) => changed = Err(error),
            }
        }
        self.end(changed).await
    }

    /// Runs a migration, which may be many statements, in one transaction, and notes in the file that it is the one of that number.
    pub async fn migrate(&mut self, script: &str, number: u32) -> Result<(), Error> {
        statement::whole(script)?;
        if script.len() > LONGEST_SCRIPT {
            return Err(Error::text(format!("has at most {} KiB", LONGEST_SCRIPT >> 10)));
        }
        self.begin(Rules::Schema, MIGRATION).await?;
        let run = sqlx::raw_sql(AssertSqlSafe(script.to_owned())).execute(&mut self.connection).await;
        let mut done = run.map(drop).map_err(|error| self.told(error));
        if done.is_ok() {
            self.let_go().await?;
            done = self.say(format!("pragma user_version = {number}")).await;
        }
        self.end(done).await
    }

    /// The number of the last migration; 0: none has run.
    pub async fn version(&mut self) -> Result<u32, Error> {
        user_version(&mut self.connection).await
    }

    /// Closes it. All is in the one file afterwards, where nobody else has it open.
    pub async fn close(self) -> Result<(), Error> {
        Ok(self.connection.close().await?)
    }

    async fn begin(&mut self, rules: Rules, within: Duration) -> Result<(), Error> {
        if !self.sound {
            return Err(Error::Failed(sqlx::Error::WorkerCrashed));
        }
        // Until the end has been written down: whoever drops this midway leaves a connection in doubt.
        self.sound = false;
        self.say("begin".to_owned()).await?;
        self.broken_off.store(0, Ordering::Relaxed);
        let (until, taken, broken_off) = (Instant::now() + within, raw::memory_used(), Arc::clone(&self.broken_off));
        let mut handle = self.connection.lock_handle().await?;
        raw::hold(&mut handle, Some(rules));
        handle.set_progress_handler(STEPS, move || {
            let why = if Instant::now() >= until {
                SLOW
            } else if raw::memory_used() - taken > MOST_MEMORY {
                LARGE
            } else {
                return true;
            };
            broken_off.store(why, Ordering::Relaxed);
            false
        });
        Ok(())
    }

    /// What follows is the host's.
    async fn let_go(&mut self) -> Result<(), Error> {
        let mut handle = self.connection.lock_handle().await?;
        raw::hold(&mut handle, None);
        handle.remove_progress_handler();
        Ok(())
    }

    async fn end<T>(&mut self, done: Result<T, Error>) -> Result<T, Error> {
        self.let_go().await?;
        let done = match done {
            Ok(done) => self.say("commit".to_owned()).await.map(|()| done),
            failed => failed,
        };
        // Where SQLite has rolled back by itself there is nothing to roll back any more, and the connection is not asked again.
        self.sound = done.is_ok() || self.say("rollback".to_owned()).await.is_ok();
        done
    }

    async fn say(&mut self, text: String) -> Result<(), Error> {
        let said = sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut self.connection).await;
        said.map(drop).map_err(|error| self.told(error))
    }

    async fn changes(&mut self) -> Result<i64, Error> {
        number(&mut self.connection, "select total_changes()").await
    }

    async fn run(
        &mut self,
        statement: Statement,
        args: &[Value],
        organization: Option<i64>,
    ) -> Result<(Vec<Map<String, Value>>, u64), Error> {
        let arguments = cells::arguments(organization, args)?;
        let query = sqlx::query_with(AssertSqlSafe(statement.text), arguments).persistent(false);
        let (mut rows, mut changed, mut length) = (Vec::new(), 0, 0);
        let failed = {
            let mut answers = self.connection.fetch_many(query);
            loop {
                match answers.try_next().await {
                    Ok(None) => break None,
                    Ok(Some(Either::Left(done))) => changed = done.rows_affected(),
                    Ok(Some(Either::Right(row))) => {
                        let (row, long) = cells::row(&row)?;
                        length += long;
                        if rows.len() == MOST_ROWS {
                            return Err(Error::text(format!("answers with more than {MOST_ROWS} rows: say `limit`")));
                        }
                        if length > LARGEST_ANSWER {
                            return Err(Error::text(format!("answers with more than {} KiB", LARGEST_ANSWER >> 10)));
                        }
                        rows.push(row);
                    }
                    Err(error) => break Some(error),
                }
            }
        };
        match failed {
            None => Ok((rows, changed)),
            Some(error) => Err(self.told(error)),
        }
    }

    /// What SQLite says, in the words of whoever asked: <https://sqlite.org/rescode.html>.
    fn told(&self, error: sqlx::Error) -> Error {
        let Some(said) = error.as_database_error() else { return Error::Failed(error) };
        let code = said.code().and_then(|code| code.parse::<i32>().ok()).unwrap_or_default() & 0xff;
        let message = said.message().to_owned();
        match code {
            libsqlite3_sys::SQLITE_INTERRUPT => match self.broken_off.load(Ordering::Relaxed) {
                LARGE => Error::TooMuch("32 MiB of memory"),
                _ => Error::TooMuch("its time"),
            },
            libsqlite3_sys::SQLITE_FULL => Error::Full { quota_mib: self.quota_mib },
            libsqlite3_sys::SQLITE_CONSTRAINT => Error::Conflict(message),
            libsqlite3_sys::SQLITE_AUTH => Error::Refused(message),
            // Of a function the authorizer's word comes as a mistake in the text.
            libsqlite3_sys::SQLITE_ERROR if message.starts_with("not authorized") => Error::Refused(message),
            libsqlite3_sys::SQLITE_TOOBIG => Error::text("has a text, bytes or a row of more than 64 KiB"),
            libsqlite3_sys::SQLITE_ERROR | libsqlite3_sys::SQLITE_MISMATCH | libsqlite3_sys::SQLITE_RANGE => {
                Error::text(format!("is wrong: {message}"))
            }
            _ => Error::Failed(error),
        }
    }
}

fn read(text: &str, args: &[Value]) -> Result<Statement, Error> {
    let statement = Statement::read(text)?;
    if statement.arguments == args.len() {
        return Ok(statement);
    }
    Err(Error::args(format!("are {}, and the statement takes {}", args.len(), statement.arguments)))
}

fn file(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .busy_timeout(Duration::from_millis(250))
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
}

/// The number of the last migration that a file has seen, which nobody else need have open.
pub async fn version(path: &Path) -> Result<u32, Error> {
    let mut connection = file(path).disable_statement_logging().connect().await?;
    let version = user_version(&mut connection).await;
    connection.close().await?;
    version
}

/// Writes a whole copy of a database, as it is at one moment, where there is no file yet; others may go on using it.
pub async fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(to)?;
    let mut connection = file(from).disable_statement_logging().connect().await?;
    // SQLite takes an empty file for none.
    let copied = sqlx::query("vacuum into $1").bind(to.to_string_lossy().into_owned()).execute(&mut connection).await;
    connection.close().await?;
    copied?;
    Ok(OpenOptions::new().read(true).open(to)?.sync_all()?)
}

async fn user_version(connection: &mut SqliteConnection) -> Result<u32, Error> {
    let version = number(connection, "pragma user_version").await?;
    u32::try_from(version).map_err(|_| Error::text("is of a version below zero"))
}

async fn number(connection: &mut SqliteConnection, text: &'static str) -> Result<i64, Error> {
    let row: SqliteRow = sqlx::raw_sql(text).fetch_one(connection).await?;
    Ok(row.try_get(0)?)
}
