#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod auth;
pub mod crypto;
pub mod dialect;
pub mod film;
pub mod frame;
#[cfg(feature = "fuzz")]
pub mod fuzz;
pub mod game_port;
pub mod link;
pub mod login;
pub mod packet;
pub mod refusal;
pub mod room;
pub mod text;
#[cfg(feature = "vectors")]
pub mod vectors;
pub mod wire;

pub use dialect::{Dialect, InClear, Title};
pub use frame::Packed;
pub use link::{Link, Trouble};
pub use login::{Login, LoginConfig, LoginEnd, LoginRandom, LoginRequest, LoginStep, Proof, TooOld, Welcome};
pub use packet::{ClientPacket, ServerPacket};
pub use refusal::Refusal;
pub use room::{Announcement, EntryRequest, Room, RoomEnd, RoomMessage, RoomStep};
pub use text::Text;
