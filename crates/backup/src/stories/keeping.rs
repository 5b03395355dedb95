//! The hub's own backups: who may, what is written down, which are kept.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use base::{Actor, Clock, Kind, Millis, Person, Role, SessionId, UserId};
use db::{Engine, sql};
use tokio_util::task::TaskTracker;

use super::{Home, plan};
use crate::{Backups, Error, Keep, Schedule, Settings};

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

async fn story(engine: Engine) {
    let Some(home) = Home::migrated(engine).await else { return };
    let clock = Arc::new(Moved(AtomicI64::new(20_000 * 24 * HOUR)));
    let (folder, tasks) = (home.place.folder().join("backups"), TaskTracker::new());
    let settings = Settings {
        folder: folder.clone(),
        plan: plan(&home.data_dir()),
        schedule: Some(Schedule { at: Duration::from_hours(3), every: Duration::from_hours(24) }),
        keep: Keep { last: 2, daily: 0, weekly: 0 },
    };
    let backups = Backups::new(home.db.clone(), Arc::clone(&clock) as Arc<dyn Clock>, tasks.clone(), settings);
    let (admin, stale) = (person(Role::Admin, true), person(Role::Admin, false));

    let refused = |answer: Result<(), Error>| answer.unwrap_err().kind();
    let nobody = Actor::Stranger { address: None };
    assert_eq!(refused(backups.overview(&nobody).await.map(drop)), Kind::Unauthenticated);
    assert_eq!(refused(backups.make(&person(Role::Moderator, true)).await.map(drop)), Kind::Forbidden);
    assert_eq!(refused(backups.make(&stale).await.map(drop)), Kind::Stale);
    assert!(backups.overview(&stale).await.unwrap().backups.is_empty());

    // Asked for: begun at once, there a little later.
    backups.begin(&admin).unwrap();
    assert!(matches!(backups.begin(&admin), Err(Error::Busy)));
    tasks.close();
    tasks.wait().await;
    let overview = backups.overview(&admin).await.unwrap();
    let [asked] = overview.backups.as_slice() else { panic!("one backup, not {overview:?}") };
    assert!(!asked.scheduled && !asked.encrypted && overview.under_way_since.is_none());
    backups.check(&stale, &asked.name, None).await.unwrap();

    // By itself: at once where there is none of its own yet, then every night; two are kept.
    assert!(backups.tend(&Actor::Job).await.unwrap().is_some());
    assert!(backups.tend(&Actor::Job).await.unwrap().is_none());
    for _ in 0..3 {
        clock.0.fetch_add(24 * HOUR, Ordering::SeqCst);
        assert!(backups.tend(&Actor::Job).await.unwrap().is_some());
        assert!(backups.tend(&Actor::Job).await.unwrap().is_none());
    }
    let left = backups.overview(&admin).await.unwrap().backups;
    assert_eq!(left.iter().filter(|kept| kept.scheduled).count(), 2);
    assert!(left.contains(asked), "what somebody asked for stays");

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

    // One that can't be made is said to have failed, and tried again the next night.
    fs::remove_dir_all(&folder).unwrap();
    fs::write(&folder, b"in the way").unwrap();
    assert!(backups.make(&admin).await.is_err());
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
