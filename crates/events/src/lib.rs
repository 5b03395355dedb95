#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod bus;
mod line;
mod listener;
mod nats;
mod outbox;
mod reader;

pub use bus::Bus;
pub use listener::{Delivery, Listener};
pub use nats::Nats;
pub use outbox::record;
pub use reader::{Read, Reader};
