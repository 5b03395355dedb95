//! The lobby's rooms: all of them, and how each is set up.

mod fields;
pub(super) mod list;
pub(super) mod one;
mod words;
