#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod audience;
mod backoff;
mod config;
mod directory;
mod ended;
mod gate;
mod hub;
mod listener;
mod login;
mod logon;
mod metaserver;
pub mod names;
mod outbox;
mod outcome;
mod pace;
mod passes;
mod record;
mod room;
mod socket;
mod store;
#[cfg(test)]
mod stories;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod visit;
mod visitor;

pub use audience::Audience;
pub use config::{Config, Keepalive, Limits};
pub use logon::{Account, Denied, Heard, Logon, Said, Speaker, Whisperer};
pub use metaserver::{Doorman, Metaserver, Running, StartError};
