#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod body;
mod deliver;
mod error;
mod follow;
mod form;
mod pace;
mod secret;
mod service;
mod store;

#[cfg(test)]
mod stories;
#[cfg(test)]
mod testing;

pub use error::Error;
pub use secret::{Key, sign};
pub use service::{DeliveryQuery, Webhooks};
