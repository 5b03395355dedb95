//! Tasks: schedules of the hub's, owned by the plugin, and the jobs they ask for.

use std::time::Duration;

use base::{Action, Actor, Millis, OrgId};
use contract::schedule::{Timing, When};
use db::Tx;
use jobs::{Failure, Kind, NewSchedule, Run, Workers};
use plugin_api::{
    Manifest,
    manifest::{Schedule, Scope},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Error, Plugins,
    calling::{Ask, Export},
};

/// The job that a task's time asks for.
pub(crate) const KIND: &str = "plugin.task";
/// A single run is tried so often, about a minute after the first failure, then four times as long after each.
const ATTEMPTS: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_mins(1);
/// In every organization, one after the other: so long at most.
const WITHIN: Duration = Duration::from_mins(10);
const PAGE: u32 = 200;

/// What the job is handed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Due {
    pub(crate) plugin: String,
    pub(crate) organization: Option<OrgId>,
    pub(crate) task: String,
    #[serde(default)]
    pub(crate) payload: Value,
    /// In every organization: of a plugin with one switch for all of them.
    #[serde(default)]
    pub(crate) each: bool,
}

/// How a recurring task is called among the plugin's schedules.
pub(crate) fn recurring(task: &str) -> String {
    format!("task/{task}")
}

/// How a single run is called.
pub(crate) fn single(task: &str, key: &str) -> String {
    // A schedule's name is shorter than a key may be.
    if task.len() + key.len() < 180 {
        return format!("once/{task}/{key}");
    }
    let digest = <sha2::Sha256 as sha2::Digest>::digest(key);
    format!("once/{task}/{}", hex::encode(digest))
}

/// Plans a plugin's recurring tasks where it is switched on.
pub(crate) async fn plan(
    tx: &mut Tx<'_>,
    now: Millis,
    manifest: &Manifest,
    organization: Option<OrgId>,
) -> Result<(), Error> {
    for task in &manifest.tasks {
        let each = organization.is_none() && manifest.hub_wide && task.scope == Scope::Organization;
        let here = (task.scope == Scope::Organization) == organization.is_some();
        if !task.active || !(here || each) {
            continue;
        }
        let timing = match &task.schedule {
            Schedule::Cron(expression) => Timing::cron(expression),
            Schedule::EverySecs(secs) => Timing::EverySecs(*secs),
        };
        let due =
            Due { plugin: manifest.id.to_string(), organization, task: task.id.clone(), payload: Value::Null, each };
        let new = NewSchedule::new(manifest.id.as_str(), recurring(&task.id), KIND, When::utc(timing)).with(&due);
        let new = match organization {
            Some(org) => new.of(org),
            None => new,
        };
        jobs::plan(tx, now, &new).await?;
    }
    Ok(())
}

/// Takes them back. `pending`: what was to be done once goes, too.
pub(crate) async fn unplan(
    tx: &mut Tx<'_>,
    manifest: &Manifest,
    organization: Option<OrgId>,
    pending: bool,
) -> Result<(), db::Error> {
    if pending {
        jobs::unplan(tx, manifest.id.as_str(), organization, None).await?;
        return Ok(());
    }
    for task in &manifest.tasks {
        jobs::unplan(tx, manifest.id.as_str(), organization, Some(&recurring(&task.id))).await?;
    }
    Ok(())
}

impl Plugins {
    /// Says how what plugins have to do is done: tasks at their times, events, and what they keep of people who leave.
    pub fn register(&self, workers: &mut Workers) {
        let hub = self.clone();
        let kind =
            Kind::new(KIND).at_once(4).within(WITHIN).attempts(ATTEMPTS).backing_off(FIRST_PAUSE, FIRST_PAUSE * 240);
        workers.handle(kind, move |run| {
            let hub = hub.clone();
            async move { hub.run_task(&run).await }
        });
        self.register_telling(workers);
        self.register_forgetting(workers);
    }

    async fn run_task(&self, run: &Run) -> Result<(), Failure> {
        let due: Due = run.read()?;
        if !due.each {
            return self.run_in(&due, due.organization).await;
        }
        let (mut after, mut failed) = (None, Vec::new());
        loop {
            let organizations = self.0.parts.neighbours.organizations(after, PAGE).await?;
            let Some(last) = organizations.last() else { break };
            after = Some(*last);
            for org in organizations {
                // One organization's failure is not the others'.
                if let Err(failure) = self.run_in(&due, Some(org)).await {
                    failed.push(format!("{org}: {}", failure.reason()));
                }
            }
        }
        if failed.is_empty() { Ok(()) } else { Err(Failure::permanent(failed.join("; "))) }
    }

    /// Runs it in one place. Where the plugin is off, or knows the task no more, there is nothing to do.
    async fn run_in(&self, due: &Due, organization: Option<OrgId>) -> Result<(), Failure> {
        let found = self.snapshot().here(organization).find(&due.plugin).cloned();
        let Some(on) = found else { return Ok(()) };
        let Some(task) = on.manifest().tasks.iter().find(|task| task.id == due.task).cloned() else { return Ok(()) };
        let ask = Ask::by_hub(on, organization, Export::Task(task.deadline_secs), format!("task/{}", due.task));
        let payload = due.payload.clone();
        match self.call(ask, move |plugin, ctx| plugin.task(ctx, task.id, payload)).await {
            Ok(()) => Ok(()),
            // What waits for its turn again comes again by itself.
            Err(
                error @ (Error::NotFound | Error::Invalid(_) | Error::Fault(plugin_api::call::Fault::Forbidden(_))),
            ) => Err(Failure::permanent(error.to_string())),
            Err(error) => Err(Failure::from(error)),
        }
    }

    /// What has run out goes, and what is counted is counted anew. Hourly.
    pub async fn tidy(&self, actor: &Actor) -> Result<(), Error> {
        const KEPT_DAYS: i64 = 90;
        const PARKED: Duration = Duration::from_hours(30 * 24);
        actor.may(Action::ManagePlugins)?;
        let now = self.now();
        crate::store::expire_kv(self.db(), now).await?;
        crate::store::forget_parked(self.db(), now.minus(PARKED)).await?;
        crate::store::forget_calls(self.db(), crate::scribe::day(now) - KEPT_DAYS, now.minus(PARKED)).await?;
        for plugin in crate::store::to_purge(self.db(), now).await? {
            self.purge(&plugin, actor).await?;
        }
        Ok(())
    }
}
