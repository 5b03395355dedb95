#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod cooldown;
mod definition;
mod given;
mod refusal;
mod registry;
mod reply;
mod typed;

pub use definition::{Choice, Definition, Kind, Opt, Place, Who, Wording};
pub use given::{At, Caller, Given, Guild, Options, Value};
pub use refusal::Refusal;
pub use registry::{Collision, Command, Registry};
pub use reply::{Button, Card, Reply};
pub use typed::Typed;
