//! One folder a domain, one page a file; `api.rs` has the server functions of its domain.

pub(crate) mod account;
pub(crate) mod admin;
mod area;
pub(crate) mod home;
pub(crate) mod ladder;
pub(crate) mod live;
pub(crate) mod mail;
pub(crate) mod not_found;
pub(crate) mod offline;
pub(crate) mod orders;
pub(crate) mod orgs;
pub(crate) mod passkeys;
pub(crate) mod people;
pub(crate) mod plugins;
pub(crate) mod setup;
pub(crate) mod sign_in;
