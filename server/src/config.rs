//! All configuration, read once at the start and checked whole.
//!
//! Flags over `GUILDHALL_*` environment over `guildhall.toml` over defaults. Every key has a default, so an empty
//! directory starts; a key that nobody knows is refused, with the one that was probably meant.

mod backup;
mod bus;
mod films;
mod hidden;
mod hosting;
mod layers;
mod limits;
mod outbound;
mod plugins;
mod remote_hubs;
mod settings;
mod show;
mod sign_in;
mod smtp;
mod versions;
mod work;

pub use self::backup::BackupSettings;
pub use self::bus::BusSettings;
pub use self::films::FilmSettings;
pub use self::hosting::HostingSettings;
pub use self::outbound::OutboundSettings;
pub use self::remote_hubs::RemoteHubSettings;
pub use self::versions::VersionSettings;
pub use hidden::Hidden;
pub use layers::{ConfigError, Loaded, load};
pub use limits::{HashingSettings, LiveSettings, SessionSettings};
pub use settings::{DatabaseSettings, HttpSettings, LobbySettings, LogFormat, LogInSettings, Settings};
pub use show::{book, lines, schema, show_json, show_text, template};
pub use sign_in::{SignInProtocol, SignInSettings};
pub use smtp::{SmtpSecurity, SmtpSettings};
