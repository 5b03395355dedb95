//! A write is whole or not at all, durable when it is answered, and never harms its neighbours.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use base::Kind;
use db::{Db, Engine, Error, Options, Tx, sql, testing};
use futures::future::{BoxFuture, join_all};

use crate::{add, with_table, words};

#[tokio::test(flavor = "multi_thread")]
async fn many_writers_are_all_durable() {
    testing::each_place(async |place| {
        let db = place.open(Options::default()).await.unwrap();
        with_table(&db).await;
        let writes = (0..300).map(|id| {
            let db = db.clone();
            async move { add(&db, id, &format!("word {id}")).await }
        });
        for outcome in join_all(writes).await {
            outcome.unwrap();
        }
        db.close().await;

        let db = place.open(Options::default()).await.unwrap();
        assert_eq!(words(&db).await.len(), 300);
        db.close().await;
    })
    .await;
}

#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("no")]
    No,
    #[error(transparent)]
    Db(#[from] Error),
}

/// Writes a word, then ends in the way `id` says.
fn troubled<'t>(tx: &'t mut Tx<'_>, id: i64) -> BoxFuture<'t, Result<(), Refusal>> {
    Box::pin(async move {
        sql("insert into notes (id, word) values ($1, $2)")
            .bind(id)
            .bind(format!("word {id}"))
            .execute(&mut *tx)
            .await?;
        match id % 3 {
            0 => Ok(()),
            1 => Err(Refusal::No),
            _ => panic!("as the story wants it"),
        }
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_fails_or_panics_takes_only_its_own_work_with_it() {
    testing::each(|db| async move {
        with_table(&db).await;
        let writes = (0..90).map(|id| {
            let db = db.clone();
            async move { (id, db.write(move |tx| troubled(tx, id)).await) }
        });
        for (id, outcome) in join_all(writes).await {
            match id % 3 {
                0 => outcome.unwrap(),
                1 => assert!(matches!(outcome, Err(Refusal::No)), "{id}: {outcome:?}"),
                _ => assert!(matches!(outcome, Err(Refusal::Db(Error::Panicked))), "{id}: {outcome:?}"),
            }
        }
        let expected: Vec<_> = (0..90).step_by(3).map(|id| format!("word {id}")).collect();
        assert_eq!(words(&db).await, expected);
    })
    .await;
}

#[tokio::test]
async fn whoever_goes_away_within_a_write_leaves_nothing_and_its_connection_serves_the_next() {
    let Some(place) = testing::Place::migrated(Engine::Postgres).await else { return };
    let db = place.open(Options { pool: 1, ..Options::default() }).await.unwrap();
    with_table(&db).await;
    let served_by = || async { sql("select pg_backend_pid()").fetch_one::<(i32,)>(&db).await.unwrap() };
    let before = served_by().await;
    for id in 1..4 {
        let mut write = Box::pin(db.write::<(), Error, _>(move |tx| {
            Box::pin(async move {
                sql("insert into notes (id, word) values ($1, 'seed')").bind(id).execute(&mut *tx).await?;
                // Between statements, or within one.
                if id % 2 == 0 { futures::future::pending().await } else { sleep(tx).await }
            })
        }));
        let long_enough = tokio::time::sleep(std::time::Duration::from_millis(50));
        tokio::select! {
            ended = &mut write => panic!("it waits: {ended:?}"),
            () = long_enough => {}
        }
        drop(write);
        assert!(words(&db).await.is_empty());
        assert_eq!(served_by().await, before);
    }
    add(&db, 1, "seed").await.unwrap();
    db.close().await;
    place.remove().await;
}

async fn sleep(tx: &mut Tx<'_>) -> Result<(), Error> {
    sql("select 1 from pg_sleep(0.2)").execute(tx).await.map(drop)
}

#[tokio::test]
async fn a_taken_name_is_told_by_its_constraint() {
    testing::each(|db| async move {
        with_table(&db).await;
        db.write::<_, Error, _>(|tx| {
            Box::pin(async move {
                sql("create unique index notes_one_long_word_key on notes (length(word)) where length(word) > 9")
                    .execute(&mut *tx)
                    .await?;
                sql("create table pairs (a bigint not null, b bigint not null)").execute(&mut *tx).await?;
                sql("create unique index pairs_whatever_key on pairs (a, b)").execute(&mut *tx).await?;
                sql("insert into pairs (a, b) values (1, 2)").execute(tx).await
            })
        })
        .await
        .unwrap();
        add(&db, 1, "seed").await.unwrap();
        let taken = add(&db, 2, "seed").await.unwrap_err();
        assert!(taken.violates("notes_word_key"), "{taken:?}");
        assert!(!taken.violates("notes_pkey"));
        assert!(add(&db, 1, "bye").await.unwrap_err().violates("notes_pkey"));

        add(&db, 3, "tournament").await.unwrap();
        assert!(add(&db, 4, "tournaments").await.is_ok(), "another length");
        assert!(add(&db, 5, "metaserver").await.unwrap_err().violates("notes_one_long_word_key"));

        let pair =
            db.write::<_, Error, _>(|tx| Box::pin(sql("insert into pairs (a, b) values (1, 2)").execute(tx))).await;
        assert!(pair.unwrap_err().violates("pairs_whatever_key"));
        let check =
            db.write::<_, Error, _>(|tx| Box::pin(sql("insert into write_probe values (2, 0)").execute(tx))).await;
        assert!(check.unwrap_err().violates("write_probe_one_row_check"));
    })
    .await;
}

#[tokio::test]
async fn a_failed_statement_ends_the_write_on_both_engines_alike() {
    testing::each(|db| async move {
        with_table(&db).await;
        add(&db, 1, "seed").await.unwrap();
        let outcome = db
            .write::<_, Error, _>(|tx| {
                Box::pin(async move {
                    sql("insert into notes (id, word) values (2, 'bye')").execute(&mut *tx).await?;
                    let taken = sql("insert into notes (id, word) values (3, 'seed')").execute(&mut *tx).await;
                    assert!(taken.is_err());
                    Ok(())
                })
            })
            .await;
        assert!(matches!(outcome, Err(Error::WentOn)), "{outcome:?}");
        assert_eq!(words(&db).await, ["seed"]);
    })
    .await;
}

/// Reads a row, lets `rival` change it and commit, then changes it too: PostgreSQL answers 40001, as often as there is a rival.
fn after_a_rival<'t>(tx: &'t mut Tx<'_>, rival: Option<Db>) -> BoxFuture<'t, Result<(), Error>> {
    Box::pin(async move {
        sql("set transaction isolation level repeatable read").execute(&mut *tx).await?;
        let (_,): (String,) = sql("select word from notes where id = 1").fetch_one(&mut *tx).await?;
        if let Some(rival) = rival {
            rival.write::<_, Error, _>(|tx| Box::pin(append(tx, "!"))).await?;
        }
        append(tx, "?").await?;
        Ok(())
    })
}

async fn append(tx: &mut Tx<'_>, what: &str) -> Result<u64, Error> {
    sql("update notes set word = word || $1 where id = 1").bind(what).execute(tx).await
}

#[tokio::test]
async fn a_serialization_failure_is_tried_again_and_then_given_up() {
    let Some(place) = testing::Place::migrated(Engine::Postgres).await else { return };
    let db = place.open(Options::default()).await.unwrap();
    with_table(&db).await;
    add(&db, 1, "seed").await.unwrap();

    for (conflicts, expected) in [(2, "seed!!?"), (9, "seed!!?!!!!")] {
        let tries = Arc::new(AtomicU32::new(0));
        let (rival, counter) = (db.clone(), Arc::clone(&tries));
        let outcome = db
            .write(move |tx| {
                let conflict = counter.fetch_add(1, Ordering::Relaxed) < conflicts;
                after_a_rival(tx, conflict.then(|| rival.clone()))
            })
            .await;
        if conflicts == 2 {
            outcome.unwrap();
            assert_eq!(tries.load(Ordering::Relaxed), 3);
        } else {
            assert_eq!(outcome.unwrap_err().kind(), Kind::Unavailable);
            assert_eq!(tries.load(Ordering::Relaxed), 4, "once, and three times more");
        }
        assert_eq!(words(&db).await, [expected]);
    }
    db.close().await;
    place.remove().await;
}

#[tokio::test]
async fn a_stray_write_through_the_reading_door_is_refused() {
    testing::each(|db| async move {
        with_table(&db).await;
        let outcome = sql("insert into notes (id, word) values (1, 'seed')").execute(&db).await;
        assert!(outcome.is_err());
        assert!(words(&db).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_closed_database_refuses() {
    testing::each(|db| async move {
        with_table(&db).await;
        db.close().await;
        let refused = add(&db, 1, "seed").await.unwrap_err();
        assert_eq!(refused.kind(), Kind::Unavailable, "{refused:?}");
    })
    .await;
}
