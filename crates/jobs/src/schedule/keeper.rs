//! The look each second that turns what is due into jobs.

use std::time::{Duration, Instant};

use base::Millis;
use contract::schedule::{HUB, RunState};
use tokio_util::sync::CancellationToken;

use super::{
    Schedules, Task, key, plan,
    rule::Rule,
    store::{self, Row},
};
use crate::{Error, NewJob, enqueue};

/// How often somebody looks. What an admin changes holds from the next look on, whichever process it was changed in.
const LOOK: Duration = Duration::from_secs(1);
/// Turned into jobs between two looks at whether the hub stops.
const AT_ONCE: u32 = 100;
/// How often the tasks are declared anew: where two versions run side by side, one may have retired what the other does.
const DECLARE_EVERY: Duration = Duration::from_hours(1);
/// What has been of no use for so long goes.
const ENDED_KEPT: Duration = Duration::from_hours(30 * 24);
/// What is late by more than this is nobody's business any more: the metrics tell.
const LATE: Duration = Duration::from_secs(10);

impl Schedules {
    /// Has this version's tasks in the table. At the start, before anybody looks.
    pub async fn declare(&self, tasks: &[Task]) -> Result<(), Error> {
        plan::declare(self.db(), tasks, self.now()).await
    }

    /// Turns what is due into jobs until `stop`. On several nodes each time falls to one of them.
    pub async fn keep(self, tasks: Vec<Task>, stop: CancellationToken) {
        let mut declared = Instant::now();
        loop {
            if let Err(error) = self.look(&stop).await {
                metrics::counter!("guildhall_schedules_failed_looks_total").increment(1);
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "schedules wait: they can't be read or moved on; it is tried again"
                );
            }
            if declared.elapsed() >= DECLARE_EVERY {
                declared = Instant::now();
                if let Err(error) = self.upkeep(&tasks).await {
                    tracing::warn!(error = &error as &dyn std::error::Error, "schedules can't be kept up");
                }
            }
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.nudged() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    async fn upkeep(&self, tasks: &[Task]) -> Result<(), Error> {
        self.declare(tasks).await?;
        store::prune(self.db(), self.now().minus(ENDED_KEPT)).await?;
        Ok(())
    }

    /// Turns everything that is due now into jobs.
    pub(super) async fn look(&self, stop: &CancellationToken) -> Result<(), Error> {
        loop {
            let now = self.now();
            let due = store::due(self.db(), now, AT_ONCE).await?;
            let full = u32::try_from(due.len()).is_ok_and(|number| number == AT_ONCE);
            for schedule in due {
                if stop.is_cancelled() {
                    return Ok(());
                }
                self.take(schedule, now).await?;
            }
            if !full {
                break;
            }
        }
        let late = store::count_late(self.db(), self.now().minus(LATE)).await?;
        metrics::gauge!("guildhall_schedules_late").set(f64::from(u32::try_from(late).unwrap_or(u32::MAX)));
        Ok(())
    }

    /// Moves one on and asks for its job: both or neither, and in one process alone.
    async fn take(&self, schedule: Row, now: Millis) -> Result<(), Error> {
        let Some(planned) = schedule.next_at.map(Millis) else { return Ok(()) };
        let rule = schedule.when().and_then(|when| Rule::read(&when, now).ok());
        let label = label(&schedule);
        let name = schedule.name.clone();
        let outcome = self
            .db()
            .write(move |tx| {
                let (schedule, rule) = (schedule.clone(), rule.clone());
                Box::pin(async move {
                    // A time that can't be read (another version wrote it, or the zone is gone) stands still until somebody sets it anew.
                    let next = rule.as_ref().and_then(|rule| rule.after(planned, now));
                    let ended = (rule.is_some() && next.is_none()).then_some(now);
                    if !store::move_on(tx, &schedule, planned, next, ended).await? {
                        return Ok("taken");
                    }
                    let told = if rule.is_none() {
                        let why = Some("its time can't be read: set it anew".to_owned());
                        store::insert_ended_run(tx, schedule.id, planned, now, RunState::Failed, why).await?;
                        "unreadable"
                    } else if let Some(run) = store::begin_run(tx, schedule.id, planned, now, false).await? {
                        let job = NewJob::kept(schedule.kind, schedule.payload).once(key(schedule.id));
                        let job = enqueue(tx, now, &job).await?;
                        store::set_job(tx, run, job).await?;
                        "asked"
                    } else {
                        store::insert_ended_run(tx, schedule.id, planned, now, RunState::Skipped, None).await?;
                        "skipped"
                    };
                    store::thin_out(tx, schedule.id).await?;
                    Ok::<_, Error>(told)
                })
            })
            .await?;
        if outcome == "taken" {
            return Ok(());
        }
        metrics::counter!("guildhall_schedules_due_total", "schedule" => label.clone(), "outcome" => outcome)
            .increment(1);
        metrics::histogram!("guildhall_schedules_late_seconds", "schedule" => label).record(now.since(planned));
        match outcome {
            "unreadable" => tracing::error!(schedule.name = name, "a schedule's time can't be read"),
            "skipped" => tracing::warn!(schedule.name = name, "a schedule was due while its last run was under way"),
            _ => tracing::debug!(schedule.name = name, "a schedule was due"),
        }
        Ok(())
    }
}

/// For the metrics: the hub's own by name, others by owner, so that there are few.
fn label(schedule: &Row) -> String {
    if schedule.owner == HUB { schedule.name.clone() } else { schedule.owner.clone() }
}
