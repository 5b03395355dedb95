#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod api;
mod chat;
mod checks;
mod chores;
pub mod commands;
pub mod config;
pub mod database;
mod discord;
pub mod doctor;
mod hiding;
pub mod http;
mod keys;
pub mod lifecycle;
pub mod live;
pub mod lobby;
pub mod logs;
mod mail;
mod mirror;
mod neighbours;
mod order;
mod orgs;
mod presence;
pub mod rest;
mod running;
pub mod site;
pub mod system;
mod takeout;
pub mod wiring;
pub mod work;
