//! All configuration, read once at the start and checked whole.
//!
//! Flags over `GUILDHALL_*` environment over `guildhall.toml` over defaults. Every key has a default, so an empty
//! directory starts; a key that nobody knows is refused, with the one that was probably meant.

mod layers;
mod settings;
mod show;

pub use layers::{ConfigError, Loaded, load};
pub use settings::{DatabaseSettings, HttpSettings, LobbySettings, LogFormat, LogInSettings, Settings};
pub use show::{schema, show_json, show_text, template};
