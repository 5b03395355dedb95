//! What is remembered of accounts: every statement, one function each, one file a table; of people, one more for who holds an account.

mod addresses;
mod devices;
mod factors;
mod game;
mod guises;
mod history;
mod holders;
mod hub;
mod identities;
mod imports;
mod mailed;
mod names;
mod passkeys;
mod pending;
mod sessions;
mod stats;
mod tokens;
mod users;

pub(crate) use addresses::*;
pub(crate) use devices::*;
pub(crate) use factors::*;
pub(crate) use game::*;
pub(crate) use guises::*;
pub(crate) use history::*;
pub(crate) use holders::*;
pub(crate) use hub::*;
pub(crate) use identities::*;
pub(crate) use imports::*;
pub(crate) use mailed::*;
pub(crate) use names::*;
pub(crate) use passkeys::*;
pub(crate) use pending::*;
pub(crate) use sessions::*;
pub(crate) use stats::*;
pub(crate) use tokens::*;
pub(crate) use users::*;
