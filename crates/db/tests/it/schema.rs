//! The two schemas are one: same tables, columns, names. Read from the databases themselves, after all migrations.

use std::collections::BTreeSet;

use db::{Db, Engine, Options, sql, testing::Place};

type Facts = BTreeSet<String>;

async fn opened(engine: Engine) -> Option<(Place, Db)> {
    let place = Place::migrated(engine).await?;
    let db = place.open(Options::default()).await.unwrap();
    Some((place, db))
}

async fn facts(db: &Db, statement: &'static str) -> Facts {
    let rows: Vec<(String,)> = sql(statement).fetch_all(db).await.unwrap();
    rows.into_iter().map(|(fact,)| fact).collect()
}

/// Both sides of a comparison, with what only one has.
fn assert_same(what: &str, sqlite: &Facts, postgres: &Facts) {
    let only = |one: &Facts, other: &Facts| one.difference(other).cloned().collect::<Vec<_>>();
    assert_eq!(
        sqlite,
        postgres,
        "{what}: only in SQLite {:?}, only in PostgreSQL {:?}",
        only(sqlite, postgres),
        only(postgres, sqlite)
    );
}

#[tokio::test]
async fn both_engines_have_the_same_schema() {
    let (_file, sqlite) = opened(Engine::Sqlite).await.expect("SQLite is always there");
    let Some((place, postgres)) = opened(Engine::Postgres).await else { return };

    // A flag is an integer in SQLite and a boolean in PostgreSQL; nothing else shares a type.
    let columns = facts(
        &sqlite,
        "select t.name || '.' || c.name || ' ' || lower(c.type) || case when c.\"notnull\" or c.pk > 0 then ' not null' else '' end
         from pragma_table_list t, pragma_table_info(t.name) c where t.schema = 'main' and t.type = 'table' and t.name not like 'sqlite%'",
    )
    .await;
    let same = facts(
        &postgres,
        "select cast(table_name || '.' || column_name || ' ' ||
            case data_type when 'bigint' then 'integer' when 'boolean' then 'integer' when 'double precision' then 'real'
                           when 'bytea' then 'blob' else data_type end ||
            case is_nullable when 'NO' then ' not null' else '' end as text)
         from information_schema.columns where table_schema = current_schema()",
    )
    .await;
    // The runner's own table is made with one text for both, so SQLite calls its integers by PostgreSQL's name.
    let columns: Facts = columns.into_iter().map(|fact| fact.replace(" bigint", " integer")).collect();
    assert_same("columns", &columns, &same);

    let loose = facts(
        &sqlite,
        "select name from pragma_table_list where schema = 'main' and type = 'table' and not strict
         and name not like 'sqlite%' and name <> 'migrations'",
    )
    .await;
    assert!(loose.is_empty(), "not strict: {loose:?}");

    // SQLite keeps no name of a unique constraint within a table; by convention it is <table>_<columns>_key.
    let indexes = facts(
        &sqlite,
        "select case when l.origin = 'c' then l.name else
            t.name || '_' || (select group_concat(name, '_') from (select name from pragma_index_info(l.name) order by seqno)) || '_key' end
         from pragma_table_list t, pragma_index_list(t.name) l where t.schema = 'main' and t.name not like 'sqlite%' and l.origin <> 'pk'",
    )
    .await;
    let same = facts(
        &postgres,
        "select cast(indexname as text) from pg_indexes where schemaname = current_schema() and indexname not in
            (select conname from pg_constraint where contype = 'p')",
    )
    .await;
    assert_same("indexes and unique constraints", &indexes, &same);

    let references = facts(
        &sqlite,
        "select t.name || '.' || f.\"from\" || ' -> ' || f.\"table\" || ' on delete ' || lower(f.on_delete)
         from pragma_table_list t, pragma_foreign_key_list(t.name) f where t.schema = 'main'",
    )
    .await;
    let same = facts(
        &postgres,
        "select cast(cast(c.conrelid as regclass) as text) || '.' || a.attname || ' -> ' || cast(cast(c.confrelid as regclass) as text) ||
            ' on delete ' || case c.confdeltype when 'c' then 'cascade' when 'n' then 'set null' when 'd' then 'set default'
                                                when 'r' then 'restrict' else 'no action' end
         from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any (c.conkey) where c.contype = 'f'",
    )
    .await;
    assert_same("references", &references, &same);

    let checks =
        named_checks(&facts(&sqlite, "select sql from sqlite_schema where type = 'table' and sql is not null").await);
    let same = facts(
        &postgres,
        "select cast(conname as text) from pg_constraint where contype = 'c' and connamespace = cast(current_schema() as regnamespace)",
    )
    .await;
    assert_same("checks", &checks, &same);

    postgres.close().await;
    sqlite.close().await;
    place.remove().await;
}

/// SQLite has no catalogue of checks, but it keeps the text of each table: the word before every `check` that has a name. Those that
/// only keep a flag to 0 and 1 are left out, because PostgreSQL has a type for that.
fn named_checks(tables: &Facts) -> Facts {
    let mut names = Facts::new();
    for table in tables {
        let words: Vec<&str> =
            table.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect();
        for (at, three) in words.windows(3).enumerate() {
            let is_named = three[0].eq_ignore_ascii_case("constraint") && three[2].eq_ignore_ascii_case("check");
            let is_flag = matches!(words.get(at + 4..at + 7), Some([of, "0", "1"]) if of.eq_ignore_ascii_case("in"));
            if is_named && !is_flag {
                names.insert(three[1].to_owned());
            }
        }
    }
    names
}
