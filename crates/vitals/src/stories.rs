//! Looking at a hub, told on both databases.

use std::sync::{Arc, Mutex};

use base::{Actor, Kind, Millis, Person, Role, SessionId, UserId, testing::HandClock};
use contract::vitals::{At, Finding, Licence, Measure, Pair, Weight};
use db::Db;
use futures::future::BoxFuture;

use crate::{Asked, Error, Live, LogIns, Machine, Sources, Vitals};

const HOUR: i64 = 60 * 60 * 1000;
const DAY: i64 = 24 * HOUR;
/// A midnight.
const MIDNIGHT: i64 = 20_833 * DAY;

#[derive(Default)]
struct Hall(Mutex<Live>);

impl Sources for Hall {
    fn live(&self) -> Live {
        *self.0.lock().unwrap()
    }
    fn asked<'a>(&'a self, _: &'a Actor) -> BoxFuture<'a, Result<Asked, Error>> {
        Box::pin(async { Ok(Asked { accounts: 3, jobs_waiting: 2, jobs_dead: 1 }) })
    }
    fn registrations<'a>(&'a self, _: &'a Actor, since: Millis) -> BoxFuture<'a, Result<Vec<At>, Error>> {
        Box::pin(async move { Ok(vec![At { at: since, value: 4 }, At { at: Millis(MIDNIGHT), value: 1 }]) })
    }
    fn log_ins<'a>(&'a self, _: &'a Actor, _: Millis) -> BoxFuture<'a, Result<LogIns, Error>> {
        let good = vec![At { at: Millis(MIDNIGHT), value: 7 }];
        Box::pin(async { Ok(LogIns { good, refused: Vec::new() }) })
    }
}

impl Machine for Hall {
    fn findings(&self) -> BoxFuture<'_, Vec<Finding>> {
        let finding = Finding { about: "roof".into(), weight: Weight::Good, found: "tight".into(), fix: String::new() };
        Box::pin(async { vec![finding] })
    }
    fn versions(&self) -> Vec<Pair> {
        Vec::new()
    }
    fn configuration(&self) -> Vec<Pair> {
        Vec::new()
    }
    fn licences(&self) -> Vec<Licence> {
        Vec::new()
    }
}

struct World {
    vitals: Vitals,
    hall: Arc<Hall>,
    clock: Arc<HandClock>,
}

fn world(db: Db) -> World {
    let (hall, clock) = (Arc::new(Hall::default()), Arc::new(HandClock::at(Millis(MIDNIGHT + 10 * HOUR))));
    let vitals = Vitals::new(db, clock.clone(), hall.clone(), hall.clone());
    World { vitals, hall, clock }
}

fn known(role: Role) -> Actor {
    Actor::Person(Person::logged_in(UserId::from(1), role, SessionId::from(1)))
}

#[tokio::test]
async fn charts_show_the_highest_of_each_hour_also_after_a_restart() {
    db::testing::each(|db| async move {
        let World { vitals, hall, clock } = world(db.clone());
        for (minutes, players, errors) in [(0, 3, 1), (5, 9, 1), (10, 4, 5), (65, 2, 5)] {
            clock.set(Millis(MIDNIGHT + 10 * HOUR + minutes * 60_000 + 17));
            *hall.0.lock().unwrap() = Live { players, errors, ..Live::default() };
            vitals.sample(&Actor::Job).await.unwrap();
        }
        let again = world(db);
        again.clock.set(Millis(MIDNIGHT + 12 * HOUR));
        let dashboard = again.vitals.dashboard(&known(Role::Admin)).await.unwrap();
        let of = |measure| dashboard.history.iter().find(|history| history.measure == measure).unwrap().hours.clone();
        let at = |hour: i64, value| At { at: Millis(MIDNIGHT + hour * HOUR), value };
        assert_eq!(of(Measure::Players), [at(10, 9), at(11, 2)]);
        assert_eq!(of(Measure::Errors), [at(10, 4), at(11, 0)], "those since the sample before");
        assert!(of(Measure::DatabaseBytes).iter().all(|hour| hour.value > 1000));
    })
    .await;
}

#[tokio::test]
async fn of_two_nodes_samples_the_higher_stays_and_old_ones_go() {
    db::testing::each(|db| async move {
        let (one, other) = (world(db.clone()), world(db));
        other.hall.0.lock().unwrap().players = 5;
        for node in [&one, &other, &one] {
            node.vitals.sample(&Actor::Job).await.unwrap();
        }
        let players = |dashboard: contract::vitals::Dashboard| dashboard.history[0].hours.clone();
        let seen = players(one.vitals.dashboard(&known(Role::Owner)).await.unwrap());
        assert_eq!(seen, [At { at: Millis(MIDNIGHT + 10 * HOUR), value: 5 }]);
        one.clock.set(Millis(MIDNIGHT + 31 * DAY + 10 * HOUR));
        one.vitals.sample(&Actor::Job).await.unwrap();
        one.clock.set(Millis(MIDNIGHT + 10 * HOUR));
        let seen = players(one.vitals.dashboard(&known(Role::Owner)).await.unwrap());
        assert!(seen.iter().all(|hour| hour.at.0 > MIDNIGHT + 30 * DAY), "{seen:?}");
    })
    .await;
}

#[tokio::test]
async fn every_day_of_the_month_has_its_value() {
    db::testing::each(|db| async move {
        let dashboard = world(db).vitals.dashboard(&known(Role::Admin)).await.unwrap();
        assert_eq!(dashboard.registrations.len(), 30);
        assert_eq!(dashboard.registrations[0], At { at: Millis(MIDNIGHT - 29 * DAY), value: 4 });
        assert_eq!(dashboard.registrations[29], At { at: Millis(MIDNIGHT), value: 1 });
        assert_eq!(dashboard.registrations.iter().map(|day| day.value).sum::<i64>(), 5);
        assert_eq!((dashboard.log_ins[29].value, dashboard.refused_log_ins[29].value), (7, 0));
        assert_eq!((dashboard.now.accounts, dashboard.now.jobs_dead), (3, 1));
    })
    .await;
}

#[tokio::test]
async fn only_those_who_run_the_hub_look() {
    db::testing::each(|db| async move {
        let vitals = world(db).vitals;
        for (actor, kind) in [
            (Actor::Stranger { address: None }, Kind::Unauthenticated),
            (known(Role::Member), Kind::Forbidden),
            (known(Role::Moderator), Kind::Forbidden),
        ] {
            assert_eq!(vitals.dashboard(&actor).await.unwrap_err().problem().kind, kind);
            assert_eq!(vitals.system(&actor).await.unwrap_err().problem().kind, kind);
            assert_eq!(vitals.sample(&actor).await.unwrap_err().problem().kind, kind);
        }
        assert_eq!(vitals.system(&known(Role::Admin)).await.unwrap().findings.len(), 1);
    })
    .await;
}
