#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod audience;
mod backoff;
mod caretaker;
mod config;
mod directory;
mod ended;
mod gate;
mod hub;
mod inquiry;
mod listener;
mod login;
mod logon;
mod metaserver;
pub mod names;
mod order;
mod outbox;
mod outcome;
mod pace;
mod passes;
mod reconcile;
mod record;
mod room;
mod rooms;
mod socket;
mod store;
#[cfg(test)]
mod stories;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod visit;
mod visitor;

pub use audience::Audience;
pub use caretaker::Caretaker;
pub use config::{Config, Keepalive, Limits};
pub use inquiry::{Career, Field, Score, Section};
pub use logon::{Account, Denied, Heard, Known, Logon, Said, Speaker, Whisperer};
pub use metaserver::{Doorman, Metaserver, Running, StartError};
pub use rooms::{Error, Present, Rooms};
