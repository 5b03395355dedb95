//! What is still to be done: the queue, and one job of it.

mod list;
mod one;
mod words;

pub(super) use list::JobsRoute;
pub(super) use one::JobRoute;
