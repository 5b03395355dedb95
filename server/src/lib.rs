#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod chores;
pub mod commands;
pub mod config;
pub mod http;
pub mod lifecycle;
pub mod live;
mod lobby;
pub mod logs;
pub mod site;
pub mod system;
pub mod wiring;
