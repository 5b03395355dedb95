#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line answers on the terminal")]

pub mod audit;
pub mod backup;
pub mod job;
pub mod mail;
pub mod order;
pub mod org;
mod password;
pub mod place;
pub mod secrets;
pub mod settings;
pub mod token;
pub mod user;
pub mod webhook;
