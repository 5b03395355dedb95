//! The one writer: takes writes from a bounded queue, runs those that wait together in one transaction, and answers after the commit.
//!
//! A commit costs a trip to the disk, whatever is in it. So while one commit is under way the next group gathers, and under load a
//! hundred people share the price of one. Each write has a savepoint of its own: one that fails or panics takes only its own work with it.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures::future::BoxFuture;
use sqlx::{Connection as _, SqliteConnection};
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

use super::file::{self, Identity};
use crate::{
    Commits, Error, Options, Tx,
    tx::{Connection, Fate, State, attempt},
};

/// Where writes wait for the writer.
pub(crate) type Inbox = mpsc::Sender<Box<dyn Operation>>;

/// One write, whatever its types.
pub(crate) trait Operation: Send {
    /// Whether nobody waits for its answer any more.
    fn is_abandoned(&self) -> bool;
    /// Runs the closure and keeps its result; says whether it succeeded.
    fn run<'t>(&'t mut self, tx: &'t mut Tx<'_>, limit: Duration) -> BoxFuture<'t, bool>;
    /// Answers: with the result if its transaction ended well, else with what became of it.
    fn settle(self: Box<Self>, end: Result<(), Error>);
}

/// A write with its types.
pub(crate) struct Typed<T, E, F> {
    work: F,
    result: Option<Result<T, E>>,
    answer: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Typed<T, E, F> {
    pub(crate) fn new(work: F) -> (Self, oneshot::Receiver<Result<T, E>>) {
        let (answer, receiver) = oneshot::channel();
        (Self { work, result: None, answer }, receiver)
    }
}

impl<T, E, F> Operation for Typed<T, E, F>
where
    F: for<'t, 'c> Fn(&'t mut Tx<'c>) -> BoxFuture<'t, Result<T, E>> + Send + Sync,
    T: Send,
    E: From<Error> + Send,
{
    fn is_abandoned(&self) -> bool {
        self.answer.is_closed()
    }

    fn run<'t>(&'t mut self, tx: &'t mut Tx<'_>, limit: Duration) -> BoxFuture<'t, bool> {
        Box::pin(async move {
            let result = attempt(&self.work, tx, limit).await;
            let succeeded = result.is_ok();
            self.result = Some(result);
            succeeded
        })
    }

    fn settle(self: Box<Self>, end: Result<(), Error>) {
        let answer = match (end, self.result) {
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(Error::Closed.into()),
            (Err(error), _) => Err(error.into()),
        };
        // Whoever asked may have gone away.
        drop(self.answer.send(answer));
    }
}

/// The task that owns the only connection that writes.
pub(super) struct Writer {
    path: PathBuf,
    options: Options,
    inbox: mpsc::Receiver<Box<dyn Operation>>,
    commits: watch::Sender<Commits>,
    /// When the file was opened last. Readers that are older than this read another file.
    renewed: Arc<Mutex<Instant>>,
    /// Absent after a failure, until the next group opens the file again.
    open: Option<Open>,
}

struct Open {
    connection: SqliteConnection,
    identity: Identity,
    watchdog: Watchdog,
}

impl Writer {
    pub(super) fn new(
        path: &Path,
        options: &Options,
        inbox: mpsc::Receiver<Box<dyn Operation>>,
        commits: watch::Sender<Commits>,
        renewed: Arc<Mutex<Instant>>,
    ) -> Self {
        Self { path: path.to_owned(), options: options.clone(), inbox, commits, renewed, open: None }
    }

    /// Opens the file and tells how that went; then writes until `stop`, then what waits already, then leaves the file tidy.
    pub(super) async fn run(mut self, opened: oneshot::Sender<sqlx::Result<()>>, stop: CancellationToken) {
        let first = open(&self.path, &self.options).await;
        let told = match first {
            Ok(open) => {
                self.open = Some(open);
                opened.send(Ok(()))
            }
            Err(error) => return drop(opened.send(Err(error))),
        };
        if told.is_err() {
            stop.cancel();
        }
        loop {
            let operation = tokio::select! {
                biased;
                () = stop.cancelled(), if !self.inbox.is_closed() => {
                    self.inbox.close();
                    continue;
                }
                operation = self.inbox.recv() => operation,
            };
            let Some(operation) = operation else { break };
            self.group(operation).await;
        }
        if let Some(mut open) = self.open.take() {
            if self.options.exclusive
                && let Err(error) = sqlx::query("pragma wal_checkpoint(truncate)").execute(&mut open.connection).await
            {
                tracing::warn!(%error, "the log of the database was not moved into its file; the next start does it");
            }
            close(open.connection).await;
        }
    }

    /// One commit, with `first` and whatever else waits.
    async fn group(&mut self, first: Box<dyn Operation>) {
        // Waits for a moment without work would only add delay: while a commit is under way the next group gathers by itself.
        metrics::gauge!("guildhall_db_queue_depth").set(f64::from(u32::try_from(self.inbox.len()).unwrap_or(u32::MAX)));
        let mut ran = Vec::new();
        let end = match self.write(first, &mut ran).await {
            Ok(announces) => {
                if announces {
                    self.commits.send_modify(|commits| commits.here += 1);
                }
                Ok(())
            }
            Err(error) => {
                metrics::counter!("guildhall_db_lost_commits_total").increment(1);
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    writes = ran.len(),
                    "a commit was lost; its writes are refused, and the next ones try again"
                );
                if let Some(open) = self.open.take() {
                    close(open.connection).await;
                }
                Err(error)
            }
        };
        metrics::histogram!("guildhall_db_batch_size").record(f64::from(u32::try_from(ran.len()).unwrap_or(u32::MAX)));
        for operation in ran {
            operation.settle(end.clone());
        }
    }

    /// Runs the group and commits it; says whether it announces something. Whatever is in `ran` shares the outcome.
    async fn write(&mut self, first: Box<dyn Operation>, ran: &mut Vec<Box<dyn Operation>>) -> Result<bool, Error> {
        let mut next = Some(first);
        if self.open.is_none() {
            match open(&self.path, &self.options).await {
                Ok(open) => {
                    self.open = Some(open);
                    *self.renewed.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
                    tracing::info!("the database is open again");
                }
                Err(error) => {
                    ran.extend(next);
                    return Err(Error::lost("open", error));
                }
            }
        }
        let open = self.open.as_mut().expect("opened above");
        let began = Instant::now();
        let mut announces = false;
        // A savepoint is always open. One whose write failed has been rolled back to and serves the next; one that holds a write is
        // closed only when another follows, for the commit closes the last: each trip to the connection's thread is worth saving.
        let mut in_use = false;
        if let Err(error) = run(&mut open.connection, "begin immediate; savepoint operation").await {
            ran.extend(next);
            return Err(error);
        }
        while let Some(mut operation) = next.take() {
            if operation.is_abandoned() {
                operation.settle(Ok(()));
            } else {
                if in_use && let Err(error) = run(&mut open.connection, "release operation; savepoint operation").await
                {
                    ran.push(operation);
                    return Err(error);
                }
                open.watchdog.start(self.options.closure);
                let kept = within_savepoint(&mut open.connection, operation.as_mut(), self.options.closure).await;
                open.watchdog.rest();
                ran.push(operation);
                let kept = kept?;
                in_use = kept.is_some();
                announces |= kept.is_some_and(|state| state.announces);
            }
            if ran.len() < self.options.group && began.elapsed() < self.options.linger {
                next = self.inbox.try_recv().ok();
            }
        }
        let committing = Instant::now();
        run(&mut open.connection, "commit").await?;
        metrics::histogram!("guildhall_db_commit_seconds").record(committing.elapsed());
        // A file that was deleted or replaced still takes writes, and forgets them when the hub stops.
        match file::identity(&self.path) {
            Ok(identity) if identity == open.identity => Ok(announces),
            Ok(_) => {
                Err(Error::lost("commit", sqlx::Error::Io(std::io::Error::other("another file lies in its place"))))
            }
            Err(error) => Err(Error::lost("commit", sqlx::Error::Io(error))),
        }
    }
}

/// Runs one write in the open savepoint, and takes it back alone if it failed; its state if it is to be kept.
async fn within_savepoint(
    connection: &mut SqliteConnection,
    operation: &mut dyn Operation,
    limit: Duration,
) -> Result<Option<State>, Error> {
    let mut tx = Tx::new(Connection::Sqlite(&mut *connection));
    let succeeded = operation.run(&mut tx, limit).await;
    let state = tx.state;
    drop(tx);
    if state.fate == Fate::Doomed {
        // After such a failure SQLite may have rolled everything back and would commit each further statement by itself.
        return Err(Error::lost("savepoint operation", sqlx::Error::WorkerCrashed));
    }
    if !succeeded {
        run(connection, "rollback to operation").await?;
        return Ok(None);
    }
    Ok(Some(state))
}

async fn run(connection: &mut SqliteConnection, statement: &'static str) -> Result<(), Error> {
    sqlx::query(statement).execute(connection).await.map(drop).map_err(|error| Error::lost(statement, error))
}

async fn open(path: &Path, options: &Options) -> sqlx::Result<Open> {
    let identity = file::identity(path)?;
    let mut connection = SqliteConnection::connect_with(&super::writing_options(path, options)).await?;
    let watchdog = Watchdog::default();
    watchdog.watch(&mut connection).await?;
    Ok(Open { connection, identity, watchdog })
}

/// Closes in order, so that the lock is free before the file is opened again. A connection that cannot even do that is let go.
async fn close(connection: SqliteConnection) {
    const PATIENCE: Duration = Duration::from_secs(5);
    match tokio::time::timeout(PATIENCE, connection.close()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "the database did not close cleanly"),
        Err(_elapsed) => tracing::warn!("the database does not close"),
    }
}

/// Interrupts a statement that runs past the deadline of its write. The timer beside it stops a closure between statements, but it cannot reach
/// into SQLite, where one endless statement would hold up every write behind it.
#[derive(Clone)]
struct Watchdog {
    born: Instant,
    /// Milliseconds after `born`.
    deadline: Arc<AtomicU64>,
}

impl Default for Watchdog {
    fn default() -> Self {
        Self { born: Instant::now(), deadline: Arc::new(AtomicU64::new(u64::MAX)) }
    }
}

impl Watchdog {
    async fn watch(&self, connection: &mut SqliteConnection) -> sqlx::Result<()> {
        /// How many steps of SQLite's machine pass between two looks at the clock: some tenths of a millisecond.
        const STEPS: i32 = 20_000;
        let watchdog = self.clone();
        connection
            .lock_handle()
            .await?
            .set_progress_handler(STEPS, move || watchdog.age_ms() < watchdog.deadline.load(Ordering::Relaxed));
        Ok(())
    }

    fn start(&self, limit: Duration) {
        let limit = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
        self.deadline.store(self.age_ms().saturating_add(limit), Ordering::Relaxed);
    }

    fn rest(&self) {
        self.deadline.store(u64::MAX, Ordering::Relaxed);
    }

    fn age_ms(&self) -> u64 {
        u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}
