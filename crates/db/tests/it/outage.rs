//! What happens when the disk is full or the database goes away, and that it heals without a restart.

use base::{Kind, Millis};
use db::{Engine, Options, sql, testing, testing::Place};

use crate::{add, with_table, words};

/// `max_page_count` is SQLite's own way to a full disk: it answers as if the disk had no room.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_writes_lets_reads_through_and_heals() {
    let place = Place::migrated(Engine::Sqlite).await.expect("SQLite is always there");
    let db = place.open(Options::default()).await.unwrap();
    with_table(&db).await;
    add(&db, 1, "seed").await.unwrap();

    let long = "x".repeat(200_000);
    let fill = |id: i64| {
        let (db, long) = (db.clone(), format!("{id}{long}"));
        async move {
            db.write(move |tx| {
                let long = long.clone();
                Box::pin(async move {
                    // The pragma belongs to the connection, and a lost commit replaces that: so each such write brings it along.
                    sql("pragma max_page_count = 1").execute(&mut *tx).await?;
                    sql("insert into notes (id, word) values ($1, $2)").bind(id).bind(long).execute(tx).await
                })
            })
            .await
        }
    };
    for id in 10..13 {
        let refused: Result<u64, db::Error> = fill(id).await;
        assert_eq!(refused.unwrap_err().kind(), Kind::Unavailable);
        assert_eq!(words(&db).await, ["seed"], "reads go on");
    }
    add(&db, 2, &long).await.unwrap();
    db.close().await;

    let db = place.open(Options::default()).await.unwrap();
    assert_eq!(words(&db).await, ["seed", long.as_str()]);
    db.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_gone_refuses_writes_until_it_is_back() {
    let place = Place::migrated(Engine::Sqlite).await.expect("SQLite is always there");
    let db = place.open(Options::default()).await.unwrap();
    with_table(&db).await;
    add(&db, 1, "seed").await.unwrap();

    // As a disk that drops out and is mounted again: the file with its log.
    let away = place.folder().join("away");
    std::fs::create_dir(&away).unwrap();
    let names = ["hub.db", "hub.db-wal", "hub.db-shm"];
    for name in names {
        std::fs::rename(place.folder().join(name), away.join(name)).unwrap();
    }
    for id in 2..5 {
        let refused = add(&db, id, &format!("lost {id}")).await.unwrap_err();
        assert_eq!(refused.kind(), Kind::Unavailable, "{refused:?}");
    }
    assert!(!place.file_path().exists(), "no empty database in its place");
    for name in names {
        // The log may have been moved into the file when the last connection closed.
        drop(std::fs::rename(away.join(name), place.folder().join(name)));
    }
    add(&db, 6, "bye").await.unwrap();
    let after = words(&db).await;
    assert_eq!((after.first().unwrap().as_str(), after.last().unwrap().as_str()), ("seed", "bye"));
    db.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_the_server_ended_are_replaced() {
    let Some(place) = Place::migrated(Engine::Postgres).await else { return };
    let db = place.open(Options { pool: 2, ..Options::default() }).await.unwrap();
    with_table(&db).await;
    let other = place.open(Options::default()).await.unwrap();
    let end_all = "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
    let (ended,): (i64,) = sql(end_all).fetch_one(&other).await.unwrap();
    assert!(ended > 0);
    other.close().await;

    // At most each connection of the pool fails once, as unavailable; then it works, without anybody having reopened anything.
    let mut failures = 0;
    while let Err(error) = add(&db, 1, "seed").await {
        assert_eq!(error.kind(), Kind::Unavailable, "{error:?}");
        failures += 1;
        assert!(failures <= 2, "the pool heals");
    }
    assert_eq!(words(&db).await, ["seed"]);
    db.close().await;
    place.remove().await;
}

#[tokio::test]
async fn what_a_connection_forgets_is_prepared_anew_and_nothing_is_announced_twice() {
    let Some(place) = Place::migrated(Engine::Postgres).await else { return };
    let db = place.open(Options { pool: 1, ..Options::default() }).await.unwrap();
    let announce = async |subject: &'static str| {
        db.write::<_, db::Error, _>(move |tx| {
            Box::pin(async move {
                tx.announce(Millis(7), subject.to_owned(), "{\"it's\":\"so\"}".to_owned());
                Ok(())
            })
        })
        .await
    };
    announce("one").await.unwrap();
    // As a pooler between us and the server may.
    db.write::<_, db::Error, _>(|tx| Box::pin(sql("deallocate announce").execute(tx))).await.unwrap();
    announce("two").await.unwrap();
    announce("three").await.unwrap();
    let kept: Vec<(String, String)> =
        sql("select subject, event from outbox order by id").fetch_all(&db).await.unwrap();
    let subjects: Vec<&str> = kept.iter().map(|(subject, _)| subject.as_str()).collect();
    assert_eq!(subjects, ["one", "two", "three"]);
    assert!(kept.iter().all(|(_, event)| event == "{\"it's\":\"so\"}"));
    db.close().await;
    place.remove().await;
}

#[tokio::test]
async fn the_probe_tells_whether_writes_arrive() {
    testing::each(|db| async move {
        db.probe_write().await.unwrap();
        let (number,): (i64,) = sql("select number from write_probe").fetch_one(&db).await.unwrap();
        assert_eq!(number, 1);
        db.close().await;
        assert_eq!(db.probe_write().await.unwrap_err().kind(), Kind::Unavailable);
    })
    .await;
}
