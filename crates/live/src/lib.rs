#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod board;
mod feed;
mod frame;
mod presence;
mod subscription;

pub use board::{Board, PageGuard};
pub use feed::Limits;
pub use frame::Frame;
pub use presence::Visitors;
pub use subscription::{Subscription, TooSlow};
