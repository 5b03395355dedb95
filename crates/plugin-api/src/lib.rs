#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

#[macro_use]
mod words;

pub mod act;
pub mod call;
#[cfg(feature = "manifest")]
pub mod http_pattern;
#[cfg(feature = "manifest")]
pub mod json_schema;
#[cfg(feature = "manifest")]
mod locale;
#[cfg(feature = "manifest")]
pub mod manifest;
pub mod model;
#[cfg(feature = "manifest")]
pub mod name;
pub mod page;
#[cfg(feature = "manifest")]
pub mod problem;
#[cfg(feature = "manifest")]
mod read;
#[cfg(feature = "manifest")]
pub mod resolve;
#[cfg(feature = "manifest")]
mod rules;
#[cfg(feature = "manifest")]
pub mod seed;
#[cfg(feature = "manifest")]
mod shape;
#[cfg(feature = "manifest")]
#[cfg(test)]
mod stories;

#[cfg(feature = "manifest")]
pub use http_pattern::HttpPattern;
#[cfg(feature = "manifest")]
pub use locale::parse_locale;
#[cfg(feature = "manifest")]
pub use manifest::{Kind, Manifest};
#[cfg(feature = "manifest")]
pub use name::{Api, EventPattern, PluginId, is_language};
#[cfg(feature = "manifest")]
pub use problem::{Position, Problem};
#[cfg(feature = "manifest")]
pub use read::{LARGEST, Parsed, parse};
#[cfg(feature = "manifest")]
pub use shape::publish::{book, locale_schema, schema};

/// The published JSON Schema of `plugin.toml`, for editors.
#[cfg(feature = "manifest")]
pub const SCHEMA: &str = include_str!("../manifest.schema.json");
/// The published JSON Schema of `locales/<language>.toml`, for editors.
#[cfg(feature = "manifest")]
pub const LOCALE_SCHEMA: &str = include_str!("../locale.schema.json");
