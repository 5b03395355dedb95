//! Stories told over real sockets: an open lobby, and scripted clients of both dialects.

mod commands;
mod company;
mod crowds;
mod films;
mod games;
mod harness;
mod hosting;
mod hubs;
mod inquiries;
mod keeping;
mod limits;
mod logins;
mod nodes;
mod notices;
mod order;
mod pages;
mod past;
mod restraints;
mod rooms;
mod scribe;
mod sessions;
mod telling;
mod versions;
mod writing;
