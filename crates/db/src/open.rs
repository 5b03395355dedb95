//! The door: one handle, whichever engine is behind it.

use std::{
    fmt, io,
    path::PathBuf,
    str::FromStr as _,
    sync::Arc,
    time::{Duration, Instant},
};

use futures::future::BoxFuture;
use sqlx::{PgPool, postgres::PgConnectOptions};
use tokio::sync::{mpsc::error::TrySendError, watch};
use tokio_util::task::TaskTracker;

use crate::{
    Claim, Claimed, Engine, Error, Options, Tx, Wire,
    claim::{NAME, With},
    postgres, sql,
    sqlite::{Readers, Sqlite, Typed},
};

/// The database. Cloning it is cheap; every clone is the same database.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    arm: Arm,
    options: Options,
    commits: watch::Sender<Commits>,
}

enum Arm {
    Sqlite(Box<Sqlite>),
    Postgres { pool: PgPool, url: String },
}

/// How many commits have announced something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Commits {
    /// Of this process.
    pub here: u64,
    /// How often it was told of those of others.
    pub elsewhere: u64,
}

/// The connections reads go through.
pub(crate) enum Pool<'d> {
    Sqlite(&'d Readers),
    Postgres(&'d PgPool),
}

/// Where a database is, beside its pool.
pub(crate) enum Location<'d> {
    File(&'d std::path::Path),
    Server(&'d str),
}

/// Why a database could not be opened. Each message says what to do; an operator reads it.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address is of no kind we know.
    #[error("a database address is a path, `sqlite:` and a path, or `postgres://…`; this one is none of them")]
    Address,
    /// The address of a PostgreSQL database cannot be read.
    #[error("the address of the PostgreSQL database cannot be understood")]
    PostgresAddress(#[source] sqlx::Error),
    /// The file or its folder cannot be made or opened.
    #[error("{} cannot be opened; check that the folder exists and belongs to the user the hub runs as", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file lies on another machine's disk.
    #[error(
        "{} lies on a network file system ({kind}), on which SQLite loses data; move it to a local disk, or use PostgreSQL",
        path.display()
    )]
    Network {
        /// Which file.
        path: PathBuf,
        /// Which file system.
        kind: String,
    },
    /// Another hub runs it.
    #[error("{} is in use by another running hub; stop that one first", path.display())]
    InUse {
        /// Which file.
        path: PathBuf,
    },
    /// The engine refused.
    #[error("the database cannot be opened")]
    Database {
        /// Why.
        source: sqlx::Error,
    },
}

impl Db {
    /// Opens a database by its address and starts what it needs on `tasks`. Does not [migrate](Self::migrate).
    ///
    /// `postgres://…` and `postgresql://…` are PostgreSQL; `sqlite:` with a path, or a path alone, is a SQLite file, made if it does not
    /// exist.
    pub async fn open(address: &str, options: Options, tasks: &TaskTracker) -> Result<Self, OpenError> {
        let (commits, _) = watch::channel(Commits::default());
        let arm = if address.starts_with("postgres://") || address.starts_with("postgresql://") {
            let connect =
                PgConnectOptions::from_str(address).map_err(OpenError::PostgresAddress)?.application_name("guildhall");
            let pool = postgres::open(connect, &options).await.map_err(|source| OpenError::Database { source })?;
            Arm::Postgres { pool, url: address.to_owned() }
        } else {
            let path = sqlite_path(address).ok_or(OpenError::Address)?;
            Arm::Sqlite(Box::new(Sqlite::open(&path, &options, commits.clone(), tasks).await?))
        };
        Ok(Self(Arc::new(Inner { arm, options, commits })))
    }

    /// Runs `work` in a transaction of its own and gives back its result once that is durable. If it fails, panics or takes too long,
    /// nothing of it remains.
    ///
    /// Nothing but the database belongs inside: on SQLite everybody waits for the closure, and on PostgreSQL it may run several times.
    /// A statement that failed ends it; what may well be there already is written with `on conflict`. PostgreSQL runs it at
    /// `read committed`, beside others: what is scarce is taken with one conditional `update`, never read first and written then.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'t, 'c> Fn(&'t mut Tx<'c>) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        match &self.0.arm {
            Arm::Sqlite(sqlite) => {
                let (operation, answer) = Typed::new(work);
                match sqlite.inbox.try_send(Box::new(operation)) {
                    Ok(()) => answer.await.unwrap_or_else(|_writer_is_gone| Err(Error::Closed.into())),
                    Err(TrySendError::Full(_)) => {
                        metrics::counter!("guildhall_db_queue_refusals_total").increment(1);
                        Err(Error::QueueFull.into())
                    }
                    Err(TrySendError::Closed(_)) => Err(Error::Closed.into()),
                }
            }
            Arm::Postgres { pool, .. } => {
                if pool.is_closed() {
                    return Err(Error::Closed.into());
                }
                let (value, announces) = Box::pin(postgres::write(pool, &self.0.options, &work)).await?;
                if announces {
                    self.0.commits.send_modify(|commits| commits.here += 1);
                }
                Ok(value)
            }
        }
    }

    /// Claims what one process alone may do, by its number.
    pub async fn claim(&self, number: u32) -> Result<Claimed, Error> {
        match &self.0.arm {
            Arm::Sqlite(_) => Ok(Claimed::Alone),
            Arm::Postgres { url, .. } => Claim::of(url, number, With::Nobody).await,
        }
    }

    /// The same with others who share it: only a process that wants it for itself is kept out by them, and keeps them out.
    pub async fn share(&self, number: u32) -> Result<Claimed, Error> {
        match &self.0.arm {
            Arm::Sqlite(_) => Ok(Claimed::Alone),
            Arm::Postgres { url, .. } => Claim::of(url, number, With::Sharers).await,
        }
    }

    /// What the process on this PostgreSQL that has claimed it [says](Claim::say), if there is one, or one of those that share it; never on
    /// SQLite.
    pub async fn claimed(&self, number: u32) -> Result<Option<String>, Error> {
        if self.engine() == Engine::Sqlite {
            return Ok(None);
        }
        let held: Option<(String,)> = sql("select coalesce(who.application_name, '') \
             from pg_locks as held left join pg_stat_activity as who on who.pid = held.pid \
             where held.locktype = 'advisory' and held.classid = 0 and cast(held.objid as bigint) = $1 and held.objsubid = 1 \
               and held.granted and held.database = (select oid from pg_database where datname = current_database()) \
             order by 1 limit 1")
        .bind(i64::from(number))
        .fetch_optional(self)
        .await?;
        Ok(held.map(|(name,)| name.strip_prefix(NAME).unwrap_or_default().trim_start().to_owned()))
    }

    /// Writes something small and gives back how long it took to become durable.
    pub async fn probe_write(&self) -> Result<Duration, Error> {
        let began = Instant::now();
        self.write::<u64, Error, _>(|tx| Box::pin(sql("update write_probe set number = number + 1").execute(tx)))
            .await?;
        Ok(began.elapsed())
    }

    /// Which engine it is.
    pub fn engine(&self) -> Engine {
        match self.0.arm {
            Arm::Sqlite(_) => Engine::Sqlite,
            Arm::Postgres { .. } => Engine::Postgres,
        }
    }

    /// Changes after a commit that [announced](Tx::announce) something, in this process or, as far as [that is said](Self::look_again),
    /// in another.
    pub fn commits(&self) -> watch::Receiver<Commits> {
        self.0.commits.subscribe()
    }

    /// Another process has committed something: whoever watches the [commits](Self::commits) is woken as if it had been this one.
    pub fn look_again(&self) {
        self.0.commits.send_modify(|commits| commits.elsewhere += 1);
    }

    /// A line to the other processes on this PostgreSQL, on a connection of its own; `None` on SQLite, where there are none.
    ///
    /// What goes over it may be lost, with the connection or with whoever listened. It wakes; it carries nothing.
    pub async fn wire(&self, channel: &'static str) -> Result<Option<Wire>, Error> {
        match &self.0.arm {
            Arm::Sqlite(_) => Ok(None),
            Arm::Postgres { url, .. } => Wire::open(url, channel).await.map(Some),
        }
    }

    /// Lets the writes that wait finish, then closes every connection. Later writes and reads are refused.
    pub async fn close(&self) {
        match &self.0.arm {
            Arm::Sqlite(sqlite) => sqlite.close().await,
            Arm::Postgres { pool, .. } => pool.close().await,
        }
    }

    pub(crate) fn options(&self) -> &Options {
        &self.0.options
    }

    pub(crate) fn pool(&self) -> Pool<'_> {
        match &self.0.arm {
            Arm::Sqlite(sqlite) => Pool::Sqlite(&sqlite.readers),
            Arm::Postgres { pool, .. } => Pool::Postgres(pool),
        }
    }

    pub(crate) fn location(&self) -> Location<'_> {
        match &self.0.arm {
            Arm::Sqlite(sqlite) => Location::File(&sqlite.path),
            Arm::Postgres { url, .. } => Location::Server(url),
        }
    }
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Db").field(&self.engine()).finish()
    }
}

/// The path in the address of a SQLite database. One that lives in memory alone has no place here: readers and the writer would each see
/// their own.
fn sqlite_path(address: &str) -> Option<PathBuf> {
    let path = match address.strip_prefix("sqlite:") {
        Some(rest) => rest.strip_prefix("//").unwrap_or(rest),
        None if address.contains("://") => return None,
        None => address,
    };
    (!path.is_empty() && path != ":memory:" && !path.contains('?')).then(|| PathBuf::from(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_path_or_nothing() {
        for (address, path) in [
            ("data/hub.db", Some("data/hub.db")),
            ("/var/lib/hub.db", Some("/var/lib/hub.db")),
            ("sqlite:hub.db", Some("hub.db")),
            ("sqlite:///var/hub.db", Some("/var/hub.db")),
            ("sqlite://hub.db", Some("hub.db")),
            ("sqlite::memory:", None),
            ("sqlite:", None),
            ("sqlite:hub.db?mode=ro", None),
            ("mysql://there/hub", None),
            ("", None),
        ] {
            assert_eq!(sqlite_path(address), path.map(PathBuf::from), "{address}");
        }
    }
}
