//! One statement, bound to its values, run on either engine.

use std::{fmt, future::Future, time::Instant};

use futures::future::BoxFuture;
use sqlx::{
    FromRow, PgConnection, Postgres, Sqlite, SqliteConnection,
    postgres::{PgArguments, PgRow},
    sqlite::{SqliteArguments, SqliteRow},
};
use tokio::time::timeout;

use crate::{
    Db, Error, Tx, Value,
    error::{dooms_the_group, may_be_retried},
    open::Pool,
    sqlite,
    tx::{Connection, Fate, State},
    value::Kind,
};

/// A statement that both engines understand, with `$1`, `$2`, … for its values, in the order they are bound.
///
/// The text is a constant of the program, so nothing a person sends can become part of it, and each connection keeps it prepared.
pub const fn sql(text: &'static str) -> Query {
    sql_for(text, text)
}

/// For the rare statement in which the two engines differ: both texts side by side, with the same values.
pub const fn sql_for(sqlite: &'static str, postgres: &'static str) -> Query {
    Query { sqlite, postgres, values: Vec::new() }
}

/// A statement and its values. Made by [`sql`].
#[must_use = "a statement does nothing until it is run"]
pub struct Query {
    sqlite: &'static str,
    postgres: &'static str,
    values: Vec<Value>,
}

/// Shows the text only: values may be secrets.
impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Query").field(&self.postgres).finish()
    }
}

/// Where a statement runs: on `&Db` it reads, and only reads; on `&mut Tx` it may do both.
pub struct On<'o>(Place<'o>);

enum Place<'o> {
    Pool(&'o Db),
    Tx(Connection<'o>, &'o mut State),
}

impl<'o> From<&'o Db> for On<'o> {
    fn from(db: &'o Db) -> Self {
        Self(Place::Pool(db))
    }
}

impl<'o> From<&'o mut Tx<'_>> for On<'o> {
    fn from(tx: &'o mut Tx<'_>) -> Self {
        let connection = match &mut tx.connection {
            Connection::Sqlite(connection) => Connection::Sqlite(connection),
            Connection::Postgres(connection) => Connection::Postgres(connection),
        };
        Self(Place::Tx(connection, &mut tx.state))
    }
}

/// A pattern for `like … escape '\'` that finds the text wherever it stands, taken letter for letter.
pub fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// What a row of either engine can become: a tuple, or a struct that derives `sqlx::FromRow`.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// How much of the answer is wanted.
#[derive(Clone, Copy)]
enum Wanted {
    Count,
    One,
    All,
}

enum Rows {
    Sqlite(Vec<SqliteRow>),
    Postgres(Vec<PgRow>),
}

struct Answer {
    count: u64,
    rows: Rows,
    statement: &'static str,
}

impl Query {
    /// Binds the next value.
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Runs it; gives back how many rows it changed.
    pub fn execute<'o>(self, on: impl Into<On<'o>>) -> impl Future<Output = Result<u64, Error>> + Send + 'o {
        let answer = self.boxed(on.into(), Wanted::Count);
        async move { Ok(answer.await?.count) }
    }

    /// Runs it; gives back its one row. No row is an error: it is our own fault then.
    pub fn fetch_one<'o, T: Row + 'o>(
        self,
        on: impl Into<On<'o>>,
    ) -> impl Future<Output = Result<T, Error>> + Send + 'o {
        let answer = self.boxed(on.into(), Wanted::One);
        async move {
            let answer = answer.await?;
            let statement = answer.statement;
            answer.decode()?.pop().ok_or_else(|| Error::of(statement, sqlx::Error::RowNotFound))
        }
    }

    /// Runs it; gives back its first row, if it has one.
    pub fn fetch_optional<'o, T: Row + 'o>(
        self,
        on: impl Into<On<'o>>,
    ) -> impl Future<Output = Result<Option<T>, Error>> + Send + 'o {
        let answer = self.boxed(on.into(), Wanted::One);
        async move { Ok(answer.await?.decode()?.pop()) }
    }

    /// Runs it; gives back all its rows.
    pub fn fetch_all<'o, T: Row + 'o>(
        self,
        on: impl Into<On<'o>>,
    ) -> impl Future<Output = Result<Vec<T>, Error>> + Send + 'o {
        let answer = self.boxed(on.into(), Wanted::All);
        async move { answer.await?.decode() }
    }

    /// On the heap: the drivers' futures are large, and every future above would be as large again.
    fn boxed(self, on: On<'_>, wanted: Wanted) -> BoxFuture<'_, Result<Answer, Error>> {
        Box::pin(self.run(on, wanted))
    }

    async fn run(self, on: On<'_>, wanted: Wanted) -> Result<Answer, Error> {
        match on.0 {
            Place::Pool(db) => self.read(db, wanted).await,
            // PostgreSQL refuses every further statement anyway.
            Place::Tx(_, state) if !state.is_whole() => Err(Error::WentOn),
            Place::Tx(Connection::Sqlite(connection), state) => {
                let statement = self.sqlite;
                match self.on_sqlite(connection, wanted).await {
                    Ok(answer) => Ok(answer),
                    Err(error) => {
                        state.fail(if dooms_the_group(&error) { Fate::Doomed } else { Fate::Failed });
                        let names = sqlite::violated_names(connection, &error).await;
                        Err(with_names(Error::of(statement, error), names))
                    }
                }
            }
            Place::Tx(Connection::Postgres(connection), state) => {
                let statement = self.postgres;
                self.on_postgres(connection, wanted).await.map_err(|error| {
                    state.fail(if may_be_retried(&error) { Fate::Retry } else { Fate::Failed });
                    Error::of(statement, error)
                })
            }
        }
    }

    /// A read, on a connection of the pool.
    async fn read(self, db: &Db, wanted: Wanted) -> Result<Answer, Error> {
        let limit = db.options().statement;
        match db.pool() {
            Pool::Sqlite(readers) => {
                let statement = self.sqlite;
                let mut lent = waited(readers.lend()).await.map_err(|error| Error::of(statement, error))?;
                let answer = timeout(limit, self.on_sqlite(lent.connection(), wanted)).await;
                let Ok(answer) = answer else {
                    lent.give_up();
                    return Err(took_too_long(statement));
                };
                lent.give_back();
                answer.map_err(|error| Error::of(statement, error))
            }
            Pool::Postgres(pool) => {
                let statement = self.postgres;
                let mut connection = waited(pool.acquire()).await.map_err(|error| Error::of(statement, error))?;
                // The server keeps the limit itself; this one is for a server that does not answer at all.
                if let Ok(answer) = timeout(limit * 2, self.on_postgres(&mut connection, wanted)).await {
                    return answer.map_err(|error| Error::of(statement, error));
                }
                connection.close_on_drop();
                Err(took_too_long(statement))
            }
        }
    }

    async fn on_sqlite(self, connection: &mut SqliteConnection, wanted: Wanted) -> sqlx::Result<Answer> {
        let statement = self.sqlite;
        let query = bind(sqlx::query::<Sqlite>(statement), self.values);
        let (count, rows) = match wanted {
            Wanted::Count => (query.execute(connection).await?.rows_affected(), Vec::new()),
            Wanted::One => (0, query.fetch_optional(connection).await?.into_iter().collect()),
            Wanted::All => (0, query.fetch_all(connection).await?),
        };
        Ok(Answer { count, rows: Rows::Sqlite(rows), statement })
    }

    async fn on_postgres(self, connection: &mut PgConnection, wanted: Wanted) -> sqlx::Result<Answer> {
        let statement = self.postgres;
        let query = bind(sqlx::query::<Postgres>(statement), self.values);
        let (count, rows) = match wanted {
            Wanted::Count => (query.execute(connection).await?.rows_affected(), Vec::new()),
            Wanted::One => (0, query.fetch_optional(connection).await?.into_iter().collect()),
            Wanted::All => (0, query.fetch_all(connection).await?),
        };
        Ok(Answer { count, rows: Rows::Postgres(rows), statement })
    }
}

impl Answer {
    fn decode<T: Row>(self) -> Result<Vec<T>, Error> {
        let rows: sqlx::Result<Vec<T>> = match &self.rows {
            Rows::Sqlite(rows) => rows.iter().map(T::from_row).collect(),
            Rows::Postgres(rows) => rows.iter().map(T::from_row).collect(),
        };
        rows.map_err(|error| Error::of(self.statement, error))
    }
}

/// A connection, once there is one; how long that took is counted.
async fn waited<C>(connection: impl Future<Output = sqlx::Result<C>>) -> sqlx::Result<C> {
    let asked = Instant::now();
    let connection = connection.await;
    metrics::histogram!("guildhall_db_pool_wait_seconds").record(asked.elapsed());
    if matches!(connection, Err(sqlx::Error::PoolTimedOut)) {
        metrics::counter!("guildhall_db_pool_timeouts_total").increment(1);
    }
    connection
}

fn took_too_long(statement: &'static str) -> Error {
    Error::lost(statement, sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()))
}

fn with_names(mut error: Error, more: Vec<String>) -> Error {
    if let Error::Violated { names, .. } = &mut error {
        names.extend(more);
    }
    error
}

/// A query of either driver, which takes the next value.
pub(crate) trait Binds: Sized {
    fn take<'v, V>(self, value: V) -> Self
    where
        V: sqlx::Encode<'v, Sqlite> + sqlx::Type<Sqlite> + sqlx::Encode<'v, Postgres> + sqlx::Type<Postgres>;
}

impl Binds for sqlx::query::Query<'_, Sqlite, SqliteArguments> {
    fn take<'v, V: sqlx::Encode<'v, Sqlite> + sqlx::Type<Sqlite>>(self, value: V) -> Self {
        self.bind(value)
    }
}

impl Binds for sqlx::query::Query<'_, Postgres, PgArguments> {
    fn take<'v, V: sqlx::Encode<'v, Postgres> + sqlx::Type<Postgres>>(self, value: V) -> Self {
        self.bind(value)
    }
}

/// Binds the values in their order.
pub(crate) fn bind<Q: Binds>(query: Q, values: Vec<Value>) -> Q {
    values.into_iter().fold(query, |query, value| match value.0 {
        Kind::Integer(value) => query.take(value),
        Kind::Boolean(value) => query.take(value),
        Kind::Float(value) => query.take(value),
        Kind::Text(value) => query.take(value),
        Kind::Bytes(value) => query.take(value),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_taken_letter_for_letter() {
        assert_eq!(containing("50%_\\"), "%50\\%\\_\\\\%");
    }
}
