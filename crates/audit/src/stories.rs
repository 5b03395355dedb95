//! Reading the trail, told on both databases.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use base::{Action, Actor, Clock, Credential, Kind, Millis, OrgId, Person, Role, SessionId, UserId};
use contract::audit::{AuditFilter, Named};
use db::Db;
use futures::future::BoxFuture;
use serde_json::json;

use crate::{Entry, Names, Trail, record};

const NOON: i64 = 1_800_000_000_000;
const DAY: i64 = 24 * 60 * 60 * 1000;

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Millis {
        Millis(NOON)
    }
}

/// Knows everybody but account 9, who is gone.
struct Register;

impl Names for Register {
    fn names(&self, users: BTreeSet<UserId>) -> BoxFuture<'_, Result<BTreeMap<UserId, String>, db::Error>> {
        let known = users.into_iter().filter(|user| user.get() != 9).map(|user| (user, format!("user{user}")));
        let known = known.collect();
        Box::pin(async move { Ok(known) })
    }
}

fn person(user: i64, role: Role) -> Actor {
    let person = Person::logged_in(UserId::from(user), role, SessionId::from(1));
    Actor::Person(Person { address: Some("192.0.2.1".parse().unwrap()), ..person })
}

fn admin() -> Actor {
    person(1, Role::Admin)
}

async fn write(db: &Db, at: i64, actor: Actor, entry: Entry) {
    db.write(move |tx| {
        let (actor, entry) = (actor.clone(), entry.clone());
        Box::pin(async move { record(tx, Millis(at), &actor, &entry).await })
    })
    .await
    .unwrap();
}

/// Five entries: three of account 1, one of a guise, one of the hub.
async fn told(db: &Db) -> Trail {
    let lock =
        |user: i64| Entry::new("user.locked", "user", user).changing(json!({"locked": false}), json!({"locked": true}));
    write(db, NOON - 3 * DAY, admin(), lock(7)).await;
    write(db, NOON - 2 * DAY, admin(), lock(8)).await;
    let org = OrgId::from(4);
    write(db, NOON - DAY, admin(), Entry::new("org.renamed", "org", org).in_organization(org)).await;
    let by = Credential::Guise { session: SessionId::from(1), by: UserId::from(1) };
    let guise = Actor::Person(Person { by, ..Person::logged_in(UserId::from(9), Role::Member, SessionId::from(1)) });
    write(db, NOON - 5, guise, Entry::new("user_lockedx", "user", 7)).await;
    write(db, NOON, Actor::Job, Entry::new("setting.changed", "setting", "site.name")).await;
    Trail::new(db.clone(), Arc::new(Noon), Arc::new(Register))
}

#[tokio::test]
async fn what_a_plugin_did_names_it_and_whoever_it_did_it_for() {
    db::testing::each(|db| async move {
        let vault = |behind: Option<Actor>| {
            Actor::Plugin(base::Plugin {
                id: "vault".into(),
                name: "Seed vault".into(),
                organization: Some(OrgId::from(4)),
                may: Arc::default(),
                behind: behind.map(Box::new),
            })
        };
        let seed = |number: i64| Entry::new("seed.rolled", "seed", number).in_organization(OrgId::from(4));
        let by = Credential::Guise { session: SessionId::from(1), by: UserId::from(1) };
        let guise = Person { by, ..Person::logged_in(UserId::from(7), Role::Member, SessionId::from(1)) };
        write(&db, NOON, vault(None), seed(1)).await;
        write(&db, NOON, vault(Some(person(7, Role::Member))), seed(2)).await;
        write(&db, NOON, vault(Some(Actor::Person(guise))), seed(3)).await;
        let trail = Trail::new(db.clone(), Arc::new(Noon), Arc::new(Register));
        let (entries, _) = trail.list(&admin(), &AuditFilter::default(), None, 10).await.unwrap();
        let name = |named: &Option<Named>| named.as_ref().and_then(|named| named.name.clone());
        let told: Vec<_> = entries
            .iter()
            .map(|entry| {
                let plugin = entry.plugin.clone().unwrap();
                assert_eq!((entry.actor.as_str(), plugin.id.as_str()), ("plugin", "vault"));
                (plugin.name, name(&entry.user), name(&entry.behind), entry.address.clone())
            })
            .collect();
        let (vault, seven) = ("Seed vault".to_owned(), Some("user7".to_owned()));
        let expected = [
            (vault.clone(), seven.clone(), Some("user1".to_owned()), None),
            (vault.clone(), seven, None, Some("192.0.2.1".to_owned())),
            (vault, None, None, None),
        ];
        assert_eq!(told, expected);
    })
    .await;
}

async fn acts(trail: &Trail, filter: AuditFilter) -> Vec<String> {
    let (entries, next) = trail.list(&admin(), &filter, None, 200).await.unwrap();
    assert_eq!(next, None);
    entries.into_iter().map(|entry| format!("{} {}", entry.act, entry.target_id)).collect()
}

#[tokio::test]
async fn each_filter_narrows_it_down() {
    db::testing::each(|db| async move {
        let trail = told(&db).await;
        let all = AuditFilter::default;
        let every = ["setting.changed site.name", "user_lockedx 7", "org.renamed 4", "user.locked 8", "user.locked 7"];
        assert_eq!(acts(&trail, all()).await, every, "newest first");
        for (filter, expected) in [
            (AuditFilter { user: Some(UserId::from(1)), ..all() }, &every[2..]),
            (AuditFilter { act: Some("user.".into()), ..all() }, &every[3..]),
            (AuditFilter { act: Some("user.locked".into()), ..all() }, &every[3..]),
            (AuditFilter { act: Some("user_locked%".into()), ..all() }, &[]),
            (AuditFilter { target_kind: Some("setting".into()), ..all() }, &every[..1]),
            (AuditFilter { organization: Some(OrgId::from(4)), ..all() }, &every[2..3]),
            (AuditFilter { from: Some(Millis(NOON - DAY)), until: Some(Millis(NOON)), ..all() }, &every[1..3]),
        ] {
            assert_eq!(acts(&trail, filter.clone()).await, expected, "{filter:?}");
        }
        let about = AuditFilter { target_kind: Some("user".into()), target_id: Some("7".into()), ..all() };
        assert_eq!(acts(&trail, about).await, ["user_lockedx 7", "user.locked 7"]);
    })
    .await;
}

#[tokio::test]
async fn a_page_goes_on_where_the_last_one_ended() {
    db::testing::each(|db| async move {
        let trail = told(&db).await;
        let (mut seen, mut before) = (Vec::new(), None);
        loop {
            let (entries, next) = trail.list(&admin(), &AuditFilter::default(), before, 2).await.unwrap();
            assert!(entries.len() <= 2);
            seen.extend(entries.into_iter().map(|entry| entry.id));
            before = next;
            if before.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), 5);
        assert!(seen.windows(2).all(|pair| pair[0] > pair[1]));
    })
    .await;
}

#[tokio::test]
async fn it_says_who_from_where_and_who_was_behind() {
    db::testing::each(|db| async move {
        let trail = told(&db).await;
        let (entries, _) = trail.list(&admin(), &AuditFilter::default(), None, 200).await.unwrap();
        let guise = &entries[1];
        assert_eq!(guise.actor, "guise");
        assert_eq!(guise.user.as_ref().unwrap().name, None, "they are gone");
        assert_eq!(guise.behind.as_ref().unwrap().name.as_deref(), Some("user1"));
        let locked = &entries[4];
        assert_eq!(locked.user.as_ref().unwrap().name.as_deref(), Some("user1"));
        assert_eq!(locked.address.as_deref(), Some("192.0.2.1"));
        assert_eq!(locked.before.as_deref(), Some(r#"{"locked":false}"#));
        assert_eq!(locked.after.as_deref(), Some(r#"{"locked":true}"#));
        assert_eq!((entries[0].actor.as_str(), &entries[0].user), ("job", &None));
    })
    .await;
}

#[tokio::test]
async fn only_those_who_run_the_hub_read_it() {
    db::testing::each(|db| async move {
        let trail = told(&db).await;
        for (actor, kind) in [
            (Actor::Stranger { address: None }, Kind::Unauthenticated),
            (person(2, Role::Member), Kind::Forbidden),
            (person(2, Role::Moderator), Kind::Forbidden),
        ] {
            assert_eq!(actor.may(Action::ViewAudit), Err(kind));
            let refused = trail.list(&actor, &AuditFilter::default(), None, 10).await.unwrap_err();
            assert_eq!(refused.problem().kind, kind);
            assert_eq!(trail.forget(&actor, Duration::ZERO).await.unwrap_err().problem().kind, kind);
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_old_goes_and_the_trail_says_so() {
    db::testing::each(|db| async move {
        let trail = told(&db).await;
        let two_days = Duration::from_hours(48);
        assert_eq!(
            trail.forget(&Actor::Job, two_days).await.unwrap(),
            1,
            "that of three days ago; two days ago is not older"
        );
        assert_eq!(trail.forget(&Actor::Job, two_days).await.unwrap(), 0);
        let left = acts(&trail, AuditFilter::default()).await;
        assert_eq!(left.len(), 5);
        assert_eq!(left[0], "audit.forgotten ");
        assert!(!left.contains(&"user.locked 7".to_owned()));
    })
    .await;
}
