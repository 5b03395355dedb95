//! Accounts: found, looked at, changed.

mod deeds;
mod identities;
pub(super) mod list;
pub(super) mod one;
mod organizations;
mod reports;
mod sanctions;
mod theirs;
mod tokens;
