//! Stories through real doors, one file a domain.

#![expect(clippy::unwrap_used, reason = "a story that can't go on fails")]

mod architecture;
mod doors;
mod people;
mod presence;
mod store;
