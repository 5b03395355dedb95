//! Reading everything as it was at one moment, while others go on writing.

use std::str::FromStr as _;

use futures::stream::BoxStream;
use sqlx::{Connection as _, PgConnection, SqliteConnection, postgres::PgConnectOptions};

use super::{Alone, Cell, Table, WholeError, catalogue, quoted};
use crate::{Db, open::Location, sqlite::connect_options};

/// One moment of the database. Whoever writes meanwhile neither waits for it nor is seen by it.
pub struct Snapshot {
    connection: Alone,
    tables: Vec<Table>,
    version: i64,
}

impl Db {
    /// The database as it is now, to be read at leisure: on SQLite a read transaction, on PostgreSQL one at `repeatable read`, on a connection of
    /// its own.
    pub async fn snapshot(&self) -> Result<Snapshot, WholeError> {
        let mut connection = match self.location() {
            Location::File(path) => {
                let options = connect_options(path, self.options()).read_only(true);
                let mut connection = Alone::Sqlite(SqliteConnection::connect_with(&options).await?);
                connection.run("begin".to_owned()).await?;
                connection
            }
            Location::Server(url) => {
                let options = PgConnectOptions::from_str(url)?.application_name("guildhall snapshot");
                let mut connection = Alone::Postgres(PgConnection::connect_with(&options).await?);
                // The reader may be slower than the limits for a page allow: it writes what it reads to a disk.
                connection
                    .run(
                        "set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; set lock_timeout = '60s'"
                            .to_owned(),
                    )
                    .await?;
                connection.run("begin isolation level repeatable read, read only".to_owned()).await?;
                connection
            }
        };
        // The moment is that of the first statement that reads.
        let tables = catalogue::tables(&mut connection).await?;
        if tables.is_empty() {
            return Err(WholeError::Nothing);
        }
        let version = connection.number("select max(version) from migrations".to_owned()).await?;
        let version = version.ok_or(WholeError::Nothing)?;
        Ok(Snapshot { connection, tables, version })
    }
}

impl Snapshot {
    /// The newest migration applied.
    pub const fn version(&self) -> i64 {
        self.version
    }

    /// Every table, in the order of their names.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// Every row of a table, as they come, in no particular order.
    pub fn rows(&mut self, table: &Table) -> BoxStream<'_, Result<Vec<Cell>, WholeError>> {
        self.connection.rows(table)
    }

    /// The number the table would give its next row, where it gives out numbers.
    pub async fn next_id(&mut self, table: &Table) -> Result<Option<i64>, WholeError> {
        next_id(&mut self.connection, table).await
    }

    /// Lets go of the moment.
    pub async fn close(self) -> Result<(), WholeError> {
        match self.connection {
            Alone::Sqlite(connection) => connection.close().await?,
            Alone::Postgres(connection) => connection.close().await?,
        }
        Ok(())
    }
}

pub(super) async fn next_id(connection: &mut Alone, table: &Table) -> Result<Option<i64>, WholeError> {
    let Some(identity) = &table.identity else { return Ok(None) };
    match connection {
        Alone::Sqlite(connection) => {
            let last: Option<(i64,)> = sqlx::query_as("select seq from sqlite_sequence where name = $1")
                .bind(table.name.clone())
                .fetch_optional(connection)
                .await?;
            Ok(Some(last.map_or(1, |(last,)| last.saturating_add(1))))
        }
        Alone::Postgres(inner) => {
            let sequence = sequence(inner, &table.name, identity).await?;
            // A sequence is no part of the moment: it may be further on, never behind.
            let text = format!("select case when is_called then last_value + 1 else last_value end from {sequence}");
            Ok(connection.number(text).await?)
        }
    }
}

/// The sequence behind an identity column, quoted as it stands in a statement.
pub(super) async fn sequence(connection: &mut PgConnection, table: &str, column: &str) -> sqlx::Result<String> {
    let (sequence,): (String,) = sqlx::query_as("select pg_get_serial_sequence($1, $2)")
        .bind(quoted(table))
        .bind(column.to_owned())
        .fetch_one(connection)
        .await?;
    Ok(sequence)
}
