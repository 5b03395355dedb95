//! What a reader of our letters can ask for.

pub(crate) mod api;
pub(crate) mod decline;
