#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod calling;
pub mod check;
mod commands;
pub mod config;
mod configuring;
mod desk;
mod dispatch;
pub mod engine;
mod error;
mod exports;
mod fetching;
pub mod grants;
mod hand;
mod hearing;
mod lane;
mod maker;
mod neighbours;
mod news;
mod outgoing;
pub mod package;
mod people;
mod plugin;
pub mod powers;
mod quarantine;
mod running;
pub mod schema;
mod scribe;
mod secret;
mod service;
mod shelves;
mod snapshot;
mod staging;
mod store;
#[cfg(test)]
mod stories;
mod switching;
mod tasks;

pub use calling::Visit;
pub use check::read;
pub use config::Layers;
pub use configuring::Settings;
pub use desk::{Calls, Card, Detail, Health, Line, OrganizationCard, Parked, Strike, Switch, Version, Webhook};
pub use dispatch::{Asset, Checked, Drawn, Place, Shown};
pub use error::Error;
pub use maker::{Maker, NoGuests};
pub use neighbours::{Acting, Keeper, Neighbours, Unknown};
pub use plugin::{Answer, Ctx, Plugin};
pub use powers::{Powers, Stop};
pub use schema::{Fault, Schema, Wrong};
pub use service::{Parts, Plugins};
pub use snapshot::{Narrowed, On};
pub use staging::{Data, Found, Staged};
