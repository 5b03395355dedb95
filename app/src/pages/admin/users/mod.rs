//! Accounts: found, looked at, changed.

mod deeds;
mod list;
mod one;

pub(super) use list::UsersRoute;
pub(super) use one::UserRoute;
