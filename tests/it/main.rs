//! Stories through real doors, one file a domain.

#![expect(clippy::unwrap_used, reason = "a story that can't go on fails")]

mod account;
mod admin;
mod api;
mod api_docs;
mod architecture;
mod attacks;
mod backup;
mod cli_machine;
mod cli_order;
mod cli_people;
mod cli_work;
mod client;
mod company;
mod doors;
mod enumeration;
mod headers;
mod identities;
mod mail;
mod matrix;
mod order;
mod orgs;
mod passkeys;
mod people;
mod presence;
mod records;
mod safety;
mod store;
mod work;
