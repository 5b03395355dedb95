//! Accounts: found, looked at, changed.

mod deeds;
pub(super) mod list;
pub(super) mod one;
