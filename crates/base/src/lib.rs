#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod actor;
mod chance;
mod fault;
mod host;
mod id;
mod permission;
mod secret;
mod time;

pub use actor::Actor;
pub use chance::{Chance, ChanceExt};
pub use fault::Kind;
pub use host::{is_loopback_host, network_of};
pub use id::{EventId, GameId, RoomId, SessionId, UserId};
pub use permission::{Action, Role};
pub use secret::Secret;
pub use time::{Clock, Millis};
