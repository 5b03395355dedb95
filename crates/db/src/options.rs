//! The settings, with the hub's own as defaults.

use std::time::Duration;

/// Which database stands behind the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Engine {
    /// One file, written by one task in grouped commits.
    Sqlite,
    /// A server, with a pool of connections.
    Postgres,
}

impl Engine {
    /// Its name as people and metrics know it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// How the database is run. The defaults are what the hub runs with; tests shrink some to reach a limit quickly.
#[derive(Debug, Clone)]
pub struct Options {
    /// SQLite: be the only process that runs this file, held by a lock file beside it. An operator's command that works beside
    /// a running hub turns it off; it may then write, but it neither migrates nor looks after the file.
    pub exclusive: bool,
    /// SQLite: how many connections read at the same time.
    pub readers: u32,
    /// SQLite: how many writes may wait for the writer before the next one is refused.
    pub queue: usize,
    /// SQLite: how many writes share one commit at most.
    pub group: usize,
    /// SQLite: how long a commit is put off for further writes that already wait.
    pub linger: Duration,
    /// SQLite: how long to wait for another process that holds the write lock.
    pub busy: Duration,
    /// SQLite: how often the log is moved into the file.
    pub checkpoint_every: Duration,
    /// SQLite: how often the planner's statistics are refreshed.
    pub optimize_every: Duration,
    /// PostgreSQL: how many connections.
    pub pool: u32,
    /// PostgreSQL: how long a statement waits for a lock.
    pub lock: Duration,
    /// PostgreSQL: how long a transaction may do nothing.
    pub idle_in_transaction: Duration,
    /// PostgreSQL: how often a write is tried again after a serialization failure or a deadlock.
    pub retries: u32,
    /// PostgreSQL: migrate a database that holds data even though no backup can be made.
    pub migrate_without_backup: bool,
    /// Both: how long to wait for a connection.
    pub acquire: Duration,
    /// Both: how long one statement may run.
    pub statement: Duration,
    /// Both: how long the closure of one write may take.
    pub closure: Duration,
}

impl Default for Options {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            exclusive: true,
            readers: u32::try_from(cores * 2).unwrap_or(u32::MAX),
            queue: 4096,
            group: 256,
            linger: Duration::from_millis(2),
            busy: Duration::from_secs(5),
            checkpoint_every: Duration::from_mins(1),
            optimize_every: Duration::from_hours(24),
            pool: 20,
            lock: Duration::from_secs(2),
            idle_in_transaction: Duration::from_secs(10),
            retries: 3,
            migrate_without_backup: false,
            acquire: Duration::from_secs(2),
            statement: Duration::from_secs(5),
            closure: Duration::from_secs(5),
        }
    }
}
