#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod check;
pub mod config;
pub mod schema;
#[cfg(test)]
mod stories;

pub use check::read;
pub use config::Layers;
pub use schema::{Fault, Schema, Wrong};
