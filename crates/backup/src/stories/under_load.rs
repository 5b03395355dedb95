//! A backup while everybody goes on writing.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use db::{Db, Engine, Error, sql};
use tokio_util::task::TaskTracker;

use super::{Home, NOW, plan};
use crate::{make, restore, table_sums};

const WRITERS: u64 = 8;

/// One change in three tables, which must never be seen in part: a number rises, and two rows of that number appear.
async fn change(db: &Db) -> Result<(), Error> {
    db.write(|tx| {
        Box::pin(async move {
            let (number,): (i64,) =
                sql("update write_probe set number = number + 1 returning number").fetch_one(&mut *tx).await?;
            sql("insert into outbox (at, subject, event) values ($1, 'load', '{}')")
                .bind(number)
                .execute(&mut *tx)
                .await?;
            sql("insert into settings (key, value) values ($1, $2)")
                .bind(format!("load.{number:09}"))
                .bind("x".repeat(600))
                .execute(&mut *tx)
                .await?;
            Ok(())
        })
    })
    .await
}

/// The three numbers that must be one.
async fn numbers(db: &Db) -> (i64, i64, i64) {
    sql("select (select number from write_probe),
                (select count(*) from outbox where subject = 'load'),
                (select count(*) from settings where key like 'load.%')")
    .fetch_one(db)
    .await
    .unwrap()
}

async fn story(engine: Engine) {
    let Some(home) = Home::migrated(engine).await else { return };
    // Enough that reading it takes a while and fills several members.
    home.db
        .write::<_, Error, _>(|tx| {
            Box::pin(async move {
                for number in 0..9_000 {
                    sql("insert into settings (key, value) values ($1, $2)")
                        .bind(format!("before.{number}"))
                        .bind("y".repeat(1000))
                        .execute(&mut *tx)
                        .await?;
                }
                Ok(())
            })
        })
        .await
        .unwrap();

    let (stop, written) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let tasks = TaskTracker::new();
    for _ in 0..WRITERS {
        let (db, stop, written) = (home.db.clone(), Arc::clone(&stop), Arc::clone(&written));
        tasks.spawn(async move {
            while !stop.load(Ordering::SeqCst) {
                change(&db).await.unwrap();
                written.fetch_add(1, Ordering::SeqCst);
            }
        });
    }
    while written.load(Ordering::SeqCst) < 50 {
        tokio::task::yield_now().await;
    }
    let before = written.load(Ordering::SeqCst);
    let path = home.place.folder().join("under-load.tar");
    let manifest = make(&home.db, &plan(&home.data_dir()), &path, &NOW).await.unwrap();
    let after = written.load(Ordering::SeqCst);
    stop.store(true, Ordering::SeqCst);
    tasks.close();
    tasks.wait().await;
    assert!(after > before, "people went on writing while the backup was made");
    let settings = manifest.tables.iter().find(|table| table.name == "settings").unwrap();
    assert!(settings.members.len() > 1, "a large table lies in several members");

    let other = Home::empty(engine).await.unwrap();
    let restored = restore(&other.db, &path, None, None, &NOW).await.unwrap();
    assert_eq!(restored.manifest, manifest);
    let (number, events, rows) = numbers(&other.db).await;
    assert!(number == events && events == rows, "one moment: {number}, {events}, {rows}");
    let (first, last) = (i64::try_from(before).unwrap(), i64::try_from(after + WRITERS).unwrap());
    assert!((first..=last).contains(&number), "a moment while it was made: {first} <= {number} <= {last}");
    let sums = table_sums(&other.db).await.unwrap();
    let backed_up: Vec<_> = manifest.tables.iter().map(|table| (table.name.clone(), table.sum)).collect();
    assert_eq!(sums, backed_up);
    other.leave().await;
    home.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_one_moment_while_others_write_on_sqlite() {
    story(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_one_moment_while_others_write_on_postgres() {
    story(Engine::Postgres).await;
}
