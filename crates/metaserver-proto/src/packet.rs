//! Every packet of both dialects: its fields, how it is read, how it is written.
//!
//! One family a file. [`ClientPacket`] and [`ServerPacket`] gather them by direction; they are
//! read by packet number and dialect, since some numbers mean different things in each.

pub mod aleph_game;
pub mod challenge;
pub mod chat;
pub mod client;
pub mod data_chunk;
pub mod film;
pub mod game;
pub mod hub;
pub mod kind;
pub mod login;
pub mod myth_game;
pub mod notice;
pub mod player;
pub mod profile;
pub mod room;
pub mod room_list;
pub mod score;
pub mod search;
pub mod server;
pub mod server_message;
pub mod social;

pub use client::ClientPacket;
pub use server::ServerPacket;
