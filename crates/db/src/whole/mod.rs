//! The whole database, table by table: read as it was at one moment, or filled where there was nothing.
//!
//! A backup is made of a [`Snapshot`], a restore is a [`Filling`]. Both speak of [`Cell`]s, which are alike on both engines, so what was read
//! from one can be written to the other. Nothing here knows any domain: tables and columns are those the database itself names.

mod catalogue;
mod filling;
mod snapshot;

use base::Kind;
use futures::{StreamExt as _, TryStreamExt as _, stream::BoxStream};
use sqlx::{
    AssertSqlSafe, ColumnIndex, Decode, PgConnection, Postgres, Row as _, Sqlite, SqliteConnection, Type,
    postgres::PgRow, sqlite::SqliteRow,
};

use crate::{MigrateError, Value};

pub use catalogue::Table;
pub use filling::Filling;
pub use snapshot::Snapshot;

/// A value of a row, as it travels between engines. A flag is 0 or 1, as SQLite has it.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A whole number, an instant, an id or a flag.
    Integer(i64),
    /// A fraction.
    Real(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// What a column holds, by the database's own word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    Integer,
    /// PostgreSQL's only; SQLite keeps flags as integers.
    Flag,
    Real,
    Text,
    Bytes,
}

/// Why the whole database could not be read or filled. Each message says what to do where something can be done; an operator reads it.
#[derive(Debug, thiserror::Error)]
pub enum WholeError {
    /// There is no record of migrations.
    #[error("this database holds nothing of the hub's")]
    Nothing,
    /// A type nobody planned for.
    #[error("column {column} of {table} has the type {found}, which a backup can't carry")]
    Type {
        /// Whose.
        table: String,
        /// Which.
        column: String,
        /// Its type.
        found: String,
    },
    /// Filling starts from nothing, so that nothing can be lost by it.
    #[error("this database holds tables already; a restore needs an empty one")]
    NotEmpty,
    /// The rows come from a schema this program doesn't know.
    #[error(
        "it was made at migration {version}, and this version of the program knows {program} at most. \
         Install the version that made it, or a later one"
    )]
    Newer {
        /// At which migration it was made.
        version: i64,
        /// The newest this program knows.
        program: i64,
    },
    /// There never was such a migration.
    #[error("there is no migration {0}")]
    NoSuchVersion(i64),
    /// A row has a value its column can't hold.
    #[error("a row of {table} has a value in {column} that can't stand there")]
    Misfit {
        /// Whose.
        table: String,
        /// Which.
        column: String,
    },
    /// The database refused rows.
    #[error("rows of {table} were refused")]
    Refused {
        /// Whose.
        table: String,
        /// Why.
        source: sqlx::Error,
    },
    /// Rows point to nothing.
    #[error("rows of {table} refer to rows that aren't there")]
    Dangling {
        /// In which table.
        table: String,
    },
    /// A migration before or after the rows did not work.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// The database can't be reached, or refused.
    #[error("the database could not be read or written")]
    Database(#[from] sqlx::Error),
}

impl WholeError {
    /// What kind of failure it is.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::NotEmpty | Self::Newer { .. } => Kind::Conflict,
            Self::Database(_) => Kind::Unavailable,
            _ => Kind::Internal,
        }
    }
}

/// A connection of its own, outside the pools: it may take as long as it takes, and harms nobody's statement cache.
pub(crate) enum Alone {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Alone {
    /// Runs a text without values. It is made of the program's own words and of names from the database's catalogue.
    async fn run(&mut self, text: String) -> sqlx::Result<()> {
        match self {
            Self::Sqlite(connection) => sqlx::raw_sql(AssertSqlSafe(text)).execute(connection).await.map(drop),
            Self::Postgres(connection) => sqlx::raw_sql(AssertSqlSafe(text)).execute(connection).await.map(drop),
        }
    }

    /// Every row of a table, as they come; never all of them at once.
    fn rows<'c>(&'c mut self, table: &Table) -> BoxStream<'c, Result<Vec<Cell>, WholeError>> {
        let text = table.select();
        let holds: Vec<Holds> = table.holds.clone();
        match self {
            Self::Sqlite(connection) => sqlx::query::<Sqlite>(AssertSqlSafe(text))
                .persistent(false)
                .fetch(connection)
                .map(move |row| row.and_then(|row| from_sqlite(&row, &holds)))
                .map_err(WholeError::from)
                .boxed(),
            Self::Postgres(connection) => sqlx::query::<Postgres>(AssertSqlSafe(text))
                .persistent(false)
                .fetch(connection)
                .map(move |row| row.and_then(|row| from_postgres(&row, &holds)))
                .map_err(WholeError::from)
                .boxed(),
        }
    }

    /// One number, where there is one.
    async fn number(&mut self, text: String) -> sqlx::Result<Option<i64>> {
        match self {
            Self::Sqlite(connection) => {
                let row = sqlx::query_scalar::<Sqlite, Option<i64>>(AssertSqlSafe(text)).persistent(false);
                Ok(row.fetch_optional(connection).await?.flatten())
            }
            Self::Postgres(connection) => {
                let row = sqlx::query_scalar::<Postgres, Option<i64>>(AssertSqlSafe(text)).persistent(false);
                Ok(row.fetch_optional(connection).await?.flatten())
            }
        }
    }
}

fn from_sqlite(row: &SqliteRow, holds: &[Holds]) -> sqlx::Result<Vec<Cell>> {
    holds.iter().enumerate().map(|(at, holds)| cell(row, at, *holds)).collect()
}

fn from_postgres(row: &PgRow, holds: &[Holds]) -> sqlx::Result<Vec<Cell>> {
    let flag = |at| Ok(row.try_get::<Option<bool>, usize>(at)?.map_or(Cell::Null, |flag| Cell::Integer(flag.into())));
    holds
        .iter()
        .enumerate()
        .map(|(at, holds)| if *holds == Holds::Flag { flag(at) } else { cell(row, at, *holds) })
        .collect()
}

fn cell<'r, R: sqlx::Row>(row: &'r R, at: usize, holds: Holds) -> sqlx::Result<Cell>
where
    usize: ColumnIndex<R>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    f64: Decode<'r, R::Database> + Type<R::Database>,
    String: Decode<'r, R::Database> + Type<R::Database>,
    Vec<u8>: Decode<'r, R::Database> + Type<R::Database>,
{
    Ok(match holds {
        Holds::Integer | Holds::Flag => row.try_get::<Option<i64>, usize>(at)?.map_or(Cell::Null, Cell::Integer),
        Holds::Real => row.try_get::<Option<f64>, usize>(at)?.map_or(Cell::Null, Cell::Real),
        Holds::Text => row.try_get::<Option<String>, usize>(at)?.map_or(Cell::Null, Cell::Text),
        Holds::Bytes => row.try_get::<Option<Vec<u8>>, usize>(at)?.map_or(Cell::Null, Cell::Bytes),
    })
}

impl Holds {
    /// The value to bind for a cell; `None` where the column can't hold it.
    fn value(self, cell: Cell) -> Option<Value> {
        Some(match (self, cell) {
            (Self::Integer, Cell::Integer(number)) => number.into(),
            (Self::Integer, Cell::Null) => None::<i64>.into(),
            (Self::Flag, Cell::Integer(flag @ (0 | 1))) => (flag == 1).into(),
            (Self::Flag, Cell::Null) => None::<bool>.into(),
            (Self::Real, Cell::Real(number)) => number.into(),
            (Self::Real, Cell::Null) => None::<f64>.into(),
            (Self::Text, Cell::Text(text)) => text.into(),
            (Self::Text, Cell::Null) => None::<String>.into(),
            (Self::Bytes, Cell::Bytes(bytes)) => bytes.into(),
            (Self::Bytes, Cell::Null) => None::<Vec<u8>>.into(),
            _ => return None,
        })
    }
}

/// A name from the catalogue, as it stands in a statement.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
