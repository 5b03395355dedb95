//! Filling an empty database, whole or not at all: the schema as it was, the rows, the migrations since, in one transaction.

use std::str::FromStr as _;

use base::{Clock, Millis};
use futures::stream::BoxStream;
use sqlx::{
    AssertSqlSafe, Connection as _, PgConnection, Postgres, Sqlite, error::DatabaseError, postgres::PgConnectOptions,
};

use super::{Alone, Cell, Table, WholeError, catalogue, quoted, snapshot};
use crate::{
    Db, Migrated, Value,
    migrate::{self, Step},
    open::Location,
    query::bind,
    sqlite::connect_alone,
};

/// Rows a statement inserts at most.
const ROWS: usize = 200;
/// Values a statement binds at most: SQLite takes 32,766, PostgreSQL 65,535.
const VALUES: usize = 30_000;

/// An empty database being filled. Dropped before [`Filling::finish`], it leaves the database as it was: empty.
pub struct Filling {
    connection: Alone,
    tables: Vec<Table>,
    /// PostgreSQL: the references between tables, taken away while rows come in any order. SQLite just doesn't look.
    references: Vec<Reference>,
    /// The migrations since.
    rest: Vec<Step>,
    version: i64,
    now: Millis,
}

/// A reference between tables, as PostgreSQL describes it.
struct Reference {
    table: String,
    name: String,
    definition: String,
}

impl Db {
    /// Begins to fill this database, which must be empty, with rows of a schema as of migration `version`.
    pub async fn fill(&self, version: i64, clock: &dyn Clock) -> Result<Filling, WholeError> {
        let mut first = migrate::steps(self.engine());
        let program = first.last().map_or(0, |step| step.version);
        if version > program {
            return Err(WholeError::Newer { version, program });
        }
        let until = first.iter().position(|step| step.version == version).ok_or(WholeError::NoSuchVersion(version))?;
        let rest = first.split_off(until + 1);
        let now = clock.now();

        let (mut connection, references) = match self.location() {
            Location::File(path) => {
                let mut connection = connect_alone(path, self.options(), false).await?;
                sqlx::query("begin immediate").execute(&mut connection).await?;
                let (found,): (i64,) =
                    sqlx::query_as("select count(*) from sqlite_schema").fetch_one(&mut connection).await?;
                if found > 0 {
                    return Err(WholeError::NotEmpty);
                }
                migrate::sqlite::apply(&mut connection, first, now).await?;
                (Alone::Sqlite(connection), Vec::new())
            }
            Location::Server(url) => {
                let mut connection = PgConnection::connect_with(&PgConnectOptions::from_str(url)?).await?;
                sqlx::raw_sql(
                    "set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; set lock_timeout = '60s'",
                )
                .execute(&mut connection)
                .await?;
                sqlx::raw_sql("begin").execute(&mut connection).await?;
                // The migrations' lock: a hub that starts now waits, and finds the database migrated.
                sqlx::raw_sql("select pg_advisory_xact_lock(7165412)").execute(&mut connection).await?;
                let (found,): (i64,) = sqlx::query_as(
                    "select count(*) from information_schema.tables
                     where table_schema = current_schema() and table_type = 'BASE TABLE'",
                )
                .fetch_one(&mut connection)
                .await?;
                if found > 0 {
                    return Err(WholeError::NotEmpty);
                }
                migrate::postgres::apply(&mut connection, first, now).await?;
                let references = references(&mut connection).await?;
                (Alone::Postgres(connection), references)
            }
        };
        for reference in &references {
            connection
                .run(format!("alter table {} drop constraint {}", quoted(&reference.table), quoted(&reference.name)))
                .await?;
        }
        let tables = catalogue::tables(&mut connection).await?;
        // Migrations bring rows of their own, such as the first rooms. The backup has them, or somebody has removed them.
        for table in &tables {
            connection.run(format!("delete from {}", quoted(&table.name))).await?;
        }
        Ok(Filling { connection, tables, references, rest, version, now })
    }
}

impl Filling {
    /// Every table of the schema at that migration, in the order of their names.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// Writes rows, each with a value for every column of the table in their order.
    pub async fn insert(&mut self, table: &Table, rows: Vec<Vec<Cell>>) -> Result<(), WholeError> {
        let at_once = (VALUES / table.columns.len().max(1)).clamp(1, ROWS);
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let mut values = Vec::new();
            let mut count = 0;
            for row in rows.by_ref().take(at_once) {
                values.extend(fit(table, row)?);
                count += 1;
            }
            self.insert_values(table, count, values, count == at_once)
                .await
                .map_err(|source| WholeError::Refused { table: table.name.clone(), source })?;
        }
        Ok(())
    }

    async fn insert_values(
        &mut self,
        table: &Table,
        count: usize,
        values: Vec<Value>,
        often: bool,
    ) -> sqlx::Result<()> {
        match &mut self.connection {
            Alone::Sqlite(connection) => {
                let text = insertion(table, count, |_| "?".to_owned(), "");
                let query = sqlx::query::<Sqlite>(AssertSqlSafe(text)).persistent(often);
                bind(query, values).execute(connection).await?;
            }
            Alone::Postgres(connection) => {
                // Ids are the backup's, even where the table would rather give them out itself.
                let text = insertion(table, count, |at| format!("${at}"), " overriding system value");
                let query = sqlx::query::<Postgres>(AssertSqlSafe(text)).persistent(often);
                bind(query, values).execute(connection).await?;
            }
        }
        Ok(())
    }

    /// Lets the table give out numbers from `recorded` on, or from after its highest one, whichever is more: none is ever given out twice.
    pub async fn set_next_id(&mut self, table: &Table, recorded: Option<i64>) -> Result<(), WholeError> {
        let Some(identity) = &table.identity else { return Ok(()) };
        let text = format!("select max({}) from {}", quoted(identity), quoted(&table.name));
        let highest = self.connection.number(text).await?.unwrap_or(0);
        let next = recorded.unwrap_or(1).max(highest.saturating_add(1)).max(1);
        match &mut self.connection {
            Alone::Sqlite(connection) => {
                sqlx::query("delete from sqlite_sequence where name = $1")
                    .bind(table.name.clone())
                    .execute(&mut *connection)
                    .await?;
                sqlx::query("insert into sqlite_sequence (name, seq) values ($1, $2)")
                    .bind(table.name.clone())
                    .bind(next - 1)
                    .execute(connection)
                    .await?;
            }
            Alone::Postgres(connection) => {
                let sequence = snapshot::sequence(connection, &table.name, identity).await?;
                sqlx::query("select setval(cast($1 as regclass), $2, false)")
                    .bind(sequence)
                    .bind(next)
                    .execute(connection)
                    .await?;
            }
        }
        Ok(())
    }

    /// Reads back every row of a table.
    pub fn rows(&mut self, table: &Table) -> BoxStream<'_, Result<Vec<Cell>, WholeError>> {
        self.connection.rows(table)
    }

    /// Puts the references back, which checks every row, applies the migrations since, and commits.
    pub async fn finish(self) -> Result<Migrated, WholeError> {
        let Self { connection, references, rest, version, now, .. } = self;
        let (to, applied) = match connection {
            Alone::Sqlite(mut connection) => {
                let applied = migrate::sqlite::apply(&mut connection, rest, now).await?;
                let dangling: Option<(String,)> = sqlx::query_as("select \"table\" from pragma_foreign_key_check")
                    .fetch_optional(&mut connection)
                    .await?;
                if let Some((table,)) = dangling {
                    return Err(WholeError::Dangling { table });
                }
                sqlx::query("commit").execute(&mut connection).await?;
                connection.close().await?;
                applied
            }
            Alone::Postgres(mut connection) => {
                for Reference { table, name, definition } in references {
                    let text = format!("alter table {} add constraint {} {definition}", quoted(&table), quoted(&name));
                    let added = sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut connection).await;
                    added.map_err(|error| match error.as_database_error().and_then(DatabaseError::code) {
                        // https://www.postgresql.org/docs/15/errcodes-appendix.html: foreign_key_violation.
                        Some(code) if code == "23503" => WholeError::Dangling { table },
                        _ => WholeError::Database(error),
                    })?;
                }
                let applied = migrate::postgres::apply(&mut connection, rest, now).await?;
                sqlx::raw_sql("commit").execute(&mut connection).await?;
                connection.close().await?;
                applied
            }
        };
        Ok(Migrated { from: version, to: if applied.is_empty() { version } else { to }, applied, backup: None })
    }
}

fn insertion(table: &Table, count: usize, mark: impl Fn(usize) -> String, overriding: &str) -> String {
    let width = table.columns.len();
    let rows: Vec<String> = (0..count)
        .map(|row| {
            let marks: Vec<String> = (1..=width).map(|column| mark(row * width + column)).collect();
            format!("({})", marks.join(", "))
        })
        .collect();
    format!("insert into {} ({}){overriding} values {}", quoted(&table.name), table.listed(), rows.join(", "))
}

fn fit(table: &Table, row: Vec<Cell>) -> Result<Vec<Value>, WholeError> {
    let misfit = |column: &str| WholeError::Misfit { table: table.name.clone(), column: column.to_owned() };
    if row.len() != table.columns.len() {
        return Err(misfit("a missing column"));
    }
    row.into_iter()
        .zip(&table.holds)
        .zip(&table.columns)
        .map(|((cell, holds), column)| holds.value(cell).ok_or_else(|| misfit(column)))
        .collect()
}

/// Every reference between tables.
async fn references(connection: &mut PgConnection) -> sqlx::Result<Vec<Reference>> {
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "select cast(t.relname as text), cast(c.conname as text), pg_get_constraintdef(c.oid)
         from pg_constraint c join pg_class t on t.oid = c.conrelid
         where c.contype = 'f' and c.connamespace = cast(current_schema() as regnamespace)
         order by 1, 2",
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(table, name, definition)| Reference { table, name, definition }).collect())
}
