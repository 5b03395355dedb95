//! What tables there are, by the database's own account.

use std::collections::BTreeMap;

use sqlx::{PgConnection, SqliteConnection};

use super::{Alone, Holds, WholeError, quoted};

/// A table of the hub's, with its columns in the order of their names: the order they were made in may differ between engines, because SQLite
/// builds a table anew where PostgreSQL alters it.
#[derive(Debug, Clone)]
pub struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<String>,
    pub(super) holds: Vec<Holds>,
    /// The column whose numbers the database gives out, each once.
    pub(super) identity: Option<String>,
}

impl Table {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its columns' names, in the order their values have in a row.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    pub(super) fn select(&self) -> String {
        format!("select {} from {}", self.listed(), quoted(&self.name))
    }

    pub(super) fn listed(&self) -> String {
        self.columns.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(", ")
    }
}

/// Every table but the one that remembers the migrations: that one is each engine's own.
pub(super) async fn tables(connection: &mut Alone) -> Result<Vec<Table>, WholeError> {
    match connection {
        Alone::Sqlite(connection) => of_sqlite(connection).await,
        Alone::Postgres(connection) => of_postgres(connection).await,
    }
}

async fn of_sqlite(connection: &mut SqliteConnection) -> Result<Vec<Table>, WholeError> {
    let rows: Vec<(String, String, String, bool)> = sqlx::query_as(
        "select t.name, c.name, lower(c.type), c.pk = 1 and instr(lower(s.sql), 'autoincrement') > 0
         from pragma_table_list t join sqlite_schema s on s.name = t.name and s.type = 'table', pragma_table_info(t.name) c
         where t.schema = 'main' and t.type = 'table' and t.name not like 'sqlite%' and t.name <> 'migrations'",
    )
    .fetch_all(connection)
    .await?;
    gather(rows, |found| match found {
        "integer" => Some(Holds::Integer),
        "real" => Some(Holds::Real),
        "text" => Some(Holds::Text),
        "blob" => Some(Holds::Bytes),
        _ => None,
    })
}

async fn of_postgres(connection: &mut PgConnection) -> Result<Vec<Table>, WholeError> {
    let rows: Vec<(String, String, String, bool)> = sqlx::query_as(
        "select cast(c.table_name as text), cast(c.column_name as text), cast(c.data_type as text), c.is_identity = 'YES'
         from information_schema.columns c
         join information_schema.tables t on t.table_schema = c.table_schema and t.table_name = c.table_name
         where c.table_schema = current_schema() and t.table_type = 'BASE TABLE' and c.is_generated = 'NEVER'
           and c.table_name <> 'migrations'",
    )
    .fetch_all(connection)
    .await?;
    gather(rows, |found| match found {
        "bigint" => Some(Holds::Integer),
        "boolean" => Some(Holds::Flag),
        "double precision" => Some(Holds::Real),
        "text" => Some(Holds::Text),
        "bytea" => Some(Holds::Bytes),
        _ => None,
    })
}

/// Columns to tables, sorted here and not by the database, whose idea of an order depends on its language.
fn gather(
    mut rows: Vec<(String, String, String, bool)>,
    holds: impl Fn(&str) -> Option<Holds>,
) -> Result<Vec<Table>, WholeError> {
    rows.sort();
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    for (name, column, found, identity) in rows {
        let Some(holds) = holds(&found) else { return Err(WholeError::Type { table: name, column, found }) };
        let empty = || Table { name: name.clone(), columns: Vec::new(), holds: Vec::new(), identity: None };
        let table = tables.entry(name.clone()).or_insert_with(empty);
        if identity {
            table.identity = Some(column.clone());
        }
        table.columns.push(column);
        table.holds.push(holds);
    }
    Ok(tables.into_values().collect())
}
