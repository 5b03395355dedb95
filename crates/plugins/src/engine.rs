//! Runs guests: WebAssembly components, each call in an instance of its own, within limits.
//!
//! The machine stands behind the cargo feature `guests`, because its compiler is among the largest things the hub is built on. What has to be
//! said with or without it is here: the limits, and in which kinds of call they differ.

#[cfg(feature = "guests")]
mod contract;
pub mod fake;
#[cfg(feature = "guests")]
mod guest;
#[cfg(feature = "guests")]
mod host;
#[cfg(test)]
#[cfg(feature = "guests")]
pub(crate) mod hostile;
#[cfg(feature = "guests")]
mod imports;
mod limits;
#[cfg(feature = "guests")]
mod machine;
#[cfg(feature = "guests")]
mod meter;
#[cfg(feature = "guests")]
mod pack;
#[cfg(feature = "guests")]
mod plain;
pub mod scenes;
#[cfg(feature = "guests")]
mod threads;
#[cfg(feature = "guests")]
mod translate;

use std::sync::Arc;

pub use limits::{Kind, Limits};
#[cfg(feature = "guests")]
pub use machine::Engine;
#[cfg(feature = "guests")]
pub use pack::component;

use crate::Maker;

/// Whoever makes guests in this build of the hub: the engine, within these limits, where it was built in.
pub fn maker(limits: Limits) -> Arc<dyn Maker> {
    #[cfg(feature = "guests")]
    return Arc::new(Engine::new(limits));
    #[cfg(not(feature = "guests"))]
    {
        let Limits { .. } = limits;
        Arc::new(crate::NoGuests)
    }
}

/// The component of a module: not in this build.
#[cfg(not(feature = "guests"))]
pub fn component(_: &[u8]) -> Result<Vec<u8>, String> {
    Err(crate::NoGuests::WHY.to_owned())
}
