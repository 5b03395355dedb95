#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod cells;
mod database;
mod error;
mod raw;
mod rules;
mod statement;
#[cfg(test)]
mod stories;

pub use database::{Database, copy, version};
pub use error::Error;
