//! The connections that read: a few, each with a thread of its own, lent to one statement at a time.
//!
//! The driver has a pool of its own. It asks each connection that is given back whether it still lives, by a task of its own: here that is a
//! second trip to the connection's thread, which costs as much as most statements do, for a file that cannot hang up.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use sqlx::{Connection as _, SqliteConnection};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

use super::connect_options;
use crate::Options;

/// So many at most; made when they are first needed.
pub(crate) struct Readers {
    path: PathBuf,
    options: Options,
    /// When the file was opened last. A connection that is older reads another file.
    renewed: Arc<Mutex<Instant>>,
    turns: Semaphore,
    /// Those nobody has at the moment; the one used last is lent first.
    resting: Mutex<Vec<Reader>>,
}

struct Reader {
    connection: SqliteConnection,
    made: Instant,
}

/// A reader for one statement. Dropped without being given back, its connection ends: nobody knows what it is in the middle of.
pub(crate) struct Lent<'r> {
    reader: Reader,
    readers: &'r Readers,
    _turn: SemaphorePermit<'r>,
}

impl Readers {
    /// Makes the first of them, which shows that the file can be read.
    pub(super) async fn open(path: &Path, options: &Options, renewed: Arc<Mutex<Instant>>) -> sqlx::Result<Self> {
        let readers = Self {
            path: path.to_owned(),
            options: options.clone(),
            renewed,
            turns: Semaphore::new(options.readers as usize),
            resting: Mutex::default(),
        };
        readers.lend().await?.give_back();
        Ok(readers)
    }

    /// One of them, when there is one: within the time that [`Options::acquire`] allows.
    pub(crate) async fn lend(&self) -> sqlx::Result<Lent<'_>> {
        let turn = timeout(self.options.acquire, self.turns.acquire()).await;
        let turn = turn.map_err(|_elapsed| sqlx::Error::PoolTimedOut)?.map_err(|_closed| sqlx::Error::PoolClosed)?;
        let renewed = *self.renewed.lock().unwrap_or_else(PoisonError::into_inner);
        // In a statement of its own: nothing is held while another one is made.
        let rested = {
            let mut resting = self.resting();
            resting.retain(|reader| reader.made >= renewed);
            resting.pop()
        };
        let reader = match rested {
            Some(reader) => reader,
            None => Reader {
                made: Instant::now(),
                connection: SqliteConnection::connect_with(&connect_options(&self.path, &self.options).read_only(true))
                    .await?,
            },
        };
        Ok(Lent { reader, readers: self, _turn: turn })
    }

    /// Waits until all are given back, and ends them. Whoever asks for one from now on is refused.
    pub(super) async fn close(&self) {
        let turns = self.turns.acquire_many(self.options.readers).await;
        self.turns.close();
        drop(turns);
        let resting = std::mem::take(&mut *self.resting());
        for reader in resting {
            if let Err(error) = reader.connection.close().await {
                tracing::warn!(%error, "a connection that reads did not close cleanly");
            }
        }
    }

    fn resting(&self) -> MutexGuard<'_, Vec<Reader>> {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lent<'_> {
    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.reader.connection
    }

    /// Its statement has ended, well or not.
    pub(crate) fn give_back(self) {
        self.readers.resting().push(self.reader);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{Engine, sql, testing::Place};

    #[tokio::test]
    async fn as_many_as_there_may_be_and_no_more() {
        let place = Place::migrated(Engine::Sqlite).await.unwrap();
        let db =
            place.open(Options { readers: 2, acquire: Duration::from_millis(50), ..Options::default() }).await.unwrap();
        let crate::open::Pool::Sqlite(readers) = db.pool() else { panic!("a file") };
        let (one, two) = (readers.lend().await.unwrap(), readers.lend().await.unwrap());
        assert!(matches!(readers.lend().await.err(), Some(sqlx::Error::PoolTimedOut)));
        one.give_back();
        // One that is not given back makes room all the same.
        drop(two);
        let again = (readers.lend().await.unwrap(), readers.lend().await.unwrap());
        drop(again);
        let (one,): (i64,) = sql("select 1").fetch_one(&db).await.unwrap();
        assert_eq!(one, 1);
        db.close().await;
        assert!(sql("select 1").fetch_one::<(i64,)>(&db).await.is_err(), "closed");
        place.remove().await;
    }

    #[tokio::test]
    async fn a_statement_that_fails_takes_no_reader_with_it() {
        let place = Place::migrated(Engine::Sqlite).await.unwrap();
        let db = place.open(Options { readers: 1, ..Options::default() }).await.unwrap();
        for _ in 0..3 {
            assert!(sql("select nothing from nowhere").fetch_one::<(i64,)>(&db).await.is_err());
        }
        let (one,): (i64,) = sql("select 1").fetch_one(&db).await.unwrap();
        assert_eq!(one, 1);
        db.close().await;
        place.remove().await;
    }
}
