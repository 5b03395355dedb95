#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod address;
mod allowed;
mod client;
mod detour;
mod error;
mod message;
mod resolve;

#[cfg(test)]
mod stories;

pub use allowed::{Allowed, NotAllowable};
pub use client::{Connection, Outbound, Policy};
pub use detour::{Detour, NoDetour};
pub use error::Error;
pub use message::{Request, Response};
pub use resolve::{Resolve, SystemResolver};
/// A certificate of an authority, in DER, as [`Policy::roots`] takes it.
pub use rustls::pki_types::CertificateDer;
