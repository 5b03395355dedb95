//! What a stranger can do with a database of its own, and what not.

use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use crate::{Database, Error, copy, version};

const SEEDS: &str = "create table seeds (org integer, code text not null, size real, body blob);
    create unique index seeds_code on seeds (org, code); -- two statements";

async fn seeds() -> Database {
    let mut database = Database::in_memory(4).await.unwrap();
    database.migrate(SEEDS, 1).await.unwrap();
    database
}

async fn rows(database: &mut Database, text: &str, args: &[Value]) -> Value {
    let rows = database.query(text, args, Some(7)).await.unwrap_or_else(|error| panic!("{text}: {error:?}"));
    rows.into_iter().map(Value::Object).collect()
}

async fn refused(database: &mut Database, text: &str) -> Error {
    let queried = database.query(text, &[], Some(7)).await.unwrap_err();
    assert!(database.is_sound(), "{text}: {queried:?}");
    queried
}

#[tokio::test]
async fn values_come_back_as_they_went_in() {
    let mut database = seeds().await;
    let insert = "insert into seeds (org, code, size, body) values (:org, ?, ?, ?)";
    let bytes = json!({ "base64": "AP8=" });
    for (code, size, body) in [
        ("a", json!(1.5), bytes.clone()),
        ("b", json!(null), json!("text")),
        ("c", json!(-9_007_199_254_740_993_i64), json!(true)),
    ] {
        assert_eq!(database.execute(insert, &[code.into(), size, body], Some(7)).await.unwrap(), 1);
    }
    assert_eq!(
        rows(&mut database, "select * from seeds where code <> ? order by code", &["c".into()]).await,
        json!([
            { "org": 7, "code": "a", "size": 1.5, "body": bytes },
            { "org": 7, "code": "b", "size": null, "body": "text" },
        ])
    );
    assert_eq!(
        rows(&mut database, "select body, :org o from seeds where code = 'c'", &[]).await,
        json!([{ "body": 1, "o": 7 }])
    );
    let made = "insert into seeds (org, code) values (:org, 'd') returning rowid as id";
    assert_eq!(rows(&mut database, made, &[]).await, json!([{ "id": 4 }]));
    for (text, args) in [
        ("select ?", json!([])),
        ("select 1", json!([1])),
        ("select ?", json!([[1]])),
        ("select ?", json!([{ "base64": "?" }])),
        ("select ?", json!([u64::MAX])),
    ] {
        let args = args.as_array().unwrap();
        let told = database.query(text, args, None).await.unwrap_err();
        assert!(matches!(told, Error::Invalid { at: "args", .. }), "{text}: {told:?}");
    }
    let twice = refused(&mut database, "select 1 as a, 2 as a").await;
    assert!(twice.to_string().contains("two columns called `a`"), "{twice}");
    let rubbish = refused(&mut database, "select cast(x'ff' as text) as t").await;
    assert!(rubbish.to_string().contains("no UTF-8"), "{rubbish}");
}

#[tokio::test]
async fn the_organization_is_the_hosts() {
    let mut database = seeds().await;
    let whose = "select :org as org";
    let asked = async |database: &mut Database, org| database.query(whose, &[], org).await.unwrap()[0]["org"].clone();
    assert_eq!(asked(&mut database, Some(1)).await, 1);
    assert_eq!(asked(&mut database, Some(2)).await, 2);
    assert_eq!(asked(&mut database, None).await, Value::Null);
    // The first argument is the first that was given, and never what `:org` stands for.
    assert_eq!(rows(&mut database, "select ?1 as a, :org as o", &[99.into()]).await, json!([{ "a": 99, "o": 7 }]));
    for forged in ["select @org", "select $org", "select :org, $1", "select $0", "select :orgs"] {
        assert!(matches!(refused(&mut database, forged).await, Error::Invalid { at: "text", .. }), "{forged}");
    }
    assert_eq!(rows(&mut database, "select ':org' as a", &[]).await, json!([{ "a": ":org" }]));
}

#[tokio::test]
async fn nothing_leads_out_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.db");
    let mut others = Database::open(&other, 1).await.unwrap();
    others.migrate("create table secrets (a)", 1).await.unwrap();
    let mut database = Database::open(&folder.path().join("own.db"), 1).await.unwrap();
    database.migrate(SEEDS, 1).await.unwrap();
    let path = other.display();
    for text in [
        format!("attach '{path}' as other"),
        format!("attach database 'file:{path}?mode=ro' as other"),
        "detach main".into(),
        format!("vacuum into '{path}-copy'"),
        "vacuum".into(),
        "select load_extension('libc.so.6')".into(),
        "select LOAD_EXTENSION('libc.so.6', 'x')".into(),
        "select fts3_tokenizer('simple')".into(),
        "create virtual table v using fts5(a)".into(),
        "create table t (a)".into(),
        "create temp table t (a)".into(),
        "drop table seeds".into(),
        "alter table seeds rename to s".into(),
        "pragma writable_schema = on".into(),
        "pragma max_page_count = 1000000".into(),
        "pragma user_version = 9".into(),
        "pragma database_list".into(),
        "pragma journal_mode = off".into(),
        "select * from pragma_database_list".into(),
        "select * from pragma_user_version".into(),
        "begin".into(),
        "savepoint a".into(),
        "commit".into(),
        "update sqlite_schema set sql = ''".into(),
        format!("select * from '{path}'.secrets"),
    ] {
        let told = refused(&mut database, &text).await;
        assert!(matches!(told, Error::Refused(_) | Error::Invalid { at: "text", .. }), "{text}: {told:?}");
        let told = database.execute(&text, &[], None).await.unwrap_err();
        assert!(matches!(told, Error::Refused(_) | Error::Invalid { at: "text", .. }), "{text}: {told:?}");
    }
    for refused in ["attach 'x' as y", "select load_extension('x')", "pragma journal_mode = off", "begin"] {
        let told = database.query(refused, &[], None).await.unwrap_err();
        assert!(matches!(told, Error::Refused(_)), "{refused}: {told:?}");
    }
    // Migrations make tables, and get no further either.
    for text in [
        format!("create table t (a); attach '{path}' as other"),
        "create virtual table v using fts5(a)".into(),
        "commit".into(),
        "pragma user_version = 9".into(),
        "create temp table t (a)".into(),
        "create table t (a)\0".into(),
        format!("vacuum into '{path}-copy'"),
    ] {
        assert!(database.migrate(&text, 2).await.is_err(), "{text}");
    }
    assert_eq!(database.version().await.unwrap(), 1);
    assert_eq!(
        rows(&mut database, "select name from sqlite_schema where type = 'table'", &[]).await,
        json!([{ "name": "seeds" }])
    );
    let told = rows(&mut database, "select name from pragma_table_info('seeds')", &[]).await;
    assert_eq!(told[1]["name"], "code");
    assert_eq!(rows(&mut database, "pragma max_page_count", &[]).await, json!([{ "max_page_count": 256 }]));
    let here: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(here.iter().all(|name| !name.to_string_lossy().contains("copy")), "{here:?}");
}

#[tokio::test]
async fn one_statement_is_one_transaction() {
    let mut database = seeds().await;
    let insert = "insert into seeds (org, code) values (:org, 'a'), (:org, 'b'), (:org, 'a')";
    let told = database.execute(insert, &[], Some(7)).await.unwrap_err();
    assert!(matches!(&told, Error::Conflict(said) if said.contains("seeds.code")), "{told:?}");
    assert!(database.is_sound());
    assert_eq!(rows(&mut database, "select count(*) as n from seeds", &[]).await, json!([{ "n": 0 }]));
    assert_eq!(
        database.execute("insert into seeds (org, code) values (1, 'a'), (2, 'a')", &[], None).await.unwrap(),
        2
    );
    assert_eq!(database.execute("select * from seeds", &[], None).await.unwrap(), 0, "that changes nothing");
    assert_eq!(database.execute("delete from seeds where org = :org", &[], Some(3)).await.unwrap(), 0);
    assert_eq!(database.execute("delete from seeds", &[], None).await.unwrap(), 2);
    let told = refused(&mut database, "select 1; select 2").await;
    assert!(told.to_string().contains("more than one statement"), "{told}");
    let told = refused(&mut database, "selct 1").await;
    assert!(matches!(&told, Error::Invalid { at: "text", what } if what.contains("syntax error")), "{told:?}");
}

#[tokio::test]
async fn what_takes_too_long_is_broken_off_and_undone() {
    let mut database = seeds().await;
    let endless = "with recursive n(i) as (select 1 union all select i + 1 from n)";
    for text in [
        format!("{endless} select count(*) as n from n"),
        format!("insert into seeds (org, code) {endless} select 1, i from n where i < 10 or i % 1000000007 = 0"),
    ] {
        let began = Instant::now();
        let told = database.query(&text, &[], None).await.unwrap_err();
        assert!(matches!(told, Error::TooMuch("its time")), "{text}: {told:?}");
        // On a machine with much else to do it is looked at late, but it is.
        assert!(began.elapsed() < Duration::from_secs(5), "{text}: {:?}", began.elapsed());
        if !database.is_sound() {
            return;
        }
    }
    assert_eq!(rows(&mut database, "select count(*) as n from seeds", &[]).await, json!([{ "n": 0 }]));
}

#[tokio::test]
async fn what_takes_too_much_memory_is_broken_off() {
    let mut database = seeds().await;
    let sorted =
        "with recursive n(i, x) as (select 1, hex(zeroblob(30000)) union all select i + 1, x from n limit 100000)
        select i from n order by x";
    let told = database.query(sorted, &[], None).await.unwrap_err();
    assert!(matches!(told, Error::TooMuch("32 MiB of memory")), "{told:?}");
    for large in
        ["select zeroblob(1000000000) as z", "select hex(zeroblob(40000)) as h", "select randomblob(70000) as r"]
    {
        let mut database = seeds().await;
        let told = database.query(large, &[], None).await.unwrap_err();
        assert!(matches!(told, Error::Invalid { at: "text", .. }), "{large}: {told:?}");
    }
}

#[tokio::test]
async fn an_answer_has_an_end() {
    let mut database = seeds().await;
    let numbers =
        |n: u32| format!("with recursive n(i) as (select 1 union all select i + 1 from n limit {n}) select i from n");
    assert_eq!(rows(&mut database, &numbers(1_000), &[]).await.as_array().map(Vec::len), Some(1_000));
    let many = refused(&mut database, &numbers(1_001)).await;
    assert!(many.to_string().contains("say `limit`"), "{many}");
    let long = refused(&mut database, &format!("select printf('%.*c', 60000, 'x') as x from ({})", numbers(20))).await;
    assert!(long.to_string().contains("1024 KiB"), "{long}");
}

#[tokio::test]
async fn the_file_grows_to_its_quota() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.db");
    let mut database = Database::open(&path, 1).await.unwrap();
    database.migrate(SEEDS, 1).await.unwrap();
    let insert = "insert into seeds (org, code, body) values (1, ?, zeroblob(60000))";
    let mut kept = 0;
    let told = loop {
        match database.execute(insert, &[kept.to_string().into()], None).await {
            Ok(_) => kept += 1,
            Err(told) => break told,
        }
        assert!(kept < 20);
    };
    assert!(matches!(told, Error::Full { quota_mib: 1 }) && kept > 10, "{kept}: {told:?}");
    if !database.is_sound() {
        database.close().await.unwrap();
        database = Database::open(&path, 1).await.unwrap();
    }
    assert_eq!(rows(&mut database, "select count(*) as n from seeds", &[]).await, json!([{ "n": kept }]));
    assert_eq!(database.execute("delete from seeds where code = '0'", &[], None).await.unwrap(), 1);
    assert_eq!(database.execute(insert, &["again".into()], None).await.unwrap(), 1, "what goes makes room");
    database.close().await.unwrap();
    assert!(std::fs::metadata(&path).unwrap().len() <= 1024 * 1024);
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn a_migration_is_done_whole_or_not_and_numbered_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let (path, before) = (folder.path().join("own.db"), folder.path().join("before.db"));
    let mut database = Database::open(&path, 1).await.unwrap();
    assert_eq!(database.version().await.unwrap(), 0);
    database.migrate(SEEDS, 1).await.unwrap();
    copy(&path, &before).await.unwrap();
    let broken = "alter table seeds add column note text; insert into nowhere values (1)";
    assert!(matches!(database.migrate(broken, 2).await, Err(Error::Invalid { at: "text", .. })));
    if !database.is_sound() {
        database = Database::open(&path, 1).await.unwrap();
    }
    assert_eq!(database.version().await.unwrap(), 1);
    let good = "alter table seeds rename column size to weight; alter table seeds add column note text;
        create view heavy as select * from seeds where weight > 1;
        create trigger noted after insert on seeds begin update seeds set note = 'new; really' where rowid = new.rowid; end;
        create table more (id integer primary key autoincrement, a); create index more_a on more (a); analyze; drop view heavy;";
    database.migrate(good, 2).await.unwrap();
    database.execute("insert into seeds (org, code) values (1, 'a')", &[], None).await.unwrap();
    let noted: Map<_, _> = database.query("select note from seeds", &[], None).await.unwrap().remove(0);
    assert_eq!(noted["note"], "new; really");
    database.close().await.unwrap();
    assert_eq!(version(&path).await.unwrap(), 2);
    assert_eq!(version(&before).await.unwrap(), 1, "the copy stays as it was");
    assert!(copy(&path, &before).await.is_err(), "nothing is written over");
}
