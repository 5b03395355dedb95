#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod account;
pub mod api;
pub mod audit;
pub mod backup;
pub mod discord;
pub mod event;
pub mod film;
pub mod identity;
pub mod job;
pub mod live;
pub mod lobby;
pub mod mail;
pub mod moderation;
pub mod orders;
pub mod organization;
pub mod passkey;
pub mod people;
pub mod plugins;
pub mod problem;
pub mod ranking;
pub mod room;
pub mod schedule;
pub mod settings;
pub mod setup;
pub mod token;
pub mod vitals;
pub mod webhook;
mod words;

pub use event::Event;
pub use problem::{Code, Field, FieldProblem, Problem};
