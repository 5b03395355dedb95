//! What is remembered of plugins: every statement, one function each.

mod documents;
mod inbox;
mod kv;
mod migrations;
mod registry;
mod secrets;
mod switches;
mod trail;
mod versions;
mod webhooks;

pub(crate) use documents::*;
pub(crate) use inbox::*;
pub(crate) use kv::*;
pub(crate) use migrations::*;
pub(crate) use registry::*;
pub(crate) use secrets::*;
pub(crate) use switches::*;
pub(crate) use trail::*;
pub(crate) use versions::*;
pub(crate) use webhooks::*;

/// A count or a length that fits: nothing here is counted beyond that.
pub(crate) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
