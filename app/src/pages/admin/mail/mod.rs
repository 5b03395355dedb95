//! What the hub writes to people: the outbox, and one mail of it.

pub(super) mod list;
pub(super) mod one;
mod words;
