//! The limits: a full queue, a closure that takes too long, a statement that never ends.

use std::{sync::Arc, time::Duration};

use base::Kind;
use db::{Engine, Error, Options, sql, testing::Place};
use futures::future::join_all;
use tokio::sync::{Semaphore, oneshot};
use tokio_util::task::TaskTracker;

use crate::{add, with_table, words};

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_refuses_at_once() {
    let place = Place::migrated(Engine::Sqlite).await.expect("SQLite is always there");
    let db = place.open(Options { queue: 8, ..Options::default() }).await.unwrap();
    with_table(&db).await;

    // One write holds the writer until the gate opens.
    let gate = Arc::new(Semaphore::new(0));
    let (began, begun) = oneshot::channel();
    let began = std::sync::Mutex::new(Some(began));
    let tasks = TaskTracker::new();
    let holder = tasks.spawn({
        let (db, gate) = (db.clone(), Arc::clone(&gate));
        async move {
            db.write::<_, Error, _>(move |_| {
                if let Some(began) = began.lock().unwrap().take() {
                    began.send(()).unwrap();
                }
                let gate = Arc::clone(&gate);
                Box::pin(async move {
                    drop(gate.acquire().await);
                    Ok(())
                })
            })
            .await
        }
    });
    begun.await.unwrap();

    let mut waiting: Vec<_> = (0..8).map(|id| Box::pin(add_owned(&db, id))).collect();
    for write in &mut waiting {
        assert!(futures::poll!(write.as_mut()).is_pending());
    }
    let refused = add(&db, 99, "one too many").await.unwrap_err();
    assert!(matches!(refused, Error::QueueFull), "{refused:?}");
    assert_eq!(refused.kind(), Kind::Unavailable);

    gate.add_permits(1);
    holder.await.unwrap().unwrap();
    assert!(join_all(waiting).await.iter().all(Result::is_ok), "those that waited are written");
    assert_eq!(words(&db).await.len(), 8);
    db.close().await;
}

async fn add_owned(db: &db::Db, id: i64) -> Result<(), Error> {
    add(db, id, &format!("word {id}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closure_that_waits_for_something_else_is_stopped_and_leaves_nothing() {
    db::testing::each_place(async |place| {
        let db = place.open(Options { closure: Duration::from_millis(50), ..Options::default() }).await.unwrap();
        with_table(&db).await;
        let outcome = db
            .write::<(), Error, _>(|tx| {
                Box::pin(async move {
                    sql("insert into notes (id, word) values (1, 'seed')").execute(tx).await?;
                    std::future::pending().await
                })
            })
            .await;
        assert!(matches!(outcome, Err(Error::Deadline(_))), "{outcome:?}");
        add(&db, 2, "bye").await.unwrap();
        assert_eq!(words(&db).await, ["bye"]);
        db.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_without_end_is_interrupted_and_the_next_write_works() {
    db::testing::each_place(async |place| {
        let limit = Duration::from_millis(100);
        let db = place.open(Options { closure: limit, statement: limit, ..Options::default() }).await.unwrap();
        with_table(&db).await;
        let outcome = db
            .write::<_, Error, _>(|tx| {
                let endless =
                    "insert into notes (id, word) with recursive n (i) as (select 1 union all select i + 1 from n)
                               select 0, cast(count(*) as text) from n";
                Box::pin(sql(endless).execute(tx))
            })
            .await;
        assert_eq!(outcome.unwrap_err().kind(), Kind::Unavailable);
        add(&db, 2, "bye").await.unwrap();
        assert_eq!(words(&db).await, ["bye"]);
        db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_second_hub_is_kept_out_until_the_first_one_closes() {
    let place = Place::migrated(Engine::Sqlite).await.expect("SQLite is always there");
    let db = place.open(Options::default()).await.unwrap();
    let second = place.open(Options::default()).await.unwrap_err();
    assert!(second.to_string().contains("in use by another running hub"), "{second}");

    let command = place.open(Options { exclusive: false, ..Options::default() }).await.unwrap();
    command.probe_write().await.unwrap();
    command.close().await;
    db.close().await;
    place.open(Options::default()).await.unwrap().close().await;
}
