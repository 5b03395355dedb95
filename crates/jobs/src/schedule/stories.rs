//! What becomes of schedules, told on both databases.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use base::testing::SeededChance;
use base::{Actor, Clock as _, JobId, Millis, OrgId, ScheduleId};
use contract::{
    Code, Field,
    job::JobState,
    schedule::{RunState, Schedule, ScheduleRun, Timing, When},
};
use db::{
    Db, sql,
    testing::{each, until},
};
use futures::future::join_all;
use tokio_util::sync::CancellationToken;

use super::{NewSchedule, Task, plan, store, unplan};
use crate::{
    Error, Failure, JobQuery, Jobs, Kind, Run,
    stories::{Story, visitors},
};

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

fn hourly() -> Task {
    Task::every_secs("sweep", "test.sweep", 3600)
}

impl Story {
    async fn declared(db: Db, tasks: &[Task]) -> Self {
        let story = Self::begin(db);
        story.jobs.schedules().declare(tasks).await.unwrap();
        story
    }

    /// Everything that is due becomes jobs.
    async fn look(&self) {
        self.jobs.schedules().look(&CancellationToken::new()).await.unwrap();
    }

    async fn schedules(&self) -> Vec<Schedule> {
        self.jobs.schedules().list(&Actor::Operator, None, 200).await.unwrap().schedules
    }

    async fn only(&self) -> Schedule {
        let mut all = self.schedules().await;
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    async fn runs(&self, id: ScheduleId) -> Vec<ScheduleRun> {
        self.jobs.schedules().runs(&Actor::Operator, id, None, 200).await.unwrap().unwrap().runs
    }

    async fn queued(&self, kind: &str) -> Vec<JobId> {
        let query = JobQuery { kind: Some(kind.into()), at_most: 200, ..JobQuery::default() };
        self.jobs.list(&Actor::Operator, query).await.unwrap().jobs.iter().map(|job| job.id).collect()
    }

    /// Has every job of that kind done well from now on.
    fn sweep(&self) {
        let mut workers = self.workers();
        workers.handle(Kind::new("test.sweep"), |_| async { Ok(()) });
        self.start(workers);
    }

    async fn run_ends(&self, id: ScheduleId) -> ScheduleRun {
        until("the end of the run", async || {
            let run = self.runs(id).await.remove(0);
            if run.state == RunState::UnderWay { Err(run) } else { Ok(run) }
        })
        .await
    }

    async fn plan(&self, new: NewSchedule) -> Result<ScheduleId, Error> {
        let now = self.clock.now();
        self.db
            .write(move |tx| {
                let new = new.clone();
                Box::pin(async move { plan(tx, now, &new).await })
            })
            .await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_becomes_one_job_however_many_look() {
    each(|db| async move {
        let story = Story::declared(db, &[hourly()]).await;
        story.look().await;
        assert_eq!(story.queued("test.sweep").await, []);
        let planned = story.only().await.next[0];
        for round in 1..=5_u32 {
            story.clock.advance(HOUR);
            join_all((0..8).map(|_| story.look())).await;
            let jobs = story.queued("test.sweep").await;
            assert_eq!(jobs.len(), 1, "one job a time, the {round}th");
            let schedule = story.only().await;
            assert_eq!(schedule.next[0], planned.plus(HOUR * round), "the beat is kept");
            let run = schedule.last.unwrap();
            assert_eq!((run.job, run.state, run.by_hand), (Some(jobs[0]), RunState::UnderWay, false));
            assert_eq!(run.planned_at, planned.plus(HOUR * (round - 1)));
            story.jobs.remove(&Actor::Operator, jobs[0]).await.unwrap();
            assert_eq!(story.queued("test.sweep").await, []);
        }
    })
    .await;
}

#[tokio::test]
async fn after_being_away_it_is_done_once_and_then_at_its_time() {
    each(|db| async move {
        let tasks = [hourly(), Task::cron("nightly", "test.nightly", "0 3 * * *")];
        let story = Story::declared(db, &tasks).await;
        let before: Vec<Millis> = story.schedules().await.iter().map(|schedule| schedule.next[0]).collect();
        story.clock.advance(DAY * 10);
        story.look().await;
        story.look().await;
        let now = story.clock.now();
        for (schedule, before) in story.schedules().await.iter().zip(before) {
            assert_eq!(story.queued(&schedule.kind).await.len(), 1, "{}", schedule.name);
            assert_eq!(story.runs(schedule.id).await.len(), 1);
            let (next, step) = (schedule.next[0], if schedule.name == "sweep" { HOUR } else { DAY });
            assert!(next > now && now.plus(step) >= next, "{}", schedule.name);
            assert_eq!(next.since(before).as_millis() % step.as_millis(), 0, "{}", schedule.name);
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_due_while_the_last_run_is_under_way_is_skipped() {
    each(|db| async move {
        let story = Story::declared(db, &[hourly()]).await;
        for _ in 0..2 {
            story.clock.advance(HOUR);
            story.look().await;
        }
        let id = story.only().await.id;
        let states: Vec<_> = story.runs(id).await.iter().map(|run| run.state).collect();
        assert_eq!(states, [RunState::Skipped, RunState::UnderWay]);
        assert_eq!(story.queued("test.sweep").await.len(), 1);
        assert!(matches!(story.jobs.schedules().run_now(&Actor::Operator, id).await, Err(Error::NotNow)));
        story.sweep();
        until("the end of the run", async || {
            let states: Vec<_> = story.runs(id).await.iter().map(|run| run.state).collect();
            if states == [RunState::Skipped, RunState::Done] { Ok(()) } else { Err(states) }
        })
        .await;
        story.clock.advance(HOUR);
        story.look().await;
        assert_eq!(story.run_ends(id).await.state, RunState::Done);
        story.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_run_tells_what_became_of_its_job() {
    each(|db| async move {
        let story = Story::declared(db, &[hourly()]).await;
        let (schedules, healed) = (story.jobs.schedules(), CancellationToken::new());
        let id = story.only().await.id;
        // Removed before anybody was at it.
        let job = schedules.run_now(&Actor::Operator, id).await.unwrap();
        story.jobs.remove(&Actor::Operator, job).await.unwrap();
        let removed = story.run_ends(id).await;
        assert_eq!((removed.state, removed.by_hand, removed.job), (RunState::Removed, true, None));

        let mut workers = story.workers();
        let is_healed = healed.clone();
        workers.handle(Kind::new("test.sweep").attempts(1), move |_| {
            let healed = is_healed.is_cancelled();
            async move { if healed { Ok(()) } else { Err(Failure::retry("no broom")) } }
        });
        story.start(workers);
        let job = schedules.run_now(&Actor::Operator, id).await.unwrap();
        let failed = story.run_ends(id).await;
        assert_eq!(
            (failed.state, failed.job, failed.error.as_deref()),
            (RunState::Failed, Some(job), Some("no broom"))
        );
        assert!(failed.finished_at.is_some());

        // Tried once more by hand, the same run ends well.
        healed.cancel();
        story.jobs.retry(&Actor::Operator, job).await.unwrap();
        story.until(job, JobState::Done).await;
        let mended = story.run_ends(id).await;
        assert_eq!((mended.id, mended.state, mended.error), (failed.id, RunState::Done, None));
        story.end().await;
    })
    .await;
}

#[tokio::test]
async fn only_the_last_fifty_runs_are_kept() {
    each(|db| async move {
        let story = Story::declared(db, &[hourly()]).await;
        let schedules = story.jobs.schedules();
        let id = story.only().await.id;
        for _ in 0..55 {
            let job = schedules.run_now(&Actor::Operator, id).await.unwrap();
            story.jobs.remove(&Actor::Operator, job).await.unwrap();
        }
        let page = schedules.runs(&Actor::Operator, id, None, 20).await.unwrap().unwrap();
        assert_eq!(page.runs.len(), 20);
        let rest = schedules.runs(&Actor::Operator, id, page.next, 200).await.unwrap().unwrap();
        assert_eq!((rest.runs.len(), rest.next), (30, None));
        assert!(rest.runs[0].id < page.runs[19].id);
    })
    .await;
}

#[tokio::test]
async fn an_admin_chooses_another_time_pauses_and_resumes() {
    each(|db| async move {
        let story = Story::declared(db, &[hourly()]).await;
        let (schedules, operator) = (story.jobs.schedules(), Actor::Operator);
        let own = story.only().await;
        let id = own.id;
        let berlin = When { timing: Timing::cron("30 4 * * 1-5"), zone: "europe/berlin".into() };
        let chosen = schedules.choose(&operator, id, Some(berlin)).await.unwrap();
        assert_eq!((chosen.changed, chosen.when.zone.as_str(), &chosen.own), (true, "Europe/Berlin", &own.own));
        assert_eq!(chosen.next.len(), 5, "so many times to come are told");
        assert!(chosen.next.windows(2).all(|pair| pair[1] > pair[0]));

        let wrong = |timing, zone: &str| When { timing, zone: zone.into() };
        for (when, fields) in [
            (wrong(Timing::cron("x"), "Nowhere"), vec![(Field::Cron, Code::NotACron), (Field::Zone, Code::NotAZone)]),
            (wrong(Timing::EverySecs(1), "UTC"), vec![(Field::EverySecs, Code::OutOfRange)]),
            (wrong(Timing::OnceAt(Millis(1)), "UTC"), vec![(Field::OnceAt, Code::NotAChoice)]),
        ] {
            let Err(Error::Invalid(problems)) = schedules.choose(&operator, id, Some(when)).await else {
                panic!("{fields:?} was taken")
            };
            assert_eq!(problems.iter().map(|problem| (problem.field, problem.code)).collect::<Vec<_>>(), fields);
        }

        let paused = schedules.pause(&operator, id).await.unwrap();
        assert!(paused.paused && paused.next.is_empty());
        assert_eq!(schedules.pause(&operator, id).await.unwrap(), paused, "twice is once");
        story.clock.advance(DAY * 30);
        story.look().await;
        assert_eq!(story.queued("test.sweep").await, []);
        // Another time while it is paused: it stays paused.
        let every = schedules.choose(&operator, id, Some(When::utc(Timing::EverySecs(60)))).await.unwrap();
        assert!(every.paused && every.next.is_empty());
        let by_hand = schedules.run_now(&operator, id).await.unwrap();
        assert_eq!(story.queued("test.sweep").await, [by_hand], "by hand also while it is paused");
        let resumed = schedules.resume(&operator, id).await.unwrap();
        assert!(!resumed.paused && resumed.next[0] > story.clock.now(), "what was missed is not made up for");

        let reset = schedules.choose(&operator, id, None).await.unwrap();
        assert_eq!((reset.changed, &reset.when), (false, &own.own));
        assert!(matches!(schedules.pause(&operator, ScheduleId::from(99)).await, Err(Error::NotFound)));
        assert_eq!(schedules.find(&operator, ScheduleId::from(99)).await.unwrap(), None);
        let audited: Vec<(String,)> = sql("select act from audit_log where target_kind = 'schedule' order by id")
            .fetch_all(&story.db)
            .await
            .unwrap();
        let audited: Vec<_> = audited.iter().map(|(act,)| act.as_str()).collect();
        assert_eq!(
            audited,
            [
                "schedule.changed",
                "schedule.paused",
                "schedule.changed",
                "schedule.run",
                "schedule.resumed",
                "schedule.changed"
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn a_new_version_s_tasks_are_declared_and_an_admin_s_choice_outlives_them() {
    each(|db| async move {
        let story = Story::declared(db, &[hourly()]).await;
        let schedules = story.jobs.schedules();
        let first = story.only().await;
        story.clock.advance(MINUTE * 10);
        schedules.declare(&[hourly()]).await.unwrap();
        assert_eq!(story.only().await, first, "a restart moves nothing");

        // The next version has it at another time, and one more.
        let next = [Task::cron("sweep", "test.sweep", "0 3 * * *"), Task::every_secs("more", "test.more", 60)];
        schedules.declare(&next).await.unwrap();
        let [sweep, more] = &story.schedules().await[..] else { panic!("two") };
        assert_eq!((sweep.id, &sweep.when), (first.id, &When::utc(Timing::cron("0 3 * * *"))));
        assert_ne!(sweep.next, first.next);
        let chosen =
            schedules.choose(&Actor::Operator, more.id, Some(When::utc(Timing::EverySecs(600)))).await.unwrap();
        schedules.pause(&Actor::Operator, sweep.id).await.unwrap();

        // Back to the version before: what it does not know rests, and comes back as it was left.
        schedules.declare(&[hourly()]).await.unwrap();
        let back = story.only().await;
        assert!(back.paused && back.next.is_empty() && back.when == first.own);
        assert!(matches!(schedules.run_now(&Actor::Operator, more.id).await, Err(Error::NotNow)));
        schedules.declare(&next).await.unwrap();
        let again = story.schedules().await.remove(1);
        assert_eq!((again.id, again.changed, &again.when), (chosen.id, true, &chosen.when));
        assert!(again.next[0] > story.clock.now());
    })
    .await;
}

#[tokio::test]
async fn what_is_done_once_is_done_once_and_its_key_replaces() {
    each(|db| async move {
        let story = Story::begin(db);
        let at = |after: Duration| When::utc(Timing::OnceAt(story.clock.now().plus(after)));
        let single = |key: &str, when| NewSchedule::new("streaks", key, "test.sweep", when).with(&key);
        let first = story.plan(single("a", at(HOUR))).await.unwrap();
        assert_eq!(story.plan(single("a", at(DAY))).await.unwrap(), first);
        story.plan(single("b", at(Duration::ZERO))).await.unwrap();
        story.look().await;
        story.clock.advance(HOUR * 2);
        story.look().await;
        let jobs = story.queued("test.sweep").await;
        assert_eq!(jobs.len(), 1, "the later time holds");
        assert_eq!(story.job(jobs[0]).await.payload, "\"b\"");
        assert_eq!(story.only().await.id, first, "one that was done is not listed any more");
        assert_eq!(story.only().await.title(), "streaks:a");
        assert!(matches!(story.jobs.schedules().choose(&Actor::Operator, first, None).await, Err(Error::NotNow)));

        // By hand before its time: with that it is done.
        story.jobs.schedules().run_now(&Actor::Operator, first).await.unwrap();
        story.clock.advance(DAY * 2);
        story.look().await;
        assert_eq!(story.queued("test.sweep").await.len(), 2);
        assert_eq!(store::prune(&story.db, story.clock.now().minus(DAY * 30)).await.unwrap(), 0);
        assert_eq!(store::prune(&story.db, story.clock.now().plus(HOUR)).await.unwrap(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_has_only_so_many_and_an_organization_takes_its_own_along() {
    each(|db| async move {
        let story = Story::begin(db);
        story
            .db
            .write(|tx| {
                Box::pin(async move {
                    for slug in ["one", "two"] {
                        sql("insert into organizations (slug, name, folded_name, sort_name, description, visibility, joining, state,
                                 member_count, seats, created_at, granted_at)
                             values ($1, $1, $1, $1, '', 'public', 'open', 'active', 0, 10, 0, 0)")
                        .bind(slug)
                        .execute(&mut *tx)
                        .await?;
                    }
                    Ok::<_, Error>(())
                })
            })
            .await
            .unwrap();
        let (one, two) = (OrgId::from(1), OrgId::from(2));
        let new = |name: String| NewSchedule::new("streaks", name, "test.sweep", When::utc(Timing::EverySecs(60)));
        let planned = join_all((0..110).map(|n| story.plan(new(n.to_string()).of(one)))).await;
        let full = planned.iter().filter(|planned| matches!(planned, Err(Error::Full))).count();
        assert_eq!(full, 10, "a hundred, also of those that come at once");
        story.plan(new("0".into()).of(two)).await.unwrap();
        story.plan(new("0".into())).await.unwrap();
        let taken = planned.iter().position(Result::is_ok).unwrap();
        story.plan(new(taken.to_string()).of(one)).await.unwrap();
        let single = When::utc(Timing::OnceAt(Millis(i64::from(u32::MAX))));
        story.plan(NewSchedule::new("streaks", "single", "test.sweep", single).of(one)).await.unwrap();
        assert!(matches!(story.plan(new(String::new())).await, Err(Error::Invalid(_))));
        assert!(matches!(story.plan(new("x".repeat(201))).await, Err(Error::Invalid(_))));
        assert!(matches!(story.plan(new("big".into()).with(&"x".repeat(17_000))).await, Err(Error::Invalid(_))));

        let page = story.jobs.schedules().list(&Actor::Operator, None, 100).await.unwrap();
        let rest = story.jobs.schedules().list(&Actor::Operator, page.next, 100).await.unwrap();
        assert_eq!((page.schedules.len(), rest.schedules.len(), rest.next), (100, 3, None));
        let gone =
            story.db.write(move |tx| Box::pin(async move { unplan(tx, "streaks", Some(two), None).await })).await;
        assert_eq!(gone.unwrap(), 1);
        let gone = story.db.write(|tx| {
            Box::pin(async move { sql("delete from organizations where id = 1").execute(tx).await.map_err(Error::from) })
        });
        assert_eq!(gone.await.unwrap(), 1);
        assert_eq!(story.only().await.organization, None);
    })
    .await;
}

#[tokio::test]
async fn only_those_who_run_the_hub_look_after_schedules() {
    each(|db| async move {
        let story = Story::declared(db, &[hourly()]).await;
        let (schedules, id) = (story.jobs.schedules(), story.only().await.id);
        for (actor, may_look, may_change) in visitors() {
            let looked = [
                schedules.list(&actor, None, 1).await.err().map(|error| error.kind()),
                schedules.find(&actor, id).await.err().map(|error| error.kind()),
                schedules.runs(&actor, id, None, 1).await.err().map(|error| error.kind()),
            ];
            assert_eq!(looked, [may_look; 3], "{actor:?}");
            let changed = [
                schedules.choose(&actor, id, None).await.err().map(|error| error.kind()),
                schedules.pause(&actor, id).await.err().map(|error| error.kind()),
                schedules.resume(&actor, id).await.err().map(|error| error.kind()),
                schedules.run_now(&actor, id).await.err().map(|error| error.kind()),
            ];
            assert_eq!(changed, [may_change; 4], "{actor:?}");
        }
    })
    .await;
}

/// Three nodes that look after schedules and work on jobs, one of them killed: every time has its run, none has two, and no run is done by
/// two at once.
#[tokio::test(flavor = "multi_thread")]
async fn with_three_nodes_and_one_killed_every_time_has_one_run() {
    each(|db| async move {
        let names = ["a", "b", "c", "d"];
        let tasks = names.map(|name| Task::every_secs(name, "test.sweep", 60)).to_vec();
        let story = Story::declared(db, &tasks).await;
        let in_hand: Arc<Mutex<BTreeMap<JobId, u32>>> = Arc::default();
        let twice = CancellationToken::new();
        let node = |seed: u64| {
            let jobs =
                Jobs::new(story.db.clone(), Arc::clone(&story.clock) as Arc<_>, Arc::new(SeededChance::new(seed)));
            let mut workers = jobs.workers().at_pace(crate::testing::QUICK);
            let (in_hand, twice) = (Arc::clone(&in_hand), twice.clone());
            workers.handle(Kind::new("test.sweep").at_once(4), move |run: Run| {
                let (in_hand, twice) = (Arc::clone(&in_hand), twice.clone());
                async move {
                    let hand = Hand::take(in_hand, run.id());
                    if hand.was_taken {
                        twice.cancel();
                    }
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    Ok(())
                }
            });
            let (keeper, stop) = (jobs.schedules(), story.stop.clone());
            let tasks = tasks.clone();
            let work = workers.run(stop.clone(), Duration::from_secs(5));
            let nudged = keeper.clone();
            (async move { tokio::join!(keeper.keep(tasks, stop), work) }, nudged)
        };
        let (doomed, _) = node(1);
        let doomed = story.tasks.spawn(doomed);
        let mut nudges = Vec::new();
        for seed in [2, 3] {
            let (node, nudge) = node(seed);
            story.tasks.spawn(node);
            nudges.push(nudge);
        }
        let all_done = async |times: usize| {
            until("every run", async || {
                for nudge in &nudges {
                    nudge.nudge();
                }
                let mut told = Vec::new();
                for schedule in story.schedules().await {
                    told.extend(story.runs(schedule.id).await.into_iter().map(|run| (run.planned_at, run.state)));
                }
                let done = told.iter().filter(|(_, state)| *state == RunState::Done).count();
                if done == times * names.len() { Ok(()) } else { Err(told) }
            })
            .await;
        };
        for time in 1..=10 {
            story.clock.advance(MINUTE);
            if time == 5 {
                for nudge in &nudges {
                    nudge.nudge();
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
                doomed.abort();
            }
            all_done(time).await;
        }
        for schedule in story.schedules().await {
            let planned: Vec<Millis> = story.runs(schedule.id).await.iter().map(|run| run.planned_at).collect();
            assert_eq!(planned.len(), 10, "{}: none twice", schedule.name);
            assert!(
                planned.windows(2).all(|pair| pair[0].since(pair[1]) == MINUTE),
                "{}: none left out",
                schedule.name
            );
        }
        assert!(!twice.is_cancelled(), "no job was in the hands of two");
        story.end().await;
    })
    .await;
}

/// A job in somebody's hands; put down however the attempt ends.
struct Hand {
    all: Arc<Mutex<BTreeMap<JobId, u32>>>,
    job: JobId,
    was_taken: bool,
}

impl Hand {
    fn take(all: Arc<Mutex<BTreeMap<JobId, u32>>>, job: JobId) -> Self {
        let was_taken = {
            let mut held = all.lock().unwrap();
            let hands = held.entry(job).or_default();
            *hands += 1;
            *hands > 1
        };
        Self { all, job, was_taken }
    }
}

impl Drop for Hand {
    fn drop(&mut self) {
        *self.all.lock().unwrap().get_mut(&self.job).unwrap() -= 1;
    }
}
