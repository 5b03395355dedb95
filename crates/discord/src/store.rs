//! The tables of Discord: every statement, one function each.

mod guilds;
mod hub;
mod messages;
mod roles;

pub(crate) use guilds::*;
pub(crate) use hub::*;
pub(crate) use messages::*;
pub(crate) use roles::*;
