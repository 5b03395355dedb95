#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod desk;
mod error;
mod failure;
mod kind;
mod new_job;
mod run;
mod service;
mod store;
mod turn;
mod workers;

#[cfg(test)]
mod stories;

pub use error::Error;
pub use failure::Failure;
pub use kind::Kind;
pub use new_job::{NewJob, enqueue};
pub use run::Run;
pub use service::{JobQuery, Jobs};
pub use turn::take_turn;
pub use workers::Workers;
