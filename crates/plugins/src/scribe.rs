//! What is written down of calls, in the background: a call waits for none of it.

use std::{
    collections::HashMap,
    mem,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use base::{Millis, OrgId};
use db::Db;

use crate::store::{self, NewCalls, NewLine};

/// So many lines wait to be written; more are dropped, and that is counted.
const MOST_LINES: usize = 10_000;
const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

type Key = (String, Option<OrgId>, i64, &'static str);

#[derive(Default)]
struct Notes {
    lines: Vec<NewLine>,
    calls: HashMap<Key, Tally>,
}

#[derive(Default, Clone, Copy)]
struct Tally {
    calls: i64,
    failures: i64,
    cpu: Duration,
    longest: Duration,
}

/// What there is to write.
#[derive(Default)]
pub(crate) struct Scribe(Mutex<Notes>);

/// The day an instant lies on.
pub(crate) const fn day(at: Millis) -> i64 {
    at.0.div_euclid(DAY_MILLIS)
}

impl Scribe {
    fn notes(&self) -> std::sync::MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn line(&self, line: NewLine) {
        let mut notes = self.notes();
        if notes.lines.len() >= MOST_LINES {
            metrics::counter!("guildhall_plugin_log_dropped_total", "plugin" => line.plugin).increment(1);
            return;
        }
        notes.lines.push(line);
    }

    /// One call more.
    pub(crate) fn call(
        &self,
        plugin: &str,
        organization: Option<OrgId>,
        at: Millis,
        export: &'static str,
        failed: bool,
        took: (Duration, Duration),
    ) {
        let (wall, cpu) = took;
        let mut notes = self.notes();
        let tally = notes.calls.entry((plugin.to_owned(), organization, day(at), export)).or_default();
        tally.calls += 1;
        tally.failures += i64::from(failed);
        tally.cpu += cpu;
        tally.longest = tally.longest.max(wall);
    }

    /// Writes it all down. What can't be written now is tried again.
    pub(crate) async fn write_down(&self, db: &Db) -> Result<(), db::Error> {
        let notes = mem::take(&mut *self.notes());
        if notes.lines.is_empty() && notes.calls.is_empty() {
            return Ok(());
        }
        let millis = |span: Duration| i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
        let calls: Vec<NewCalls> = notes
            .calls
            .iter()
            .map(|((plugin, organization, day, export), tally)| NewCalls {
                plugin: plugin.clone(),
                organization: *organization,
                day: *day,
                export,
                calls: tally.calls,
                failures: tally.failures,
                cpu_ms: millis(tally.cpu),
                max_ms: millis(tally.longest),
            })
            .collect();
        let mut plugins: Vec<String> = notes.lines.iter().map(|line| line.plugin.clone()).collect();
        plugins.sort();
        plugins.dedup();
        let lines = notes.lines.clone();
        let written = db
            .write(move |tx| {
                let (lines, calls, plugins) = (lines.clone(), calls.clone(), plugins.clone());
                Box::pin(async move {
                    store::insert_lines(tx, &lines).await?;
                    for plugin in &plugins {
                        store::trim_log(tx, plugin).await?;
                    }
                    store::add_calls(tx, &calls).await
                })
            })
            .await;
        if written.is_err() {
            let mut kept = self.notes();
            for (key, tally) in notes.calls {
                let into = kept.calls.entry(key).or_default();
                into.calls += tally.calls;
                into.failures += tally.failures;
                into.cpu += tally.cpu;
                into.longest = into.longest.max(tally.longest);
            }
            let newer = mem::replace(&mut kept.lines, notes.lines);
            kept.lines.extend(newer);
            kept.lines.truncate(MOST_LINES);
        }
        written
    }
}
