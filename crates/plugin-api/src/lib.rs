#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod http_pattern;
pub mod json_schema;
pub mod manifest;
pub mod name;
pub mod problem;
mod read;
pub mod resolve;
mod rules;
pub mod seed;
mod shape;
#[cfg(test)]
mod stories;

pub use http_pattern::HttpPattern;
pub use manifest::{Kind, Manifest};
pub use name::{Api, EventPattern, PluginId};
pub use problem::{Position, Problem};
pub use read::{LARGEST, Parsed, parse};
pub use shape::publish::{book, schema};

/// The published JSON Schema of `plugin.toml`, for editors.
pub const SCHEMA: &str = include_str!("../manifest.schema.json");
