//! What is remembered of accounts: every statement, one function each, one file a table.

mod addresses;
mod game;
mod hub;
mod sessions;
mod users;

pub(crate) use addresses::*;
pub(crate) use game::*;
pub(crate) use hub::*;
pub(crate) use sessions::*;
pub(crate) use users::*;
