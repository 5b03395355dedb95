#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod audience;
mod backoff;
mod caretaker;
mod catalogue;
mod circle;
mod circles;
mod config;
mod directory;
mod ended;
mod films;
#[cfg(any(test, feature = "fuzz"))]
pub mod fuzz;
mod game_numbers;
mod gate;
mod hosting;
mod hub;
mod hubs;
mod inquiry;
mod judging;
mod listener;
mod login;
mod logon;
mod metaserver;
pub mod names;
mod nodes;
mod order;
mod outbox;
mod outcome;
mod pace;
mod pages;
mod passes;
mod past;
mod reception;
mod reconcile;
mod record;
mod room;
mod rooms;
mod seats;
mod socket;
mod store;
#[cfg(test)]
mod stories;
mod stream;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod unheard;
mod usher;
mod versions;
mod visit;
mod visitor;

pub use audience::Audience;
pub use caretaker::Caretaker;
pub use circle::{Brotherhood, Circle, Fellow, order_number};
pub use config::{Config, Keepalive, Limits, RemoteHub};
pub use films::{FilmSettings, Films};
pub use hosting::{HostProxy, HostTests, Hosting};
pub use inquiry::{Career, Field, OrderCareer, Score, Section};
pub use judging::Results;
pub use logon::{Account, Denied, Heard, Known, Logon, Notices, PageToOpen, Reader, Said, Speaker, Urgency, Whisperer};
pub use metaserver::{Doorman, Metaserver, Running, StartError};
pub use nodes::{BULLETINS, CLAIM, Together};
pub use pages::Heard as Told;
pub use past::Past;
pub use reception::{OpenPage, Reception};
pub use room::{COMMANDS, RoomCommand};
pub use rooms::{Error, Meant, Present, Rooms};
pub use unheard::{Unheard, Unseated};
pub use versions::Versions;
