//! Stories through real doors, one file a domain.

#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]
#![expect(clippy::allow_attributes, reason = "the line above has to hold for files that need no unwrap, too")]

mod architecture;
mod doors;
mod people;
mod presence;
mod store;
