//! Work that can be told of afterwards: who had which job in hand, and from when to when. For stories of processes that are killed.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use base::{Clock, Millis, testing::SeededChance};
use db::{Db, Tx, sql};

use crate::{Jobs, Kind, Run, Workers, workers::Pace};

/// The kind of these jobs.
pub const WORK: &str = "story.work";
/// So many of them a process does at once.
pub const AT_ONCE: usize = 4;
/// Fast enough to be waited for.
pub(crate) const QUICK: Pace = Pace {
    patrol: Duration::from_millis(20),
    lease: Duration::from_millis(1500),
    beat: Duration::from_millis(100),
    given_up_after: Duration::from_secs(1),
};

/// The time of the machine, which processes share.
pub struct Machine;

impl Clock for Machine {
    #[expect(clippy::disallowed_methods, reason = "processes share no other clock")]
    fn now(&self) -> Millis {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// The table it is written down in.
pub async fn prepare(tx: &mut Tx<'_>) -> Result<(), db::Error> {
    sql("create table story_hands (job bigint, attempt bigint, taken_at bigint, put_at bigint)").execute(tx).await?;
    Ok(())
}

/// The queue of a process, by the machine's time.
pub fn queue(db: &Db) -> Jobs {
    Jobs::new(db.clone(), Arc::new(Machine), Arc::new(SeededChance::new(std::process::id().into())))
}

/// Those who work in a process. Each tells `done` of a job it has put away.
pub fn workers(jobs: &Jobs, db: &Db, done: impl Fn(i64) + Send + Sync + 'static) -> Workers {
    let mut workers = jobs.workers().at_pace(QUICK);
    let (db, done) = (db.clone(), Arc::new(done));
    workers.handle(Kind::new(WORK).at_once(AT_ONCE).attempts(100), move |run: Run| {
        let (db, done) = (db.clone(), Arc::clone(&done));
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
            // How long the work takes, so that a kill finds some in hand: nothing but time tells of its end.
            tokio::time::sleep(Duration::from_millis(25)).await;
            note("update story_hands set put_at = $3 where job = $1 and attempt = $2").await?;
            done(job);
            Ok(())
        }
    });
    workers
}

/// How many of the jobs are done.
pub async fn done(db: &Db) -> Result<u32, db::Error> {
    let (number,): (i64,) =
        sql("select count(*) from jobs where kind = $1 and state = 'done'").bind(WORK).fetch_one(db).await?;
    Ok(u32::try_from(number).unwrap_or(u32::MAX))
}

/// How often a job was in somebody's hands and never put away; every job was, once at least.
///
/// # Panics
/// If a job was in the hands of two at once, or one was never finished.
pub async fn dropped(db: &Db) -> Result<usize, db::Error> {
    let hands: Vec<(i64, i64, i64, Option<i64>)> =
        sql("select job, attempt, taken_at, put_at from story_hands order by job, attempt").fetch_all(db).await?;
    for pair in hands.windows(2) {
        let [(job, _, _, put), (next, _, taken, _)] = pair else { unreachable!("windows of two") };
        assert!(job != next || put.is_none_or(|put| put <= *taken), "job {job} was in the hands of two: {pair:?}");
    }
    let jobs: Vec<(i64,)> = sql("select id from jobs where kind = $1").bind(WORK).fetch_all(db).await?;
    let finished: BTreeSet<i64> = hands.iter().filter(|(.., put)| put.is_some()).map(|(job, ..)| *job).collect();
    let lost: Vec<_> = jobs.iter().map(|(job,)| job).filter(|job| !finished.contains(job)).collect();
    assert!(lost.is_empty(), "never done: {lost:?}");
    Ok(hands.iter().filter(|(.., put)| put.is_none()).count())
}
