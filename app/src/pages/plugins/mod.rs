//! Pages of plugins: what they describe, drawn by the server (`drawing`), in the hub and in organizations. Those of the admin area stand there.

pub(crate) mod api;
#[cfg(feature = "ssr")]
pub(crate) mod made;
pub(crate) mod page;
#[cfg(feature = "ssr")]
mod picks;
#[cfg(feature = "ssr")]
mod registry;
pub(crate) mod slot;

use super::area::area;

area! {
    /// Pages of plugins.
    pub(crate) enum Plugins loaded by load_plugins, fetch_plugins {
        Hub => page::show_in_hub,
        Organization => page::show_in_organization,
        Registry => page::show_registry,
    }
}
