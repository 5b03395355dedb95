//! Stories through real doors, one file a domain.

#![expect(clippy::unwrap_used, reason = "a story that can't go on fails")]

mod account;
mod admin;
mod api;
mod api_docs;
mod architecture;
mod attacks;
mod backup;
mod checks;
mod cli_machine;
mod cli_order;
mod cli_people;
mod cli_work;
mod client;
mod company;
mod demotion;
mod discord;
mod doors;
mod enumeration;
mod forged;
mod headers;
mod identities;
mod logs;
mod mail;
mod matrix;
mod nodes;
mod order;
mod orgs;
mod outgoing;
mod passkeys;
mod people;
mod presence;
mod records;
mod rotation;
mod safety;
mod schedules;
mod seldom;
mod sockets;
mod store;
mod trace;
mod work;
