//! The hub's own backups: who may, what is written down, which are kept.

use std::{
    ffi::OsStr,
    fs,
    os::unix::ffi::OsStrExt as _,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use base::testing::SeededChance;
use base::{Actor, Clock, Kind, Millis, Person, Role, SessionId, UserId};
use db::{Engine, sql};
use jobs::{Jobs, Task};
use tokio_util::task::TaskTracker;

use super::{Home, plan};
use crate::{Backup, Backups, Error, JOB, Keep, SCHEDULE, Settings};

const HOUR: i64 = 60 * 60 * 1000;

/// A clock moved by hand.
struct Moved(AtomicI64);

impl Clock for Moved {
    fn now(&self) -> Millis {
        Millis(self.0.load(Ordering::SeqCst))
    }
}

fn person(role: Role, fresh: bool) -> Actor {
    Actor::Person(Person { fresh, ..Person::logged_in(UserId::from(7), role, SessionId::from(1)) })
}

async fn all(backups: &Backups) -> Vec<Backup> {
    backups.list(&person(Role::Admin, false), None, 200).await.unwrap().backups
}

async fn story(engine: Engine) {
    let Some(home) = Home::migrated(engine).await else { return };
    let clock = Arc::new(Moved(AtomicI64::new(20_000 * 24 * HOUR)));
    let (folder, tasks) = (home.place.folder().join("backups"), TaskTracker::new());
    let settings = Settings {
        folder: folder.clone(),
        plan: plan(&home.data_dir()),
        keep: Arc::new(|| Keep { last: 2, daily: 0, weekly: 0 }),
    };
    let backups = Backups::new(home.db.clone(), Arc::clone(&clock) as Arc<dyn Clock>, tasks.clone(), settings);
    let (admin, stale) = (person(Role::Admin, true), person(Role::Admin, false));

    let refused = |answer: Result<(), Error>| answer.unwrap_err().kind();
    let nobody = Actor::Stranger { address: None };
    assert_eq!(refused(backups.list(&nobody, None, 10).await.map(drop)), Kind::Unauthenticated);
    assert_eq!(refused(backups.make(&person(Role::Moderator, true)).await.map(drop)), Kind::Forbidden);
    assert_eq!(refused(backups.make(&stale).await.map(drop)), Kind::Stale);
    assert!(all(&backups).await.is_empty());
    assert_eq!(refused(backups.state(&nobody).await.map(drop)), Kind::Unauthenticated);

    // Asked for: begun at once, there a little later.
    backups.begin(&admin).unwrap();
    assert!(matches!(backups.begin(&admin), Err(Error::Busy)));
    tasks.close();
    tasks.wait().await;
    let there = all(&backups).await;
    let [asked] = there.as_slice() else { panic!("one backup, not {there:?}") };
    assert!(!asked.scheduled && !asked.encrypted);
    let state = backups.state(&stale).await.unwrap();
    assert!(!state.scheduled && !state.encrypted && state.under_way_since.is_none() && state.failed_at.is_none());
    assert_eq!(state.newest.as_ref(), Some(asked));
    backups.check(&stale, &asked.name, None).await.unwrap();

    // By itself, when its schedule asks for it; two are kept.
    assert_eq!(refused(backups.make_scheduled(&stale).await.map(drop)), Kind::Stale);
    for _ in 0..4 {
        clock.0.fetch_add(24 * HOUR, Ordering::SeqCst);
        assert!(backups.make_scheduled(&Actor::Job).await.unwrap().scheduled);
    }
    let left = all(&backups).await;
    assert_eq!(left.iter().filter(|kept| kept.scheduled).count(), 2);
    assert!(left.contains(asked), "what somebody asked for stays");

    let first = backups.list(&stale, None, 1).await.unwrap();
    let second = backups.list(&stale, first.next.as_deref(), 200).await.unwrap();
    assert_eq!([first.backups, second.backups].concat(), left, "page by page it is the same list");
    assert_eq!(second.next, None);

    // Names lead nowhere else.
    fs::write(home.place.folder().join("private"), b"x").unwrap();
    for name in ["../private", "private", "/etc/passwd", ""] {
        assert_eq!(refused(backups.download(&admin, name).await.map(drop)), Kind::NotFound, "{name}");
        assert_eq!(refused(backups.delete(&admin, name).await), Kind::NotFound, "{name}");
    }
    assert_eq!(backups.download(&admin, &asked.name).await.unwrap(), folder.join(&asked.name));
    assert_eq!(refused(backups.download(&stale, &asked.name).await.map(drop)), Kind::Stale);
    backups.delete(&admin, &asked.name).await.unwrap();
    assert_eq!(refused(backups.delete(&admin, &asked.name).await), Kind::NotFound);

    let trail: Vec<(String, String)> = sql("select act, actor from audit_log where target_kind = 'backup' order by id")
        .fetch_all(&home.db)
        .await
        .unwrap();
    let count = |act: &str, actor: &str| trail.iter().filter(|(a, b)| a == act && b == actor).count();
    assert_eq!((count("backup.made", "person"), count("backup.made", "job")), (1, 4));
    assert_eq!((count("backup.deleted", "person"), count("backup.deleted", "job")), (1, 2));
    assert_eq!(count("backup.downloaded", "person"), 1);

    let task = Task::cron(SCHEDULE, JOB, "0 3 * * *");
    let schedules =
        Jobs::new(home.db.clone(), Arc::clone(&clock) as Arc<dyn Clock>, Arc::new(SeededChance::new(1))).schedules();
    schedules.declare(&[task]).await.unwrap();
    assert!(backups.state(&stale).await.unwrap().scheduled);
    let nightly = schedules.list(&admin, None, 10).await.unwrap().schedules.remove(0);
    schedules.pause(&admin, nightly.id).await.unwrap();
    assert!(!backups.state(&stale).await.unwrap().scheduled, "not while it is paused");

    // One that can't be made is said to have failed.
    let files = home.data_dir().join("files");
    fs::create_dir_all(&files).unwrap();
    fs::write(files.join(OsStr::from_bytes(b"no \xff name")), b"x").unwrap();
    clock.0.fetch_add(24 * HOUR, Ordering::SeqCst);
    assert!(backups.make_scheduled(&Actor::Job).await.is_err());
    let state = backups.state(&stale).await.unwrap();
    assert_eq!(state.failed_at, Some(clock.now()));
    assert_eq!(all(&backups).await.len(), 2, "nothing half made is left");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
    fs::remove_dir_all(&files).unwrap();
    backups.make(&admin).await.unwrap();
    assert_eq!(backups.state(&stale).await.unwrap().failed_at, None);
    home.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_run_the_hub_look_after_its_backups_on_sqlite() {
    story(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_run_the_hub_look_after_its_backups_on_postgres() {
    story(Engine::Postgres).await;
}
