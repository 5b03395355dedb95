//! How a database is brought up to date, and when it is left alone.

use base::Millis;
use db::{
    Db, Engine, Error, MigrateError, Options, sql,
    testing::{self, Place, StoppedClock},
};

const NOW: StoppedClock = StoppedClock(Millis(1_763_690_000_000));

async fn change(db: &Db, statement: &'static str) {
    db.write::<_, Error, _>(move |tx| Box::pin(sql(statement).execute(tx))).await.unwrap();
}

async fn newest(db: &Db) -> i64 {
    let (version,): (i64,) = sql("select max(version) from migrations").fetch_one(db).await.unwrap();
    version
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_database_gets_everything_and_no_backup_and_a_second_time_nothing() {
    testing::each_empty_place(async |place| {
        let db = place.open(Options::default()).await.unwrap();
        let first = db.migrate(&place.backups(), &NOW).await.unwrap();
        assert_eq!((first.from, first.backup), (0, None));
        assert_eq!(first.applied.len(), usize::try_from(first.to).unwrap());
        assert_eq!(first.applied[0], "outbox");
        let again = db.migrate(&place.backups(), &NOW).await.unwrap();
        assert_eq!((again.from, again.to, again.applied.len()), (first.to, first.to, 0));
        assert!(!place.backups().exists());
        db.close().await;
    })
    .await;
}

/// Takes the newest migration's record away, and what stands in the way of applying it again: an older database, for all the runner knows.
async fn make_older(db: &Db) {
    change(db, "create table precious (word text not null)").await;
    change(db, "insert into precious (word) values ('seed')").await;
    change(db, "delete from migrations where version > 1").await;
}

/// The migrations after the first cannot be applied twice, so this one fails: and leaves everything as it was, after the backup.
#[tokio::test(flavor = "multi_thread")]
async fn data_is_backed_up_first_and_a_migration_that_fails_changes_nothing() {
    testing::each_place(async |place| {
        let db = place.open(Options::default()).await.unwrap();
        make_older(&db).await;
        let failed = db.migrate(&place.backups(), &NOW).await.unwrap_err();
        assert!(matches!(failed, MigrateError::Failed { version: 2, .. }), "{failed:?}");
        assert_eq!(newest(&db).await, 1, "nothing was changed");

        let backups: Vec<_> = std::fs::read_dir(place.backups()).unwrap().map(|entry| entry.unwrap().path()).collect();
        let [backup] = backups.as_slice() else { panic!("one backup, not {backups:?}") };
        if place.engine == Engine::Sqlite {
            let copy = Db::open(backup.to_str().unwrap(), Options::default(), &tokio_util::task::TaskTracker::new())
                .await
                .unwrap();
            let (word,): (String,) = sql("select word from precious").fetch_one(&copy).await.unwrap();
            assert_eq!(word, "seed");
            copy.close().await;
        } else {
            let list = std::process::Command::new("pg_restore").arg("--list").arg(backup).output().unwrap();
            assert!(String::from_utf8_lossy(&list.stdout).contains("TABLE DATA public precious"), "{list:?}");
        }
        db.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_database_is_refused_in_plain_words() {
    testing::each_place(async |place| {
        let db = place.open(Options::default()).await.unwrap();
        change(&db, "insert into migrations (version, name, checksum, applied_at) values (9999, 'tomorrow', 'x', 0)")
            .await;
        let refused = db.migrate(&place.backups(), &NOW).await.unwrap_err();
        assert!(matches!(refused, MigrateError::Newer { database: 9999, .. }), "{refused:?}");
        assert!(refused.to_string().contains("a newer version has run on it"), "{refused}");
        assert!(!place.backups().exists());
        db.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_was_tampered_with_or_is_not_ours_is_refused() {
    testing::each_place(async |place| {
        let db = place.open(Options::default()).await.unwrap();
        let newest = newest(&db).await;
        change(&db, "update migrations set checksum = 'other' where version = 1").await;
        let changed = db.migrate(&place.backups(), &NOW).await.unwrap_err();
        assert!(matches!(changed, MigrateError::Changed { version: 1 }), "{changed:?}");
        if newest > 1 {
            change(&db, "delete from migrations where version = 1").await;
            let partial = db.migrate(&place.backups(), &NOW).await.unwrap_err();
            assert!(matches!(partial, MigrateError::Partial { missing: 1 }), "{partial:?}");
        }
        change(&db, "drop table migrations").await;
        let foreign = db.migrate(&place.backups(), &NOW).await.unwrap_err();
        assert!(matches!(foreign, MigrateError::Foreign), "{foreign:?}");
        db.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_migrate_at_once_take_turns() {
    let Some(place) = Place::empty(Engine::Postgres).await else { return };
    let (one, two) = (place.open(Options::default()).await.unwrap(), place.open(Options::default()).await.unwrap());
    let backups = place.backups();
    let (first, second) = tokio::join!(one.migrate(&backups, &NOW), two.migrate(&backups, &NOW));
    let mut applied = [first.unwrap().applied.len(), second.unwrap().applied.len()];
    applied.sort_unstable();
    assert_eq!(applied[0], 0);
    assert!(applied[1] > 0);
    one.close().await;
    two.close().await;
    place.remove().await;
}

#[tokio::test]
async fn an_operators_command_does_not_migrate_under_a_running_hub() {
    let place = Place::migrated(Engine::Sqlite).await.expect("SQLite is always there");
    let db = place.open(Options::default()).await.unwrap();
    let command = place.open(Options { exclusive: false, ..Options::default() }).await.unwrap();
    assert_eq!(command.migrate(&place.backups(), &NOW).await.unwrap().applied.len(), 0, "up to date");
    make_older(&db).await;
    let refused = command.migrate(&place.backups(), &NOW).await.unwrap_err();
    assert!(matches!(refused, MigrateError::NotOurs { .. }), "{refused:?}");
    command.close().await;
    db.close().await;
}
