//! The connections that read: a few, each with a thread of its own, lent to one statement at a time.
//!
//! The driver has a pool of its own. It asks each connection that is given back whether it still lives, by a task of its own: here that is a
//! second trip to the connection's thread, which costs as much as most statements do, for a file that cannot hang up.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
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

/// How long a reader may take to end a statement whose borrower went away. A new one costs a millisecond, and knows no statement yet.
const PATIENCE: Duration = Duration::from_millis(10);

struct Reader {
    connection: SqliteConnection,
    made: Instant,
    /// Its borrower went away in the middle of a statement. Whoever hangs up while a page is drawn, or a lobby greets them, does.
    left: bool,
}

impl Reader {
    /// Whether it has ended what it was in the middle of. Its thread does one thing after the other.
    async fn is_at_rest(&mut self) -> bool {
        if self.left {
            self.left = !matches!(timeout(PATIENCE, self.connection.ping()).await, Ok(Ok(())));
        }
        !self.left
    }
}

/// A reader for one statement.
pub(crate) struct Lent<'r> {
    /// Absent only once it is given back or up.
    reader: Option<Reader>,
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
        let reader = match self.rested() {
            Some(reader) => reader,
            None => self.make().await?,
        };
        let mut lent = Lent { reader: Some(reader), readers: self, _turn: turn };
        if !lent.reader().is_at_rest().await {
            *lent.reader() = self.make().await?;
        }
        Ok(lent)
    }

    async fn make(&self) -> sqlx::Result<Reader> {
        let made = Instant::now();
        let options = connect_options(&self.path, &self.options).read_only(true);
        Ok(Reader { connection: SqliteConnection::connect_with(&options).await?, made, left: false })
    }

    /// The one to be lent next.
    fn rested(&self) -> Option<Reader> {
        let renewed = *self.renewed.lock().unwrap_or_else(PoisonError::into_inner);
        let mut resting = self.resting();
        resting.retain(|reader| reader.made >= renewed);
        resting.pop()
    }

    /// Waits until all are given back, and ends them. Whoever asks for one from now on is refused.
    pub(super) async fn close(&self) {
        let turns = self.turns.acquire_many(self.options.readers).await;
        self.turns.close();
        drop(turns);
        let resting = std::mem::take(&mut *self.resting());
        for mut reader in resting {
            if reader.is_at_rest().await
                && let Err(error) = reader.connection.close().await
            {
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
        &mut self.reader().connection
    }

    /// Its statement has ended, well or not.
    pub(crate) fn give_back(mut self) {
        self.readers.resting().extend(self.reader.take());
    }

    /// Its statement does not end: the connection does, as soon as it can.
    pub(crate) fn give_up(mut self) {
        self.reader = None;
    }

    fn reader(&mut self) -> &mut Reader {
        self.reader.as_mut().expect("it is given back or up only by who gives the loan away")
    }
}

impl Drop for Lent<'_> {
    /// The borrower went away in the middle. Lent last of all, so that it has time to end what nobody waits for any more.
    fn drop(&mut self) {
        if let Some(reader) = self.reader.take() {
            self.readers.resting().insert(0, Reader { left: true, ..reader });
        }
    }
}

#[cfg(test)]
mod tests {
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
    async fn whoever_goes_away_in_the_middle_leaves_the_reader_to_the_next() {
        let place = Place::migrated(Engine::Sqlite).await.unwrap();
        let db = place.open(Options { readers: 1, ..Options::default() }).await.unwrap();
        let crate::open::Pool::Sqlite(readers) = db.pool() else { panic!("a file") };
        let made = readers.lend().await.unwrap().reader().made;
        let numbers = "with recursive n (i) as (select 1 union all select i + 1 from n where i < $1) select i from n";
        // Asked, and gone before the answer.
        let asked = timeout(Duration::ZERO, sql(numbers).bind(1000).fetch_all::<(i64,)>(&db)).await;
        assert!(asked.is_err());
        let (last,): (i64,) = sql("select 7").fetch_one(&db).await.unwrap();
        assert_eq!(last, 7, "and not what the one before had asked for");
        let mut lent = readers.lend().await.unwrap();
        assert_eq!((lent.reader().made, lent.reader().left), (made, false), "the same connection");
        drop(lent);
        // One that goes on for long is not waited for.
        let count =
            "with recursive n (i) as (select 1 union all select i + 1 from n where i < $1) select count(*) from n";
        let asked = timeout(Duration::from_millis(1), sql(count).bind(20_000_000).fetch_one::<(i64,)>(&db)).await;
        assert!(asked.is_err());
        assert_ne!(readers.lend().await.unwrap().reader().made, made, "another one");
        db.close().await;
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
