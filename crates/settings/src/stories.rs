//! Deciding about the hub, told on both databases.

use std::sync::Arc;

use base::{Actor, Clock, Kind, Millis, Person, Role, SessionId, UserId};
use contract::{
    Code,
    settings::{Setting, Value},
};
use db::{Db, sql};

use crate::{Error, HubSettings};

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Millis {
        Millis(1_800_000_000_000)
    }
}

fn settings(db: &Db) -> HubSettings {
    HubSettings::new(db.clone(), Arc::new(Noon))
}

fn known(role: Role) -> Actor {
    Actor::Person(Person::logged_in(UserId::from(7), role, SessionId::from(1)))
}

async fn trail(db: &Db) -> Vec<(String, Option<String>, Option<String>)> {
    sql("select target_id, before, after from audit_log where act = 'setting.changed' order by id")
        .fetch_all(db)
        .await
        .unwrap()
}

async fn told(db: &Db) -> usize {
    let rows: Vec<(String,)> = sql("select event from outbox where subject = 'site'").fetch_all(db).await.unwrap();
    rows.len()
}

#[tokio::test]
async fn a_choice_holds_is_recorded_and_told() {
    db::testing::each(|db| async move {
        let (here, elsewhere) = (settings(&db), settings(&db));
        let admin = known(Role::Admin);
        elsewhere.refresh().await.unwrap();
        assert_eq!(here.text(Setting::SiteName), "Guildhall");

        let held = here.set(&admin, Setting::SiteName, Value::Text(" The Hall ".into())).await.unwrap();
        assert_eq!((held.value.typed().as_str(), held.changed), ("The Hall", true));
        assert_eq!(here.site().name, "The Hall");
        assert_eq!(elsewhere.site().name, "Guildhall", "at hand, until it is told of the change");
        elsewhere.refresh().await.unwrap();
        assert_eq!(elsewhere.site().name, "The Hall");

        // The same again is no change.
        here.set(&admin, Setting::SiteName, Value::Text("The Hall".into())).await.unwrap();
        let held = here.reset(&admin, Setting::SiteName).await.unwrap();
        assert_eq!((held.value.typed().as_str(), held.changed), ("Guildhall", false));
        let (guildhall, hall) = (r#"{"value":"Guildhall"}"#, r#"{"value":"The Hall"}"#);
        let changes = [(guildhall, hall), (hall, guildhall)];
        let changes = changes.map(|(before, after)| ("site.name".into(), Some(before.into()), Some(after.into())));
        assert_eq!(trail(&db).await, changes);
        assert_eq!(told(&db).await, 2);
    })
    .await;
}

#[tokio::test]
async fn what_does_not_fit_changes_nothing() {
    db::testing::each(|db| async move {
        let settings = settings(&db);
        let refused = settings.set(&known(Role::Owner), Setting::BackupKeep, Value::Whole(0)).await.unwrap_err();
        assert!(matches!(refused, Error::Wrong(Code::OutOfRange)));
        assert_eq!(refused.problem().kind, Kind::Invalid);
        assert_eq!((settings.whole(Setting::BackupKeep), trail(&db).await.len(), told(&db).await), (14, 0, 0));
    })
    .await;
}

#[tokio::test]
async fn a_row_that_cannot_be_read_leaves_the_default() {
    db::testing::each(|db| async move {
        db.write(|tx| {
            Box::pin(async move {
                for (key, value) in [
                    ("site.theme", "\"pink\""),
                    ("site.name", "{"),
                    ("site.public_url", "null"),
                    ("site.registration", "false"),
                    ("unheard.of", "1"),
                ] {
                    crate::store::put(tx, key, value).await?;
                }
                Ok::<_, db::Error>(())
            })
        })
        .await
        .unwrap();
        let settings = settings(&db);
        settings.refresh().await.unwrap();
        let site = settings.site();
        assert_eq!((site.name.as_str(), site.theme.word(), site.registration), ("Guildhall", "system", false));
        assert_eq!(settings.public_url(), None);
    })
    .await;
}

#[tokio::test]
async fn only_those_who_run_the_hub_decide() {
    db::testing::each(|db| async move {
        let settings = settings(&db);
        for (actor, kind) in [
            (Actor::Stranger { address: None }, Kind::Unauthenticated),
            (known(Role::Member), Kind::Forbidden),
            (known(Role::Moderator), Kind::Forbidden),
        ] {
            assert_eq!(settings.list(&actor).await.unwrap_err().problem().kind, kind);
            let refused = settings.set(&actor, Setting::Registration, Value::Flag(false)).await;
            assert_eq!(refused.unwrap_err().problem().kind, kind);
            assert_eq!(settings.reset(&actor, Setting::Registration).await.unwrap_err().problem().kind, kind);
        }
        let all = settings.list(&known(Role::Admin)).await.unwrap();
        assert_eq!(all.len(), Setting::ALL.len());
        assert!(all.iter().all(|held| !held.changed));
        let stale = Actor::Person(Person {
            fresh: false,
            ..Person::logged_in(UserId::from(7), Role::Owner, SessionId::from(1))
        });
        let refused = settings.set(&stale, Setting::Registration, Value::Flag(false)).await;
        assert_eq!(refused.unwrap_err().problem().kind, Kind::Stale);
    })
    .await;
}

#[tokio::test]
async fn whoever_may_not_never_hears_whether_a_key_exists() {
    db::testing::each(|db| async move {
        let settings = settings(&db);
        for key in ["site.name", "no.such"] {
            let refused = settings.set_typed(&known(Role::Member), key, "").await.unwrap_err();
            assert_eq!(refused.problem().kind, Kind::Forbidden, "{key}");
        }
        let admin = known(Role::Admin);
        assert!(matches!(settings.get_named(&admin, "no.such").await, Err(Error::Unknown)));
        assert!(matches!(settings.reset_named(&admin, "no.such").await, Err(Error::Unknown)));
        assert!(matches!(settings.set_named(&admin, "no.such", Value::Flag(true)).await, Err(Error::Unknown)));
        assert!(matches!(settings.set_typed(&admin, "site.name", " ").await, Err(Error::Wrong(Code::Required))));
        assert_eq!(settings.set_typed(&admin, "backups.keep", "7").await.unwrap().value, Value::Whole(7));
    })
    .await;
}

#[tokio::test]
async fn a_hub_may_have_defaults_of_its_own() {
    db::testing::each(|db| async move {
        let closed = [(Setting::Registration, Value::Flag(false))];
        let settings = HubSettings::with_defaults(db, Arc::new(Noon), closed);
        settings.read_once().await;
        assert!(!settings.flag(Setting::Registration));
        let held = settings.set(&known(Role::Owner), Setting::Registration, Value::Flag(true)).await.unwrap();
        assert!(held.changed && settings.flag(Setting::Registration));
    })
    .await;
}
