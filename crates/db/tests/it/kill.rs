//! The plug is pulled, again and again: what was acknowledged is there afterwards.

use std::{collections::BTreeSet, time::Duration};

use db::{
    Db, Engine, Error, Options, sql,
    testing::{
        self,
        doomed::{self, Doomed},
    },
};
use tokio_util::task::TaskTracker;

const KILLS: u32 = 20;
const WRITERS: i64 = 64;

#[tokio::test(flavor = "multi_thread")]
async fn no_acknowledged_write_is_lost_when_the_process_is_killed_twenty_times() {
    if let Some(task) = doomed::task() {
        return write_until_killed(&task).await;
    }
    testing::each_place(async |place| {
        let db = place.open(Options::default()).await.unwrap();
        db.write::<_, Error, _>(|tx| Box::pin(sql("create table kept (id bigint not null primary key)").execute(tx)))
            .await
            .unwrap();
        db.close().await;

        let mut acknowledged = BTreeSet::new();
        for kill in 0..KILLS {
            // Later and later, a prime step apart: the blow falls at the start, within a group, within a commit.
            let acknowledged_before = acknowledged.len();
            let child = Doomed::start(
                "kill::no_acknowledged_write_is_lost_when_the_process_is_killed_twenty_times",
                &format!("{kill} {}", place.address),
            );
            let said = child.live(|_| true, Duration::from_micros(u64::from(kill) * 7919));
            acknowledged.extend(said.iter().map(|id| id.parse::<i64>().unwrap()));
            assert!(acknowledged.len() > acknowledged_before, "round {kill} got somewhere before it was killed");

            let db = place.open(Options::default()).await.unwrap();
            let rows: Vec<(i64,)> = sql("select id from kept").fetch_all(&db).await.unwrap();
            let kept: BTreeSet<i64> = rows.into_iter().map(|(id,)| id).collect();
            let lost: Vec<_> = acknowledged.difference(&kept).collect();
            assert!(lost.is_empty(), "{} of {} lost after kill {kill}: {lost:?}", lost.len(), acknowledged.len());
            if place.engine == Engine::Sqlite {
                let (sound,): (String,) = sql("pragma quick_check").fetch_one(&db).await.unwrap();
                assert_eq!(sound, "ok");
            }
            db.close().await;
        }
        eprintln!("{}: {} acknowledged writes, {KILLS} kills, none lost", place.engine.name(), acknowledged.len());
    })
    .await;
}

#[expect(clippy::disallowed_methods, reason = "a child that is killed needs no tracker")]
async fn write_until_killed(task: &str) {
    let (round, address) = task.split_once(' ').unwrap();
    let first = round.parse::<i64>().unwrap() * 1_000_000;
    let db = Db::open(address, Options::default(), &TaskTracker::new()).await.unwrap();
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let db = db.clone();
            tokio::spawn(async move {
                for id in (first + writer..).step_by(usize::try_from(WRITERS).unwrap()) {
                    db.write::<_, Error, _>(move |tx| {
                        Box::pin(sql("insert into kept (id) values ($1)").bind(id).execute(tx))
                    })
                    .await
                    .unwrap();
                    doomed::say(&id.to_string());
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
}
