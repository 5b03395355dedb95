//! The hub in Discord, on both databases, with a Discord of one's own over a real socket.

mod announcing;
mod commanding;
mod gateway;
mod harness;
mod roles;
