//! What is done at its time: all of it, and one schedule.

pub(super) mod list;
pub(super) mod one;
mod words;
