#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod actor;
mod chance;
mod fault;
mod grants;
mod host;
mod id;
pub mod permission;
mod role;
mod secret;
mod time;

pub use actor::{Actor, Credential, Person};
pub use chance::{Chance, ChanceExt};
pub use fault::Kind;
pub use grants::{Grants, UnknownGrant};
pub use host::{is_loopback_host, network_of};
pub use id::{EventId, GameId, OrgId, RoomId, SessionId, TokenId, UserId};
pub use permission::{Action, Standing};
pub use role::{Role, Roles};
pub use secret::Secret;
pub use time::{Clock, Millis};
