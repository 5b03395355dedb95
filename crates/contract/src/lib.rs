#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod account;
pub mod backup;
pub mod api;
pub mod audit;
pub mod event;
pub mod job;
pub mod live;
pub mod lobby;
pub mod moderation;
pub mod mail;
pub mod people;
pub mod organization;
pub mod passkey;
pub mod problem;
pub mod settings;
pub mod setup;
pub mod vitals;
pub mod token;
pub mod webhook;

pub use event::Event;
pub use problem::{Code, Field, FieldProblem, Problem};
