//! What becomes of jobs, told on both databases.

mod many;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use base::testing::{MovedClock, SeededChance};
use base::{Actor, Clock as _, JobId, Kind as Fault, Millis, Person, Role, SessionId, UserId};
use contract::job::{Job, JobState};
use db::{
    Db, Error as DbError, sql,
    testing::{each, until},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{Error, Failure, JobQuery, Jobs, Kind, NewJob, Run, Workers, enqueue, testing::QUICK};

/// A queue, and those who work on it.
pub(crate) struct Story {
    pub(crate) db: Db,
    pub(crate) clock: Arc<MovedClock>,
    pub(crate) jobs: Jobs,
    pub(crate) tasks: TaskTracker,
    pub(crate) stop: CancellationToken,
}

impl Story {
    pub(crate) fn begin(db: Db) -> Self {
        let clock = Arc::new(MovedClock::default());
        let jobs = Jobs::new(db.clone(), Arc::clone(&clock) as Arc<_>, Arc::new(SeededChance::new(11)));
        Self { db, clock, jobs, tasks: TaskTracker::new(), stop: CancellationToken::new() }
    }

    pub(crate) fn workers(&self) -> Workers {
        self.jobs.workers().at_pace(QUICK)
    }

    pub(crate) fn start(&self, workers: Workers) {
        self.tasks.spawn(workers.run(self.stop.clone(), Duration::from_secs(5)));
    }

    pub(crate) async fn ask(&self, job: NewJob) -> JobId {
        let now = self.clock.now();
        self.db
            .write(move |tx| {
                let job = job.clone();
                Box::pin(async move { enqueue(tx, now, &job).await })
            })
            .await
            .unwrap()
    }

    pub(crate) async fn job(&self, id: JobId) -> Job {
        self.jobs.find(&Actor::Operator, id).await.unwrap().unwrap()
    }

    /// Waits until the job is in that state.
    pub(crate) async fn until(&self, id: JobId, state: JobState) -> Job {
        self.when(id, |job| job.state == state).await
    }

    /// Waits until the job is as wanted.
    pub(crate) async fn when(&self, id: JobId, wanted: impl Fn(&Job) -> bool) -> Job {
        until("the job", async || {
            let job = self.job(id).await;
            if wanted(&job) { Ok(job) } else { Err(job) }
        })
        .await
    }

    pub(crate) async fn end(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// Those who come by, with what keeps them from looking and from changing anything.
pub(crate) fn visitors() -> [(Actor, Option<Fault>, Option<Fault>); 5] {
    let person = |role| Person::logged_in(UserId::from(1), role, SessionId::from(1));
    let both = |fault| (Some(fault), Some(fault));
    let of = |actor, (may_look, may_change)| (actor, may_look, may_change);
    [
        of(Actor::Stranger { address: None }, both(Fault::Unauthenticated)),
        of(Actor::Person(person(Role::Member)), both(Fault::Forbidden)),
        of(Actor::Person(person(Role::Moderator)), both(Fault::Forbidden)),
        of(Actor::Person(Person { fresh: false, ..person(Role::Admin) }), (None, Some(Fault::Stale))),
        of(Actor::Person(person(Role::Admin)), (None, None)),
    ]
}

/// Which numbers were handed over, how often, and how many were in hand at once.
#[derive(Default, Clone)]
struct Seen(Arc<Mutex<SeenInner>>);

#[derive(Default)]
struct SeenInner {
    times: BTreeMap<u32, u32>,
    in_hand: BTreeSet<u32>,
    most: usize,
    twice_at_once: bool,
}

/// Puts the number down however the attempt ends.
struct InHand(Seen, u32);

impl Seen {
    fn take(&self, number: u32) -> InHand {
        let mut seen = self.0.lock().unwrap();
        *seen.times.entry(number).or_default() += 1;
        seen.twice_at_once |= !seen.in_hand.insert(number);
        seen.most = seen.most.max(seen.in_hand.len());
        InHand(self.clone(), number)
    }

    fn times(&self) -> BTreeMap<u32, u32> {
        self.0.lock().unwrap().times.clone()
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        self.0.0.lock().unwrap().in_hand.remove(&self.1);
    }
}

#[tokio::test]
async fn a_job_runs_after_the_commit_that_asked_for_it_and_never_without_one() {
    each(|db| async move {
        let story = Story::begin(db);
        let seen = Seen::default();
        let mut workers = story.workers();
        let handler = seen.clone();
        workers.handle(Kind::new("test"), move |run: Run| {
            let seen = handler.clone();
            async move {
                drop(seen.take(run.read()?));
                Ok(())
            }
        });
        story.start(workers);
        let now = story.clock.now();
        let refused: Result<(), DbError> = story
            .db
            .write(move |tx| {
                Box::pin(async move {
                    enqueue(tx, now, &NewJob::new("test", &1)).await?;
                    Err(DbError::Closed)
                })
            })
            .await;
        assert!(refused.is_err());
        let (asked, begun) = (story.ask(NewJob::new("test", &2)).await, Instant::now());
        let done = story.until(asked, JobState::Done).await;
        assert!(begun.elapsed() < Duration::from_secs(5));
        assert_eq!((done.attempts, done.last_error), (1, None));
        assert_eq!(seen.times(), BTreeMap::from([(2, 1)]));
        story.end().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_due_later_waits_for_its_instant() {
    each(|db| async move {
        let story = Story::begin(db);
        let mut workers = story.workers();
        workers.handle(Kind::new("test"), |_| async { Ok(()) });
        story.start(workers);
        let later = story.ask(NewJob::new("test", &()).due(story.clock.now().plus(Duration::from_hours(3)))).await;
        let now = story.ask(NewJob::new("test", &())).await;
        story.until(now, JobState::Done).await;
        assert_eq!(story.job(later).await.state, JobState::Waiting);
        story.clock.advance(Duration::from_hours(3));
        story.until(later, JobState::Done).await;
        story.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_failure_is_tried_again_and_given_up_in_the_end_and_an_admin_revives_it() {
    each(|db| async move {
        let story = Story::begin(db);
        let healed = CancellationToken::new();
        let mut workers = story.workers();
        let is_healed = healed.clone();
        let kind = Kind::new("test").attempts(3).backing_off(Duration::from_millis(5), Duration::from_millis(5));
        workers.handle(kind, move |run: Run| {
            let healed = is_healed.is_cancelled();
            async move {
                assert_eq!(run.is_last(), run.attempt() == 3);
                if healed { Ok(()) } else { Err(Failure::retry(format!("broken, {}", run.attempt()))) }
            }
        });
        story.start(workers);
        let id = story.ask(NewJob::new("test", &())).await;
        let dead = story.until(id, JobState::Dead).await;
        assert_eq!((dead.attempts, dead.last_error.as_deref()), (3, Some("broken, 3")));
        assert!(dead.finished_at.is_some());
        let depth = story.jobs.overview(&Actor::Operator).await.unwrap().remove(0);
        assert_eq!((depth.kind.as_str(), depth.waiting, depth.running, depth.dead), ("test", 0, 0, 1));

        healed.cancel();
        story.jobs.retry(&Actor::Operator, id).await.unwrap();
        let done = story.until(id, JobState::Done).await;
        assert_eq!((done.attempts, done.last_error), (1, None));
        assert!(matches!(story.jobs.retry(&Actor::Operator, id).await, Err(Error::NotNow)));
        story.jobs.remove(&Actor::Operator, id).await.unwrap();
        assert!(matches!(story.jobs.remove(&Actor::Operator, id).await, Err(Error::NotFound)));
        assert!(matches!(story.jobs.retry(&Actor::Operator, id).await, Err(Error::NotFound)));
        let audited: Vec<(String, String)> =
            sql("select act, actor from audit_log where target_kind = 'job' order by id")
                .fetch_all(&story.db)
                .await
                .unwrap();
        assert_eq!(audited, [("job.retried".into(), "operator".into()), ("job.removed".into(), "operator".into())]);
        story.end().await;
    })
    .await;
}

#[tokio::test]
async fn what_cannot_succeed_is_given_up_at_once() {
    each(|db| async move {
        let story = Story::begin(db);
        let mut workers = story.workers();
        workers.handle(Kind::new("hopeless"), |_| async { Err(Failure::permanent("nobody lives there")) });
        workers.handle(Kind::new("foreign"), |run: Run| async move { run.read::<u32>().map(drop) });
        workers.handle(Kind::new("later"), {
            let at = story.clock.now().plus(Duration::from_hours(2));
            move |_| async move { Err(Failure::retry("come back").not_before(at)) }
        });
        story.start(workers);
        let hopeless = story.ask(NewJob::new("hopeless", &())).await;
        let foreign = story.ask(NewJob::new("foreign", &"no number")).await;
        let later = story.ask(NewJob::new("later", &())).await;
        assert_eq!(story.until(hopeless, JobState::Dead).await.attempts, 1);
        let unread = story.until(foreign, JobState::Dead).await.last_error.unwrap();
        assert!(unread.contains("cannot be read"), "{unread}");
        let job = story.when(later, |job| job.last_error.is_some()).await;
        assert_eq!(job.state, JobState::Waiting);
        assert!(job.due_at > story.clock.now().plus(Duration::from_hours(1)));
        story.end().await;
    })
    .await;
}

#[tokio::test]
async fn who_waits_for_a_turn_loses_no_attempt() {
    each(|db| async move {
        let story = Story::begin(db);
        let mut workers = story.workers();
        let at = story.clock.now().plus(Duration::from_millis(300));
        let clock = Arc::clone(&story.clock);
        workers.handle(Kind::new("test").attempts(1), move |run: Run| {
            let now = clock.now();
            async move {
                assert_eq!(run.attempt(), 1);
                if now < at { Err(Failure::postponed(at)) } else { Ok(()) }
            }
        });
        story.start(workers);
        let id = story.ask(NewJob::new("test", &())).await;
        let done = story.until(id, JobState::Done).await;
        assert!(done.started_at.unwrap() >= at && done.last_error.is_none());
        story.end().await;
    })
    .await;
}

#[tokio::test]
async fn panics_and_endless_attempts_count_as_failures() {
    each(|db| async move {
        let story = Story::begin(db);
        let mut workers = story.workers();
        workers.handle(Kind::new("panics").attempts(1), |run: Run| async move {
            assert!(run.attempt() == 0, "the story wants it to");
            Ok(())
        });
        let endless = Kind::new("endless").attempts(1).within(Duration::from_millis(50));
        workers.handle(endless, |_| std::future::pending());
        story.start(workers);
        let (panics, endless) =
            (story.ask(NewJob::new("panics", &())).await, story.ask(NewJob::new("endless", &())).await);
        assert_eq!(story.until(panics, JobState::Dead).await.last_error.unwrap(), "it panicked");
        assert_eq!(story.until(endless, JobState::Dead).await.last_error.unwrap(), "it took longer than 50ms");
        story.end().await;
    })
    .await;
}

#[tokio::test]
async fn the_same_is_asked_for_once_and_once_more_while_it_runs() {
    each(|db| async move {
        let story = Story::begin(db);
        let keyed = |number: u32| NewJob::new("test", &number).once("one");
        let later = story.clock.now().plus(Duration::from_hours(1));
        let first = story.ask(keyed(1).due(later)).await;
        assert_eq!(story.ask(keyed(2)).await, first);
        assert_eq!(
            story.ask(NewJob::new("other", &3).once("one")).await.get(),
            first.get() + 2,
            "another kind is another job"
        );
        let job = story.job(first).await;
        assert_eq!(job.payload, "2", "the newer payload");
        assert!(job.due_at < later, "the earlier instant");

        let seen = Seen::default();
        let (gate, reached) = (Arc::new(tokio::sync::Semaphore::new(0)), Arc::new(tokio::sync::Semaphore::new(0)));
        let mut workers = story.workers();
        workers.handle(Kind::new("test"), {
            let (seen, gate, reached) = (seen.clone(), Arc::clone(&gate), Arc::clone(&reached));
            move |run: Run| {
                let (seen, gate, reached) = (seen.clone(), Arc::clone(&gate), Arc::clone(&reached));
                async move {
                    let _in_hand = seen.take(run.read()?);
                    reached.add_permits(1);
                    gate.acquire().await.unwrap().forget();
                    Ok(())
                }
            }
        });
        story.start(workers);
        reached.acquire().await.unwrap().forget();
        assert_eq!(story.ask(keyed(4)).await, first);
        assert_eq!(story.ask(keyed(5)).await, first);
        gate.add_permits(2);
        story.until(first, JobState::Done).await;
        assert_eq!(seen.times(), BTreeMap::from([(2, 1), (5, 1)]));
        assert!(story.ask(keyed(6)).await > first, "a finished one is in nobody's way");
        gate.add_permits(1);
        story.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_dead_job_is_not_revived_beside_the_same_one() {
    each(|db| async move {
        let story = Story::begin(db);
        let mut workers = story.workers();
        workers.handle(Kind::new("test").attempts(1), |_| async { Err(Failure::retry("no")) });
        story.start(workers);
        let dead = story.ask(NewJob::new("test", &()).once("one")).await;
        story.until(dead, JobState::Dead).await;
        let later = story.clock.now().plus(Duration::from_hours(1));
        story.ask(NewJob::new("test", &()).once("one").due(later)).await;
        assert!(matches!(story.jobs.retry(&Actor::Operator, dead).await, Err(Error::NotNow)));
        story.end().await;
    })
    .await;
}

#[tokio::test]
async fn progress_is_told_once_a_second_at_most() {
    each(|db| async move {
        let story = Story::begin(db);
        let mut workers = story.workers();
        workers.handle(Kind::new("test").attempts(2), |run: Run| async move {
            run.progress(1, Some(4), "counting").await;
            run.progress(2, Some(4), "too soon to be told").await;
            Err(Failure::retry("no").not_before(Millis(i64::MAX)))
        });
        story.start(workers);
        let id = story.ask(NewJob::new("test", &())).await;
        let progress = story.when(id, |job| job.last_error.is_some()).await.progress.unwrap();
        assert_eq!((progress.done, progress.total, progress.note.as_str()), (1, Some(4), "counting"));
        story.end().await;
    })
    .await;
}

#[tokio::test]
async fn jobs_are_listed_newest_first_and_filtered() {
    each(|db| async move {
        let story = Story::begin(db);
        let mut ids = Vec::new();
        for number in 0..5_u32 {
            ids.push(story.ask(NewJob::new(if number % 2 == 0 { "even" } else { "odd" }, &number)).await);
        }
        let list = async |query| story.jobs.list(&Actor::Operator, query).await.unwrap();
        let page = list(JobQuery { at_most: 2, ..JobQuery::default() }).await;
        assert_eq!(page.jobs.iter().map(|job| job.id).collect::<Vec<_>>(), [ids[4], ids[3]]);
        let rest = list(JobQuery { before: page.next, ..JobQuery::default() }).await;
        assert_eq!((rest.jobs.len(), rest.next), (3, None));
        assert_eq!(list(JobQuery { kind: Some("odd".into()), ..JobQuery::default() }).await.jobs.len(), 2);
        let none = list(JobQuery { state: Some(JobState::Dead), ..JobQuery::default() }).await;
        assert_eq!(none.jobs, []);
    })
    .await;
}

#[tokio::test]
async fn only_those_who_run_the_hub_look_after_the_queue() {
    each(|db| async move {
        let story = Story::begin(db);
        let id = story.ask(NewJob::new("test", &())).await;
        for (actor, may_look, may_change) in visitors() {
            let jobs = &story.jobs;
            let looked = [
                jobs.list(&actor, JobQuery::default()).await.err().map(|error| error.kind()),
                jobs.find(&actor, id).await.err().map(|error| error.kind()),
                jobs.overview(&actor).await.err().map(|error| error.kind()),
            ];
            assert_eq!(looked, [may_look; 3], "{actor:?}");
            assert_eq!(jobs.retry(&actor, id).await.err().map(|error| error.kind()), may_change, "{actor:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn finished_jobs_are_cleared_away_after_a_while() {
    each(|db| async move {
        let story = Story::begin(db);
        let mut workers = story.workers();
        workers.handle(Kind::new("good"), |_| async { Ok(()) });
        workers.handle(Kind::new("bad").attempts(1), |_| async { Err(Failure::retry("no")) });
        story.start(workers);
        let (good, bad) = (story.ask(NewJob::new("good", &())).await, story.ask(NewJob::new("bad", &())).await);
        story.until(good, JobState::Done).await;
        story.until(bad, JobState::Dead).await;
        let db = &story.db;
        let in_days = |days: u64| story.clock.now().plus(Duration::from_hours(24 * days));
        crate::workers::tidy(db, in_days(0)).await.unwrap();
        story.job(good).await;
        crate::workers::tidy(db, in_days(2)).await.unwrap();
        assert_eq!(story.jobs.find(&Actor::Operator, good).await.unwrap(), None);
        story.job(bad).await;
        crate::workers::tidy(db, in_days(31)).await.unwrap();
        assert_eq!(story.jobs.find(&Actor::Operator, bad).await.unwrap(), None);
        story.end().await;
    })
    .await;
}
