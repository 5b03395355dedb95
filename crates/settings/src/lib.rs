#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod error;
mod hub;
mod store;
mod value;

#[cfg(test)]
mod stories;

pub use contract::settings::{Group, Held, Setting, Shape, Value};
pub use error::Error;
pub use hub::{HubSettings, put};
pub use value::{check, parse};
