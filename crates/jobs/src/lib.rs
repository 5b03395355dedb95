#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod desk;
mod error;
mod failure;
mod kind;
mod new_job;
mod run;
mod schedule;
mod service;
mod store;
mod workers;

#[cfg(test)]
mod processes;
#[cfg(test)]
mod stories;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use error::Error;
pub use failure::Failure;
pub use kind::Kind;
pub use new_job::{NewJob, enqueue};
pub use run::Run;
pub use schedule::{NewSchedule, Schedules, Task, is_planned, plan, unplan};
pub use service::{JobQuery, Jobs};
pub use workers::Workers;
