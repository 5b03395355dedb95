#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line answers on the terminal")]

pub mod mail;
pub mod backup;
mod password;
pub mod user;
