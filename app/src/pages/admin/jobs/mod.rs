//! What is still to be done: the queue, and one job of it.

pub(super) mod list;
pub(super) mod one;
mod words;
