//! The transaction a write's closure works in.

use std::{panic::AssertUnwindSafe, time::Duration};

use base::Millis;
use futures::{FutureExt as _, future::BoxFuture};
use sqlx::{PgConnection, SqliteConnection};

use crate::{Engine, Error, announcement::Announcement};

/// A transaction. Statements take it where they would take `&Db`: `sql("…").execute(&mut *tx)`.
pub struct Tx<'c> {
    pub(crate) connection: Connection<'c>,
    pub(crate) state: State,
    announced: Vec<Announcement>,
}

pub(crate) enum Connection<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

/// What has become of a transaction.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct State {
    pub(crate) fate: Fate,
    /// It announces something: whoever watches the commits is to be woken.
    pub(crate) announces: bool,
}

/// Rises only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate {
    /// Every statement so far went well.
    #[default]
    Whole,
    /// A statement failed.
    Failed,
    /// … in a way that trying the whole transaction again may cure.
    Retry,
    /// … in a way that may have ended the transaction, and with it those that share its commit.
    Doomed,
}

impl State {
    pub(crate) fn fail(&mut self, fate: Fate) {
        self.fate = self.fate.max(fate);
    }

    pub(crate) fn is_whole(self) -> bool {
        self.fate == Fate::Whole
    }
}

impl<'c> Tx<'c> {
    pub(crate) fn new(connection: Connection<'c>) -> Self {
        Self { connection, state: State::default(), announced: Vec::new() }
    }

    /// Which engine it runs on, for the rare statement that exists on one only.
    pub const fn engine(&self) -> Engine {
        match self.connection {
            Connection::Sqlite(_) => Engine::Sqlite,
            Connection::Postgres(_) => Engine::Postgres,
        }
    }

    /// Writes a row into the outbox after everything else in this transaction, and wakes whoever watches
    /// [`Db::commits`](crate::Db::commits) once it is durable.
    ///
    /// The row takes its number when nothing else is left to wait for: on PostgreSQL it travels with the commit. So whoever begins after
    /// our commit, or waits for a row of ours, takes a higher one.
    pub fn announce(&mut self, at: Millis, subject: String, event: String) {
        self.state.announces = true;
        self.announced.push(Announcement { at, subject, event });
    }

    /// Wakes whoever watches [`Db::commits`](crate::Db::commits) once this transaction is durable, without announcing anything: for
    /// what is looked for in a table of its own and needs no place in the order of events.
    pub fn wake(&mut self) {
        self.state.announces = true;
    }

    /// What goes with the commit.
    pub(crate) fn take_announced(&mut self) -> Vec<Announcement> {
        std::mem::take(&mut self.announced)
    }

    /// The end of a closure that succeeded.
    async fn finish(&mut self) -> Result<(), Error> {
        if !self.state.is_whole() {
            return Err(Error::WentOn);
        }
        // There a trip costs little, and the commit is not this transaction's alone.
        if self.engine() == Engine::Sqlite {
            for announcement in self.take_announced() {
                announcement.insert().execute(&mut *self).await?;
            }
        }
        Ok(())
    }
}

/// Runs the closure of a write once: caught if it panics, stopped if it takes too long.
pub(crate) async fn attempt<T, E, F>(work: &F, tx: &mut Tx<'_>, limit: Duration) -> Result<T, E>
where
    F: for<'t, 'c> Fn(&'t mut Tx<'c>) -> BoxFuture<'t, Result<T, E>>,
    E: From<Error>,
{
    let whole = AssertUnwindSafe(async {
        let value = work(&mut *tx).await?;
        tx.finish().await?;
        Ok(value)
    });
    match tokio::time::timeout(limit, whole.catch_unwind()).await {
        Ok(Ok(result)) => result,
        Ok(Err(_panic)) => {
            metrics::counter!("guildhall_db_write_panics_total").increment(1);
            Err(Error::Panicked.into())
        }
        Err(_elapsed) => {
            metrics::counter!("guildhall_db_write_deadlines_total").increment(1);
            Err(Error::Deadline(limit).into())
        }
    }
}
