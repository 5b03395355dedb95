#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod error;
mod sources;
mod store;
mod vitals;

#[cfg(test)]
mod stories;

pub use error::Error;
pub use sources::{Asked, Live, LogIns, Machine, Sources};
pub use vitals::{SAMPLE_EVERY, Vitals};
