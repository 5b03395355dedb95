//! Other programs that are told what happens: all of them, one, and one delivery.

pub(super) mod delivery;
mod events;
pub(super) mod list;
pub(super) mod one;
mod words;
