#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod api;
mod chores;
pub mod commands;
pub mod config;
pub mod doctor;
pub mod http;
pub mod lifecycle;
pub mod live;
mod lobby;
pub mod logs;
mod mail;
mod mirror;
mod order;
mod orgs;
mod running;
pub mod site;
pub mod system;
pub mod wiring;
pub mod work;
