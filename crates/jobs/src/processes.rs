//! Several processes on one PostgreSQL, one killed after the other: told with real processes and real kills.

use std::{
    env,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use base::testing::SeededChance;
use base::{Clock, Millis};
use contract::schedule::{Timing, When};
use db::{
    Db, Engine, Options, sql,
    testing::{Place, until},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{Jobs, Kind, NewJob, NewSchedule, Run, enqueue, plan, stories::QUICK};

/// Tells a process of the story which database is its own.
const ADDRESS: &str = "GUILDHALL_STORY_DATABASE";
const JOBS: u32 = 150;
const SINGLES: u32 = 60;
const AT_ONCE: usize = 4;
const KILLS: u32 = 6;

/// The time of the machine, which the processes share.
struct Machine;

impl Clock for Machine {
    #[expect(clippy::disallowed_methods, reason = "processes share no other clock")]
    fn now(&self) -> Millis {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        Millis(i64::try_from(since.as_millis()).unwrap())
    }
}

/// A process that keeps schedules and works, until it is killed.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a part of the story below, which starts it"]
async fn a_worker_of_the_story() {
    #[expect(clippy::disallowed_methods, reason = "the story hands it over")]
    let Ok(address) = env::var(ADDRESS) else { return };
    let db = Db::open(&address, Options::default(), &TaskTracker::new()).await.unwrap();
    let jobs = Jobs::new(db.clone(), Arc::new(Machine), Arc::new(SeededChance::new(std::process::id().into())));
    let mut workers = jobs.workers().at_pace(QUICK);
    workers.handle(Kind::new("story.work").at_once(AT_ONCE).attempts(100), move |run: Run| {
        let db = db.clone();
        async move {
            let (job, attempt): (i64, u32) = (run.id().get(), run.attempt());
            let note = |text: &'static str| {
                let (db, now) = (db.clone(), Machine.now());
                async move {
                    db.write(move |tx| {
                        Box::pin(async move { sql(text).bind(job).bind(attempt).bind(now).execute(tx).await })
                    })
                    .await
                }
            };
            note("insert into story_hands (job, attempt, taken_at) values ($1, $2, $3)").await?;
            tokio::time::sleep(Duration::from_millis(25)).await;
            note("update story_hands set put_at = $3 where job = $1 and attempt = $2").await?;
            Ok(())
        }
    });
    let stop = CancellationToken::new();
    tokio::join!(jobs.schedules().keep(Vec::new(), stop.clone()), workers.run(stop, Duration::ZERO));
}

fn start(address: &str) -> Child {
    let this = env::current_exe().unwrap();
    Command::new(this)
        .args(["--exact", "processes::a_worker_of_the_story", "--ignored", "--test-threads", "1"])
        .env(ADDRESS, address)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// Killed also when the story fails.
struct Processes(Vec<Child>);

impl Processes {
    fn kill_first(&mut self) {
        let mut first = self.0.remove(0);
        first.kill().unwrap();
        first.wait().unwrap();
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        for mut child in self.0.drain(..) {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

async fn ended(db: &Db) -> u32 {
    let (number,): (i64,) =
        sql("select count(*) from jobs where kind = 'story.work' and state = 'done'").fetch_one(db).await.unwrap();
    u32::try_from(number).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn with_three_processes_killed_one_after_the_other_nothing_is_lost_or_done_by_two_at_once() {
    let Some(place) = Place::migrated(Engine::Postgres).await else { return };
    let db = place.open(Options::default()).await.unwrap();
    db.write(|tx| {
        Box::pin(async move {
            sql("create table story_hands (job bigint, attempt bigint, taken_at bigint, put_at bigint)")
                .execute(&mut *tx)
                .await?;
            let now = Machine.now();
            for number in 0..JOBS {
                enqueue(tx, now, &NewJob::new("story.work", &number)).await?;
            }
            for number in 0..SINGLES {
                let at = When::utc(Timing::OnceAt(now.plus(Duration::from_millis(u64::from(number) * 100))));
                plan(tx, now, &NewSchedule::new("story", number.to_string(), "story.work", at)).await?;
            }
            Ok::<_, crate::Error>(())
        })
    })
    .await
    .unwrap();

    let mut processes = Processes((0..3).map(|_| start(&place.address)).collect());
    for kill in 1..=KILLS {
        let reached = kill * (JOBS + SINGLES) / (KILLS + 2);
        until("some progress", async || {
            let ended = ended(&db).await;
            if ended >= reached { Ok(()) } else { Err(ended) }
        })
        .await;
        processes.kill_first();
        processes.0.push(start(&place.address));
    }
    until("the end of all jobs", async || {
        let ended = ended(&db).await;
        if ended == JOBS + SINGLES { Ok(()) } else { Err(ended) }
    })
    .await;
    drop(processes);

    let hands: Vec<(i64, i64, i64, Option<i64>)> =
        sql("select job, attempt, taken_at, put_at from story_hands order by job, attempt")
            .fetch_all(&db)
            .await
            .unwrap();
    for pair in hands.windows(2) {
        let [(job, _, _, put), (next, _, taken, _)] = pair else { unreachable!() };
        assert!(job != next || put.is_none_or(|put| put <= *taken), "job {job} was in the hands of two: {pair:?}");
    }
    let unfinished = hands.iter().filter(|(.., put)| put.is_none()).count();
    assert!(unfinished <= KILLS as usize * AT_ONCE, "only what the killed had in hand began anew, not {unfinished}");
    let finished: std::collections::BTreeSet<i64> =
        hands.iter().filter(|(.., put)| put.is_some()).map(|(job, ..)| *job).collect();
    assert_eq!(finished.len(), (JOBS + SINGLES) as usize, "every job was done");
    let (runs, schedules): (i64, i64) =
        sql("select count(*), count(distinct schedule_id) from schedule_runs where state = 'done'")
            .fetch_one(&db)
            .await
            .unwrap();
    assert_eq!((runs, schedules), (i64::from(SINGLES), i64::from(SINGLES)), "each time had one run");
    db.close().await;
    place.remove().await;
}
