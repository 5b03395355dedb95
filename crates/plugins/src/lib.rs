#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod check;
pub mod config;
pub mod engine;
mod error;
pub mod grants;
mod maker;
pub mod package;
mod plugin;
pub mod powers;
pub mod schema;
mod secret;
#[cfg(test)]
mod stories;

pub use check::read;
pub use config::Layers;
pub use error::Error;
pub use maker::{Maker, NoGuests};
pub use plugin::{Answer, Ctx, Plugin};
pub use powers::{Powers, Stop};
pub use schema::{Fault, Schema, Wrong};
pub use secret::Key;
