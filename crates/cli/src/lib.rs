#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod terminal;

pub mod appeal;
pub mod audit;
pub mod author;
pub mod backup;
pub mod discord;
pub mod dispute;
mod file;
pub mod film;
pub mod job;
pub mod ladder;
pub mod lobby_import;
pub mod mail;
pub mod order;
pub mod org;
mod password;
pub mod plugin;
pub mod report;
pub mod role;
pub mod room;
pub mod room_order;
pub mod sanction;
pub mod schedule;
pub mod season;
pub mod secrets;
pub mod settings;
pub mod system;
pub mod token;
pub mod user;
pub mod webhook;

pub use terminal::{Done, Failure, Terminal};
