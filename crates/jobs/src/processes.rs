//! Several processes on one PostgreSQL, one killed after the other: told with real processes and real kills.

use std::{collections::VecDeque, time::Duration};

use base::Clock as _;
use contract::schedule::{Timing, When};
use db::{
    Db, Engine, Options, sql,
    testing::{
        Place,
        doomed::{self, Doomed},
        until,
    },
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    NewJob, NewSchedule, enqueue, plan,
    testing::{self, AT_ONCE, Machine, WORK},
};

const JOBS: u32 = 150;
const SINGLES: u32 = 60;
const KILLS: u32 = 6;
const STORY: &str = "processes::with_three_processes_killed_one_after_the_other_nothing_is_lost_or_done_by_two_at_once";

/// A process that keeps schedules and works, until it is killed.
async fn work_until_killed(address: &str) {
    let db = Db::open(address, Options::default(), &TaskTracker::new()).await.unwrap();
    let jobs = testing::queue(&db);
    let workers = testing::workers(&jobs, &db, |_| {});
    let stop = CancellationToken::new();
    tokio::join!(jobs.schedules().keep(Vec::new(), stop.clone()), workers.run(stop, Duration::ZERO));
}

#[tokio::test(flavor = "multi_thread")]
async fn with_three_processes_killed_one_after_the_other_nothing_is_lost_or_done_by_two_at_once() {
    if let Some(address) = doomed::task() {
        return work_until_killed(&address).await;
    }
    let Some(place) = Place::migrated(Engine::Postgres).await else { return };
    let db = place.open(Options::default()).await.unwrap();
    db.write(|tx| {
        Box::pin(async move {
            testing::prepare(tx).await?;
            let now = Machine.now();
            for number in 0..JOBS {
                enqueue(tx, now, &NewJob::new(WORK, &number)).await?;
            }
            for number in 0..SINGLES {
                let at = When::utc(Timing::OnceAt(now.plus(Duration::from_millis(u64::from(number) * 100))));
                plan(tx, now, &NewSchedule::new("story", number.to_string(), WORK, at)).await?;
            }
            Ok::<_, crate::Error>(())
        })
    })
    .await
    .unwrap();

    let start = || Doomed::start(STORY, &place.address);
    let mut processes: VecDeque<_> = (0..3).map(|_| start()).collect();
    for kill in 1..=KILLS {
        let reached = kill * (JOBS + SINGLES) / (KILLS + 2);
        until("some progress", async || {
            let done = testing::done(&db).await.unwrap();
            if done >= reached { Ok(()) } else { Err(done) }
        })
        .await;
        processes.pop_front().unwrap().kill();
        processes.push_back(start());
    }
    until("the end of all jobs", async || {
        let done = testing::done(&db).await.unwrap();
        if done == JOBS + SINGLES { Ok(()) } else { Err(done) }
    })
    .await;
    drop(processes);

    let dropped = testing::dropped(&db).await.unwrap();
    assert!(dropped <= KILLS as usize * AT_ONCE, "only what the killed had in hand began anew, not {dropped}");
    let (runs, schedules): (i64, i64) =
        sql("select count(*), count(distinct schedule_id) from schedule_runs where state = 'done'")
            .fetch_one(&db)
            .await
            .unwrap();
    assert_eq!((runs, schedules), (i64::from(SINGLES), i64::from(SINGLES)), "each time had one run");
    db.close().await;
    place.remove().await;
}
