//! What a reader of our letters can ask for.

pub(crate) mod api;
mod decline;

pub(crate) use decline::DeclineRoute;
