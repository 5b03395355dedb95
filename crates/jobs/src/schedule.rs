//! What is done at its time: whatever is due becomes a job, once, however many processes look.
//!
//! - `rule`: when the next time is; daylight saving and missed times.
//! - `plan`: what the hub does by itself, and what plugins have done.
//! - `keeper`: one look a second, which turns what is due into jobs.
//! - `desk`: schedules as those who run the hub look after them.
//!
//! A run is under way from the commit that asks for its job until the job is done or given up; there is one at most. Whatever is due while
//! the last run is under way is skipped, and that is written down.

mod desk;
mod keeper;
mod plan;
mod rule;
pub(crate) mod store;

#[cfg(test)]
mod stories;

pub use desk::Schedules;
pub use plan::{NewSchedule, Task, is_planned, plan, unplan};

/// What the keys of runs' jobs begin with.
const MARK: &str = "schedule/";

/// The key of a schedule's job: at most one unfinished job has it.
fn key(schedule: i64) -> String {
    format!("{MARK}{schedule}")
}

/// Whether the job of that key is a run of a schedule.
pub(crate) fn is_run(key: Option<&str>) -> bool {
    key.is_some_and(|key| key.starts_with(MARK))
}
