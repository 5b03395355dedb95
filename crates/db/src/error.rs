//! What can go wrong with a statement or a write, and what kind of failure that is.

use std::{fmt, sync::Arc, time::Duration};

use base::Kind;
use sqlx::{postgres::PgDatabaseError, sqlite::SqliteError};

/// A read or a write failed. What people may be told is its [kind](Error::kind); the statement is named in the chain of sources,
/// which only the log prints.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// A constraint of the schema refused it. Ask [`Error::violates`] which.
    #[error("a constraint of the database refused it")]
    Violated {
        /// The constraint's name. SQLite keeps no names of unique constraints within a table, so there it can be several: those
        /// of the matching unique indexes, and the conventional `<table>_<columns>_key`.
        names: Vec<String>,
        /// The statement and the driver's words.
        #[source]
        cause: Failed,
    },
    /// The database cannot be reached, is full, or is too busy. It may be better in a moment, without a restart.
    #[error("the database is not available")]
    Unavailable(#[source] Failed),
    /// Too many writes are waiting already.
    #[error("too many writes are waiting")]
    QueueFull,
    /// The database was closed, as when the hub stops.
    #[error("the database is closed")]
    Closed,
    /// The closure of a write took too long and was rolled back.
    #[error("a write took longer than {0:?}")]
    Deadline(Duration),
    /// The closure of a write panicked and was rolled back.
    #[error("a write panicked")]
    Panicked,
    /// A statement of the write had failed, and its closure went on regardless. A failed statement ends the closure: PostgreSQL
    /// would throw everything away at the commit without a word, and the two engines shall behave alike.
    #[error("a write went on after one of its statements had failed")]
    WentOn,
    /// The statement itself is wrong, or a row is not as the code expects it.
    #[error("a statement failed")]
    Statement(#[source] Failed),
}

impl Error {
    /// Whether the constraint of this name refused it.
    pub fn violates(&self, constraint: &str) -> bool {
        matches!(self, Self::Violated { names, .. } if names.iter().any(|name| name == constraint))
    }

    /// What kind of failure it is: ours, or one that passes.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Unavailable(_) | Self::QueueFull | Self::Closed | Self::Deadline(_) => Kind::Unavailable,
            Self::Violated { .. } | Self::Panicked | Self::WentOn | Self::Statement(_) => Kind::Internal,
        }
    }

    /// Sorts a driver's error. The names of a violated constraint are for the caller to add where the driver has none.
    pub(crate) fn of(statement: &'static str, error: sqlx::Error) -> Self {
        let names = violated(&error);
        let unavailable = is_unavailable(&error);
        let cause = Failed { statement, cause: Arc::new(error) };
        match names {
            Some(names) => Self::Violated { names, cause },
            None if unavailable => Self::Unavailable(cause),
            None => Self::Statement(cause),
        }
    }

    /// A failure of the whole database, whatever the driver calls it: a commit that did not happen, a file that is gone.
    pub(crate) fn lost(statement: &'static str, error: sqlx::Error) -> Self {
        Self::Unavailable(Failed { statement, cause: Arc::new(error) })
    }
}

/// A statement, and why it failed: the driver's words, for the log.
#[derive(Clone)]
pub struct Failed {
    statement: &'static str,
    cause: Arc<sqlx::Error>,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (in `{}`)", self.cause, self.statement)
    }
}

/// As `Display`: the driver's own `Debug` may show the values of a row.
impl fmt::Debug for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Failed {}

/// The primary result code of SQLite, without the detail in its higher bytes.
fn sqlite_code(error: &sqlx::Error) -> Option<i32> {
    let database = error.as_database_error()?;
    database.try_downcast_ref::<SqliteError>()?;
    Some(database.code()?.parse::<i32>().ok()? & 0xff)
}

/// The five characters by which PostgreSQL names an error.
pub(crate) fn sqlstate(error: &sqlx::Error) -> Option<&str> {
    Some(error.as_database_error()?.try_downcast_ref::<PgDatabaseError>()?.code())
}

fn violated(error: &sqlx::Error) -> Option<Vec<String>> {
    let database = error.as_database_error()?;
    if let Some(postgres) = database.try_downcast_ref::<PgDatabaseError>() {
        // Class 23: integrity constraint violation.
        return postgres
            .code()
            .starts_with("23")
            .then(|| postgres.constraint().map(str::to_owned).into_iter().collect());
    }
    // SQLITE_CONSTRAINT.
    (sqlite_code(error)? == 19).then(|| {
        let checked = database.message().strip_prefix("CHECK constraint failed: ");
        checked.map(str::to_owned).into_iter().collect()
    })
}

fn is_unavailable(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(_) => {
            // https://sqlite.org/rescode.html: busy, locked, out of memory, read-only, interrupted, I/O error, full, cannot open.
            let sqlite = sqlite_code(error).is_some_and(|code| matches!(code, 5 | 6 | 7 | 8 | 9 | 10 | 13 | 14));
            // https://www.postgresql.org/docs/15/errcodes-appendix.html: connection lost, resources, operator's intervention (a
            // statement that took too long is one), system error; lock not available, idle too long, and what a retry may cure.
            let postgres = sqlstate(error).is_some_and(|state| {
                matches!(&state[..2], "08" | "53" | "57" | "58")
                    || matches!(state, "55P03" | "25P03" | "25P04" | "40001" | "40P01")
            });
            sqlite || postgres
        }
        _ => false,
    }
}

/// Whether trying the same transaction again may well succeed: a serialization failure or a deadlock.
pub(crate) fn may_be_retried(error: &sqlx::Error) -> bool {
    matches!(sqlstate(error), Some("40001" | "40P01"))
}

/// Whether SQLite has given up the whole transaction by itself, or may have: <https://sqlite.org/lang_transaction.html>, section 3.
pub(crate) fn dooms_the_group(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::WorkerCrashed => true,
        _ => sqlite_code(error).is_some_and(|code| matches!(code, 5 | 7 | 9 | 10 | 11 | 13 | 26)),
    }
}
