//! Schedules, for those who look after them.

use std::collections::HashMap;

use audit::Entry;
use base::{Action, Actor, JobId, Millis, ScheduleId, ScheduleRunId};
use contract::{
    Code, Field, FieldProblem,
    schedule::{RunPage, Schedule, SchedulePage, ScheduleRun, Timing, When},
};
use db::Db;
use serde_json::json;

use super::{
    key,
    rule::Rule,
    store::{self, Row},
};
use crate::{Error, Jobs, NewJob, enqueue};

/// The longest page anybody gets.
const LONGEST_PAGE: u32 = 200;
/// So many times to come are told of one schedule, and so many of each in a list.
const COMING: usize = 5;
const COMING_IN_LISTS: usize = 1;

/// What is done at its time. Clones are the same.
#[derive(Clone)]
pub struct Schedules(Jobs);

impl Schedules {
    pub(crate) const fn new(jobs: Jobs) -> Self {
        Self(jobs)
    }

    pub(super) fn db(&self) -> &Db {
        &self.0.0.db
    }

    pub(super) fn now(&self) -> Millis {
        self.0.now()
    }

    pub(super) async fn nudged(&self) {
        self.0.0.schedules_nudged.notified().await;
    }

    /// Has whoever looks at what is due in this process look at once. They do so by themselves each second.
    pub fn nudge(&self) {
        self.0.0.schedules_nudged.notify_one();
    }

    /// A page of schedules, in the order in which they were first planned.
    pub async fn list(&self, actor: &Actor, after: Option<ScheduleId>, at_most: u32) -> Result<SchedulePage, Error> {
        actor.may(Action::ViewSystem)?;
        let at_most = at_most.clamp(1, LONGEST_PAGE);
        let after = after.unwrap_or_else(|| ScheduleId::from(0));
        // One more than asked for tells whether there is a next page.
        let mut rows = store::list(self.db(), after, at_most + 1).await?;
        let more = rows.len() > at_most as usize;
        rows.truncate(at_most as usize);
        let next = if more { rows.last().map(|row| row.id.into()) } else { None };
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        let mut last: HashMap<_, _> = store::last_runs(self.db(), &ids).await?.into_iter().collect();
        let schedules = rows.into_iter().map(|row| {
            let run = last.remove(&row.id);
            self.told(row, run, COMING_IN_LISTS)
        });
        Ok(SchedulePage { schedules: schedules.collect(), next })
    }

    /// One schedule.
    pub async fn find(&self, actor: &Actor, id: ScheduleId) -> Result<Option<Schedule>, Error> {
        actor.may(Action::ViewSystem)?;
        let Some(row) = store::find(self.db(), id).await? else { return Ok(None) };
        let last = store::last_runs(self.db(), &[row.id]).await?.pop();
        Ok(Some(self.told(row, last.map(|(_, run)| run), COMING)))
    }

    /// When it was done, newest first; the last 50 times are kept.
    pub async fn runs(
        &self,
        actor: &Actor,
        id: ScheduleId,
        before: Option<ScheduleRunId>,
        at_most: u32,
    ) -> Result<Option<RunPage>, Error> {
        actor.may(Action::ViewSystem)?;
        if store::find(self.db(), id).await?.is_none() {
            return Ok(None);
        }
        let at_most = at_most.clamp(1, LONGEST_PAGE);
        let before = before.unwrap_or_else(|| ScheduleRunId::from(i64::MAX));
        let mut runs = store::runs(self.db(), id, before, at_most + 1).await?;
        let more = runs.len() > at_most as usize;
        runs.truncate(at_most as usize);
        let next = if more { runs.last().map(|run| run.id) } else { None };
        Ok(Some(RunPage { runs, next }))
    }

    /// Chooses another time for one that recurs; `None`: as its owner says, again. Gives back how it stands.
    pub async fn choose(&self, actor: &Actor, id: ScheduleId, chosen: Option<When>) -> Result<Schedule, Error> {
        actor.may(Action::ManageSystem)?;
        let now = self.now();
        let rule = chosen.as_ref().map(|when| Rule::read(when, now)).transpose().map_err(Error::Invalid)?;
        let field = |field, code| Error::Invalid(vec![FieldProblem { field, code }]);
        if chosen.as_ref().is_some_and(|when| matches!(when.timing, Timing::OnceAt(_))) {
            return Err(field(Field::OnceAt, Code::NotAChoice));
        }
        // The zone as the database of zones writes it.
        let chosen = chosen.zip(rule).map(|(when, rule)| When { zone: rule.zone().to_owned(), ..when });
        self.change(actor, id, "schedule.changed", move |row| {
            let own = row.own().ok_or(Error::NotNow)?;
            if matches!(own.timing, Timing::OnceAt(_)) {
                return Err(Error::NotNow);
            }
            let when = chosen.clone().unwrap_or(own);
            let first = Rule::read(&when, now).map_err(Error::Invalid)?.first(now);
            let said = (json!({ "when": row.when() }), json!({ "when": when }));
            Ok(Change { chosen: chosen.clone(), paused: row.paused, next: first.filter(|_| !row.paused), said })
        })
        .await
    }

    /// Leaves it undone until it is resumed. What is under way goes on.
    pub async fn pause(&self, actor: &Actor, id: ScheduleId) -> Result<Schedule, Error> {
        actor.may(Action::ManageSystem)?;
        self.change(actor, id, "schedule.paused", |row| {
            let said = (json!({ "paused": row.paused }), json!({ "paused": true }));
            Ok(Change { chosen: row.chosen(), paused: true, next: None, said })
        })
        .await
    }

    /// Has it done again at its times. What was missed meanwhile is not made up for; a single time that has passed is due at once.
    pub async fn resume(&self, actor: &Actor, id: ScheduleId) -> Result<Schedule, Error> {
        actor.may(Action::ManageSystem)?;
        let now = self.now();
        self.change(actor, id, "schedule.resumed", move |row| {
            let next = if row.paused {
                let when = row.when().ok_or(Error::NotNow)?;
                Rule::read(&when, now).map_err(Error::Invalid)?.first(now)
            } else {
                row.next_at.map(Millis)
            };
            let said = (json!({ "paused": row.paused }), json!({ "paused": false }));
            Ok(Change { chosen: row.chosen(), paused: false, next, said })
        })
        .await
    }

    /// Has it done at once, also while it is paused; its next time stays. A single one is done with that. Gives back its job.
    pub async fn run_now(&self, actor: &Actor, id: ScheduleId) -> Result<JobId, Error> {
        actor.may(Action::ManageSystem)?;
        let (now, acting) = (self.now(), actor.clone());
        self.db()
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move {
                    let row = store::get(tx, id).await?.ok_or(Error::NotFound)?;
                    if row.ended_at.is_some() {
                        return Err(Error::NotNow);
                    }
                    let run = store::begin_run(tx, row.id, now, now, true).await?.ok_or(Error::NotNow)?;
                    if row.own().is_some_and(|own| matches!(own.timing, Timing::OnceAt(_))) {
                        store::end(tx, &row, now).await?;
                    }
                    let entry = Entry::new("schedule.run", "schedule", id).changing((), json!({ "name": row.name }));
                    let job = NewJob::kept(row.kind, row.payload).once(key(row.id));
                    let job = enqueue(tx, now, &job).await?;
                    store::set_job(tx, run, job).await?;
                    store::thin_out(tx, row.id).await?;
                    audit::record(tx, now, &acting, &entry).await?;
                    Ok(job)
                })
            })
            .await
    }

    async fn change(
        &self,
        actor: &Actor,
        id: ScheduleId,
        act: &'static str,
        decide: impl Fn(&Row) -> Result<Change, Error> + Send + Sync + Clone + 'static,
    ) -> Result<Schedule, Error> {
        let (now, acting) = (self.now(), actor.clone());
        self.db()
            .write(move |tx| {
                let (acting, decide) = (acting.clone(), decide.clone());
                Box::pin(async move {
                    let row = store::get(tx, id).await?.ok_or(Error::NotFound)?;
                    let Change { chosen, paused, next, said } = decide(&row)?;
                    if !store::choose(tx, &row, chosen.as_ref(), paused, next).await? {
                        // Ended, or changed by somebody else at the same moment.
                        return Err(Error::NotNow);
                    }
                    if said.0 == said.1 {
                        return Ok(());
                    }
                    let entry = Entry::new(act, "schedule", id).changing(said.0, said.1);
                    Ok(audit::record(tx, now, &acting, &entry).await?)
                })
            })
            .await?;
        let found = store::find(self.db(), id).await?.ok_or(Error::NotFound)?;
        let last = store::last_runs(self.db(), &[found.id]).await?.pop();
        Ok(self.told(found, last.map(|(_, run)| run), COMING))
    }

    fn told(&self, row: Row, last: Option<ScheduleRun>, coming: usize) -> Schedule {
        // What another version wrote and this one can't read is told as never.
        let unread = || When::utc(Timing::cron(""));
        let (own, when) = (row.own().unwrap_or_else(unread), row.when().unwrap_or_else(unread));
        let next = row.next_at.map(Millis);
        let next = match (next, Rule::read(&when, self.now())) {
            (Some(next), Ok(rule)) => rule.coming(next, coming),
            (next, _) => next.into_iter().collect(),
        };
        Schedule {
            id: row.id.into(),
            changed: row.is_changed(),
            organization: row.organization_id.map(Into::into),
            owner: row.owner,
            name: row.name,
            kind: row.kind,
            when,
            own,
            paused: row.paused,
            next,
            last,
        }
    }
}

/// How one is to stand, and what the audit trail says of it.
struct Change {
    chosen: Option<When>,
    paused: bool,
    next: Option<Millis>,
    said: (serde_json::Value, serde_json::Value),
}
