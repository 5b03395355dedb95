#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod account;
pub mod event;
pub mod live;
pub mod lobby;
pub mod problem;
pub mod setup;

pub use event::Event;
pub use problem::{Code, Field, FieldProblem, Problem};
