//! The PostgreSQL arm: a pool, and each write a transaction of its own that is tried again where that may help.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use futures::{FutureExt as _, future::BoxFuture};
use sqlx::{
    AssertSqlSafe, Connection as _, Executor as _, PgConnection, PgPool, Postgres,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::{
    Error, Options, Tx, announcement,
    error::{may_be_retried, sqlstate},
    tx::{Connection, Fate, attempt},
};

/// A connection that has rested longer than this is asked whether it still lives before it is used.
const TRUSTED: Duration = Duration::from_secs(1);

pub(crate) async fn open(connect: PgConnectOptions, options: &Options) -> sqlx::Result<PgPool> {
    let settings = settings(options);
    PgPoolOptions::new()
        .max_connections(options.pool)
        .acquire_timeout(options.acquire)
        .test_before_acquire(false)
        .before_acquire(|connection, metadata| {
            Box::pin(async move { Ok(metadata.idle_for < TRUSTED || connection.ping().await.is_ok()) })
        })
        .after_connect(move |connection, _| {
            let settings = settings.clone();
            Box::pin(async move { configure(connection, settings).await })
        })
        .connect_with(connect.statement_cache_capacity(256))
        .await
}

/// Sent once a connection, as a statement and not as a start-up option, which poolers between us and the server refuse.
fn settings(options: &Options) -> String {
    format!(
        // Reads get a read-only transaction by default, so that a write outside `Db::write` fails here as it does on SQLite.
        "set default_transaction_read_only = on; \
         set synchronous_commit = on; \
         set statement_timeout = {}; \
         set lock_timeout = {}; \
         set idle_in_transaction_session_timeout = {}",
        options.statement.as_millis(),
        options.lock.as_millis(),
        options.idle_in_transaction.as_millis(),
    )
}

async fn configure(connection: &mut PgConnection, settings: String) -> sqlx::Result<()> {
    // The text is made of numbers from our own options.
    sqlx::raw_sql(AssertSqlSafe(settings)).execute(&mut *connection).await?;
    match sqlx::raw_sql(announcement::PREPARE).execute(connection).await {
        // There is no outbox before the first migration; and behind a pooler somebody else's connection may have been this one.
        Err(error) if matches!(sqlstate(&error), Some("42P01" | "42P05")) => Ok(()),
        prepared => prepared.map(drop),
    }
}

/// A write, and whether it announces something.
pub(crate) async fn write<T, E, F>(pool: &PgPool, options: &Options, work: &F) -> Result<(T, bool), E>
where
    F: for<'t, 'c> Fn(&'t mut Tx<'c>) -> BoxFuture<'t, Result<T, E>>,
    E: From<Error>,
{
    let mut tried = 0;
    loop {
        match once(pool, options, work, tried == 0).await {
            Attempt::Done(result) => return result,
            Attempt::Retry(error) if tried >= options.retries => {
                metrics::counter!("guildhall_db_write_conflicts_total").increment(1);
                return Err(error);
            }
            Attempt::Retry(_) => {
                tried += 1;
                metrics::counter!("guildhall_db_write_retries_total").increment(1);
                tokio::time::sleep(backoff(tried)).await;
            }
        }
    }
}

enum Attempt<T, E> {
    Done(Result<T, E>),
    Retry(E),
}

/// `trusts`: that the connection still has what it prepared.
async fn once<T, E, F>(pool: &PgPool, options: &Options, work: &F, trusts: bool) -> Attempt<(T, bool), E>
where
    F: for<'t, 'c> Fn(&'t mut Tx<'c>) -> BoxFuture<'t, Result<T, E>>,
    E: From<Error>,
{
    const BEGIN: &str = "begin read write";
    let refused = |statement, error| Attempt::Done(Err(Error::lost(statement, error).into()));
    let asked = Instant::now();
    let connection = pool.acquire().await;
    metrics::histogram!("guildhall_db_pool_wait_seconds").record(asked.elapsed());
    let mut open = match connection {
        Ok(connection) => Open { connection, stands: true },
        Err(error) => {
            metrics::counter!("guildhall_db_pool_timeouts_total").increment(1);
            return refused(BEGIN, error);
        }
    };
    if let Err(error) = open.connection.execute(BEGIN).await {
        return refused(BEGIN, error);
    }

    let mut tx = Tx::new(Connection::Postgres(&mut open.connection));
    let result = attempt(work, &mut tx, options.closure).await;
    let (state, announced) = (tx.state, tx.take_announced());
    drop(tx);
    // One that is dropped here is rolled back.
    let value = match result {
        Ok(value) => value,
        Err(error) if state.fate == Fate::Retry => return Attempt::Retry(error),
        Err(error) => return Attempt::Done(Err(error)),
    };
    let Some(ending) = announcement::ending(&announced, trusts) else {
        let error = sqlx::Error::Protocol("a text with a NUL".to_owned());
        return Attempt::Done(Err(Error::of("insert into outbox", error).into()));
    };
    let committing = Instant::now();
    match open.connection.execute(AssertSqlSafe(ending)).await {
        Ok(_) => {
            open.stands = false;
            metrics::histogram!("guildhall_db_commit_seconds").record(committing.elapsed());
            Attempt::Done(Ok((value, state.announces)))
        }
        Err(error) if may_be_retried(&error) => Attempt::Retry(Error::of("commit", error).into()),
        // What was prepared is gone, or there was no outbox yet when the connection was made: the next one has it.
        Err(error) if sqlstate(&error) == Some("26000") => {
            open.connection.close_on_drop();
            open.stands = false;
            Attempt::Retry(Error::of("commit", error).into())
        }
        // It may have been a constraint that is checked at the end; else nobody knows whether it was committed.
        Err(error) => Attempt::Done(Err(match Error::of("commit", error) {
            violated @ Error::Violated { .. } => violated,
            Error::Statement(cause) | Error::Unavailable(cause) => Error::Unavailable(cause),
            other => other,
        }
        .into())),
    }
}

/// A transaction, rolled back unless it has ended well, also when whoever waits for it goes away. The driver's own would send the commit
/// alone.
struct Open {
    connection: PoolConnection<Postgres>,
    stands: bool,
}

impl Drop for Open {
    fn drop(&mut self) {
        if self.stands {
            // Queued as its first step, before it waits for anything; the pool sends it when it takes the connection back. It is the driver's
            // only door for that, and what "began" by it is over at once.
            drop(self.connection.begin_with("rollback").now_or_never());
        }
    }
}

/// 5, 10, 20 ms and so on, and up to 15 ms more. Two transactions that ran into each other must not do so again in step; a running number tells
/// them apart as well as chance would.
fn backoff(tried: u32) -> Duration {
    static TICKET: AtomicU64 = AtomicU64::new(0);
    let apart = TICKET.fetch_add(7, Ordering::Relaxed) % 16;
    Duration::from_millis((5 << tried.min(8).saturating_sub(1)) + apart)
}
