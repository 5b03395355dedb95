//! The SQLite arm: one file, one writer, several readers.

mod file;
mod processor;
mod readers;
mod upkeep;
mod writer;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Instant,
};

use sqlx::{
    Connection as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::{
    runtime::Builder,
    sync::{mpsc, oneshot, watch},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::{file::Lock, writer::Writer};
pub(crate) use self::{readers::Readers, writer::Inbox, writer::Typed};
use crate::{Commits, OpenError, Options};

/// A running SQLite database.
pub(crate) struct Sqlite {
    pub(crate) readers: Readers,
    pub(crate) inbox: Inbox,
    pub(crate) path: PathBuf,
    closing: CancellationToken,
    closed: CancellationToken,
    lock: Mutex<Option<Lock>>,
}

impl Sqlite {
    pub(crate) async fn open(
        path: &Path,
        options: &Options,
        commits: watch::Sender<Commits>,
        tasks: &TaskTracker,
    ) -> Result<Self, OpenError> {
        file::prepare(path)?;
        let lock = if options.exclusive { Some(Lock::take(path)?) } else { None };
        let unopened = |source| OpenError::Database { source };
        let unstarted = |source| unopened(sqlx::Error::Io(source));

        // The writer comes first: it makes the log, without which a read-only connection cannot open the file. It has a thread and a
        // runtime of its own: each answer of its connection then wakes this thread alone, where the hub's runtime would wake a worker of
        // its, and that one another to look for more to do.
        let renewed = Arc::new(Mutex::new(Instant::now()));
        let (inbox, writes) = mpsc::channel(options.queue);
        let (closing, closed) = (CancellationToken::new(), CancellationToken::new());
        let runtime = Builder::new_current_thread().enable_time().build().map_err(unstarted)?;
        let (opening, opened) = oneshot::channel();
        let work = {
            let (writer, stop) = (Writer::new(path, options, writes, commits, Arc::clone(&renewed)), closing.clone());
            let done = closed.clone().drop_guard();
            async move {
                writer.run(opening, stop).await;
                drop(done);
            }
        };
        let body = move || {
            processor::stay();
            runtime.block_on(work);
        };
        thread::Builder::new().name("db-writer".into()).spawn(body).map_err(unstarted)?;
        opened.await.unwrap_or(Err(sqlx::Error::WorkerCrashed)).map_err(unopened)?;
        // Whoever waits for the hub's tasks waits for the last commit.
        let ended = closed.clone();
        tasks.spawn(async move { ended.cancelled().await });

        let readers = match Readers::open(path, options, renewed).await {
            Ok(readers) => readers,
            Err(error) => {
                closing.cancel();
                closed.cancelled().await;
                return Err(unopened(error));
            }
        };
        if options.exclusive {
            tasks.spawn(upkeep::run(path.to_owned(), options.clone(), closing.clone()));
        }
        Ok(Self { readers, inbox, path: path.to_owned(), closing, closed, lock: Mutex::new(lock) })
    }

    /// Lets the writer finish what waits, then lets go of the file.
    pub(crate) async fn close(&self) {
        self.closing.cancel();
        self.closed.cancelled().await;
        self.readers.close().await;
        drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

impl Drop for Sqlite {
    /// A database that is dropped rather than closed stops its tasks all the same.
    fn drop(&mut self) {
        self.closing.cancel();
    }
}

/// How every connection to the file is made. The settings are those of the reliability table; the two that differ by role are set by
/// the caller.
pub(crate) fn connect_options(path: &Path, options: &Options) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        // The file was made when it was opened first. If it is missing later, an empty one in its place would hide the loss.
        .create_if_missing(false)
        .foreign_keys(true)
        .busy_timeout(options.busy)
        .statement_cache_capacity(256)
        .pragma("journal_size_limit", (64 * 1024 * 1024).to_string())
        // Not mapped into memory: each commit makes every connection let go of its mapping and map the file anew at its next read, and that
        // interrupts all processors.
        .pragma("mmap_size", "0")
        // What a write would take back is kept in memory: else a savepoint that touches some twenty pages makes a file of its own.
        .pragma("temp_store", "memory")
}

/// The same for a connection that writes.
pub(crate) fn writing_options(path: &Path, options: &Options) -> SqliteConnectOptions {
    connect_options(path, options)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        // 40 MB. The minute's checkpoint keeps the log shorter than that without making a commit wait; this is for the minute in
        // which it cannot.
        .pragma("wal_autocheckpoint", "10000")
}

/// A connection outside the pools, for migrations.
pub(crate) async fn connect_alone(
    path: &Path,
    options: &Options,
    foreign_keys: bool,
) -> sqlx::Result<SqliteConnection> {
    SqliteConnection::connect_with(&writing_options(path, options).foreign_keys(foreign_keys)).await
}

/// The names a violated unique constraint may have: SQLite tells its columns only.
pub(crate) async fn violated_names(connection: &mut SqliteConnection, error: &sqlx::Error) -> Vec<String> {
    let Some(message) = error.as_database_error().map(|error| error.message().to_owned()) else { return Vec::new() };
    let Some(what) = message.strip_prefix("UNIQUE constraint failed: ") else { return Vec::new() };
    if let Some(index) = what.strip_prefix("index '").and_then(|rest| rest.strip_suffix('\'')) {
        return vec![index.to_owned()];
    }
    let mut table = "";
    let columns: Vec<&str> = what
        .split(", ")
        .filter_map(|column| {
            let (of, column) = column.split_once('.')?;
            table = of;
            Some(column)
        })
        .collect();
    // SQLITE_CONSTRAINT_UNIQUE; otherwise it is the primary key, or the row id that stands for it.
    if error.as_database_error().and_then(sqlx::error::DatabaseError::code).is_none_or(|code| code != "2067") {
        return vec![format!("{table}_pkey")];
    }
    let mut names = vec![format!("{table}_{}_key", columns.join("_"))];
    let indexes: sqlx::Result<Vec<(String,)>> = sqlx::query_as(
        "select l.name from pragma_index_list($1) l where l.\"unique\" = 1 and
         (select group_concat(i.name, ', ') from (select name from pragma_index_info(l.name) order by seqno) i) = $2",
    )
    .bind(table.to_owned())
    .bind(columns.join(", "))
    .fetch_all(connection)
    .await;
    names.extend(indexes.unwrap_or_default().into_iter().map(|(name,)| name));
    names
}
