//! The hub's own commands, for every chat, and the lobby's door to the one list.

mod company;
mod lobby;
mod own;
pub(crate) mod plugins;
mod rooms;

pub(crate) use lobby::LobbyCommands;
pub(crate) use own::{Ground, own};
pub(crate) use rooms::{Bench, keeping};
