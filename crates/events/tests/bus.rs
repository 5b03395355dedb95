//! What the bus promises, on both engines.

use std::{sync::Arc, time::Duration};

use base::{EventId, Millis, UserId};
use contract::Event;
use db::{Db, Error, Options, sql, testing};
use events::{Bus, Delivery, Listener, Reader, record};
use futures::future::join_all;
use tokio_util::sync::CancellationToken;

fn registered(user: i64) -> Event {
    Event::UserRegistered { user: UserId::from(user), name: format!("player {user}") }
}

async fn announce(db: &Db, at: i64, users: std::ops::Range<i64>) -> Result<(), Error> {
    db.write(move |tx| {
        let users = users.clone();
        Box::pin(async move {
            for user in users {
                record(tx, Millis(at), &registered(user)).await?;
            }
            Ok(())
        })
    })
    .await
}

/// The next event, which must come soon.
async fn heard(listener: &mut Listener) -> (EventId, Arc<Event>) {
    match tokio::time::timeout(Duration::from_secs(10), listener.next()).await {
        Ok(Delivery::Event { id, event, .. }) => (id, event),
        other => panic!("expected an event, got {other:?}"),
    }
}

/// Runs a bus while `story` does.
async fn while_running(bus: &Bus, story: impl Future<Output = ()>) {
    let stop = CancellationToken::new();
    let end = async {
        Box::pin(story).await;
        stop.cancel();
    };
    tokio::join!(bus.run(stop.clone()), end);
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_many_writers_are_told_once_each_in_the_order_of_their_numbers() {
    testing::each(|db| async move {
        let bus = Bus::new(db.clone());
        let mut listener = bus.subscribe();
        while_running(&bus, async {
            let writes = (0..100).map(|n| {
                let db = db.clone();
                async move { announce(&db, n, n * 2..n * 2 + 2).await }
            });
            let (outcomes, told) = tokio::join!(join_all(writes), async {
                let mut told = Vec::new();
                while told.len() < 200 {
                    told.push(heard(&mut listener).await);
                }
                told
            });
            assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
            assert!(told.windows(2).all(|pair| pair[0].0 < pair[1].0), "rising");
            let mut users: Vec<i64> = told
                .iter()
                .map(|(_, event)| match **event {
                    Event::UserRegistered { user, .. } => user.get(),
                    _ => panic!("nothing else was recorded"),
                })
                .collect();
            let place = |user| users.iter().position(|told| *told == user);
            assert!((0..100).all(|n| place(n * 2) < place(n * 2 + 1)), "those of one transaction keep their order");
            users.sort_unstable();
            assert_eq!(users, (0..200).collect::<Vec<_>>());
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn whatever_an_event_says_it_is_told_as_it_was() {
    const NAMES: [&str; 6] =
        ["O'Brien", r"C:\temp\", r"\'; drop table outbox; --", "\0\n\"$1\"", "Þór 🏮 ' \\\\", "');commit;--"];
    testing::each(|db| async move {
        let bus = Bus::new(db.clone());
        let mut listener = bus.subscribe();
        while_running(&bus, async {
            let named = |name: &str| Event::UserRegistered { user: UserId::from(1), name: name.to_owned() };
            // In one transaction, and in one each.
            db.write::<(), Error, _>(move |tx| {
                Box::pin(async move {
                    for name in NAMES {
                        record(tx, Millis(1), &named(name)).await?;
                    }
                    Ok(())
                })
            })
            .await
            .unwrap();
            for name in NAMES {
                db.write::<_, Error, _>(move |tx| Box::pin(async move { record(tx, Millis(1), &named(name)).await }))
                    .await
                    .unwrap();
            }
            for name in NAMES.iter().chain(&NAMES) {
                assert_eq!(*heard(&mut listener).await.1, named(name));
            }
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn an_event_that_cannot_be_written_takes_its_change_with_it() {
    testing::each(|db| async move {
        db.write::<_, Error, _>(|tx| {
            Box::pin(async move {
                sql("alter table outbox rename to outbox_of_another_time").execute(&mut *tx).await?;
                sql("create table notes (id bigint not null primary key)").execute(tx).await
            })
        })
        .await
        .unwrap();
        let refused = db
            .write::<_, Error, _>(|tx| {
                Box::pin(async move {
                    sql("insert into notes (id) values (1)").execute(&mut *tx).await?;
                    record(tx, Millis(1), &registered(1)).await
                })
            })
            .await;
        assert!(refused.is_err());
        let (rows,): (i64,) = sql("select count(*) from notes").fetch_one(&db).await.unwrap();
        assert_eq!(rows, 0);
    })
    .await;
}

#[tokio::test]
async fn what_was_rolled_back_never_happened() {
    testing::each(|db| async move {
        let bus = Bus::new(db.clone());
        let mut listener = bus.subscribe();
        while_running(&bus, async {
            let failed = db
                .write::<(), Error, _>(|tx| {
                    Box::pin(async move {
                        record(tx, Millis(1), &registered(1)).await?;
                        Err(Error::Closed)
                    })
                })
                .await;
            assert!(failed.is_err());
            announce(&db, 2, 2..3).await.unwrap();
            assert_eq!(*heard(&mut listener).await.1, registered(2));
        })
        .await;
        let (rows,): (i64,) = sql("select count(*) from outbox").fetch_one(&db).await.unwrap();
        assert_eq!(rows, 1);
    })
    .await;
}

#[tokio::test]
async fn a_restart_goes_on_after_the_last_event_told() {
    testing::each_place(async |place| {
        let db = place.open(Options::default()).await.unwrap();
        let bus = Bus::new(db.clone());
        let mut listener = bus.subscribe();
        while_running(&bus, async {
            announce(&db, 1, 1..2).await.unwrap();
            heard(&mut listener).await;
        })
        .await;
        // The bus has stopped, the hub has not yet: these are told after the restart.
        announce(&db, 2, 2..4).await.unwrap();
        db.close().await;

        let db = place.open(Options::default()).await.unwrap();
        let bus = Bus::new(db.clone());
        let mut listener = bus.subscribe();
        while_running(&bus, async {
            assert_eq!(*heard(&mut listener).await.1, registered(2));
            assert_eq!(*heard(&mut listener).await.1, registered(3));
        })
        .await;
        db.close().await;
    })
    .await;
}

#[tokio::test]
async fn an_event_of_another_process_is_found_without_being_announced_here() {
    testing::each_place(async |place| {
        let db = place.open(Options::default()).await.unwrap();
        let bus = Bus::new(db.clone());
        let mut listener = bus.subscribe();
        while_running(&bus, async {
            let command = place.open(Options { exclusive: false, ..Options::default() }).await.unwrap();
            announce(&command, 1, 1..2).await.unwrap();
            command.close().await;
            assert_eq!(*heard(&mut listener).await.1, registered(1));
        })
        .await;
        db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_listener_who_lags_is_told_so_and_hears_the_newest() {
    testing::each(|db| async move {
        let bus = Bus::new(db.clone());
        let (mut slow, mut quick) = (bus.subscribe(), bus.subscribe());
        while_running(&bus, async {
            announce(&db, 1, 0..1500).await.unwrap();
            let mut last = Delivery::Lagged;
            // The quick one may lag as well when everything is read at once; what matters is that it gets to the end.
            while !matches!(&last, Delivery::Event { event, .. } if **event == registered(1499)) {
                last = quick.next().await;
            }
            assert_eq!(slow.next().await, Delivery::Lagged);
            let (_, event) = heard(&mut slow).await;
            assert_eq!(*event, registered(1500 - 1024));
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn an_event_nobody_understands_does_not_hold_up_the_rest() {
    testing::each(|db| async move {
        let bus = Bus::new(db.clone());
        let mut listener = bus.subscribe();
        while_running(&bus, async {
            db.write::<_, Error, _>(|tx| {
                let row = r#"insert into outbox (at, subject, event) values (1, 'moon', '{"event":"eclipse"}')"#;
                Box::pin(sql(row).execute(tx))
            })
            .await
            .unwrap();
            announce(&db, 1, 7..8).await.unwrap();
            assert_eq!(*heard(&mut listener).await.1, registered(7));
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn old_events_are_removed_and_young_or_few_ones_kept() {
    const MINUTE: i64 = 60 * 1000;
    testing::each(|db| async move {
        let bus = Bus::new(db.clone());
        let mut listener = bus.subscribe();
        // Nobody else reads: what becomes of unread ones is the next story.
        db.write::<_, Error, _>(|tx| Box::pin(sql("delete from outbox_readers where name <> 'bus'").execute(tx)))
            .await
            .unwrap();
        // 1,500 old ones, and 20 young ones: the young and the newest 1,000 stay.
        announce(&db, 0, 0..1500).await.unwrap();
        announce(&db, 11 * MINUTE, 1500..1520).await.unwrap();
        while_running(&bus, async {
            loop {
                if matches!(listener.next().await, Delivery::Event { event, .. } if *event == registered(1519)) {
                    break;
                }
            }
        })
        .await;
        let (count, first): (i64, i64) = sql("select count(*), min(id) from outbox").fetch_one(&db).await.unwrap();
        let (newest,): (i64,) = sql("select max(id) from outbox").fetch_one(&db).await.unwrap();
        assert_eq!((count, newest - first), (1000, 999));
    })
    .await;
}

#[tokio::test]
async fn a_reader_s_place_moves_with_what_it_does_and_what_it_has_not_read_is_kept() {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    testing::each(|db| async move {
        let reader = Reader::new(db.clone(), "webhooks");
        assert!(reader.next(10).await.unwrap().is_none());
        announce(&db, 0, 0..3).await.unwrap();
        let read = reader.next(2).await.unwrap().unwrap();
        let users = |read: &events::Read| read.events.iter().map(|(.., event)| event.subject()).collect::<Vec<_>>();
        assert_eq!((users(&read), read.more), (vec!["user/0".into(), "user/1".into()], true));

        // Given up: it is read again.
        let given_up = read.clone();
        let failed: Result<(), Error> = db
            .write(move |tx| {
                let read = given_up.clone();
                Box::pin(async move {
                    assert!(read.leave_behind(tx).await?);
                    Err(Error::Closed)
                })
            })
            .await;
        assert!(failed.is_err());
        let again = reader.next(2).await.unwrap().unwrap();
        assert_eq!(users(&again), users(&read));

        // Of two that have read the same, one moves on.
        let mut moved = Vec::new();
        for read in [read, again] {
            let left = db.write::<_, Error, _>(move |tx| {
                let read = read.clone();
                Box::pin(async move { read.leave_behind(tx).await })
            });
            moved.push(left.await.unwrap());
        }
        assert_eq!(moved, [true, false]);
        assert_eq!(users(&reader.next(10).await.unwrap().unwrap()), ["user/2"]);

        // The third is old and told, and 1,500 more are, too; it has not been read, and stays for a week.
        let bus = Bus::new(db.clone());
        for (at, first, kept) in [(DAY, 3, true), (8 * DAY, 1503, false)] {
            let mut listener = bus.subscribe();
            announce(&db, at, first..first + 1500).await.unwrap();
            while_running(&bus, async {
                while !matches!(listener.next().await, Delivery::Event { event, .. } if *event == registered(first + 1499)) {}
            })
            .await;
            let next = reader.next(1).await.unwrap().unwrap();
            assert_eq!(users(&next) == ["user/2"], kept, "{next:?}");
        }
    })
    .await;
}
