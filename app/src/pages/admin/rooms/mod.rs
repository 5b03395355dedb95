//! The lobby's rooms: all of them, how each is set up, and the order that is kept in them.

mod fields;
pub(super) mod list;
pub(super) mod one;
pub(super) mod order;
pub(super) mod restraints;
mod words;
