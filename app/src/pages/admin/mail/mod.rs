//! What the hub writes to people: the outbox, and one mail of it.

mod list;
mod one;
mod words;

pub(super) use list::MailsRoute;
pub(super) use one::MailRoute;
