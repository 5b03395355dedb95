#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]
#![expect(clippy::allow_attributes, reason = "the line above has to hold for helpers that need no unwrap, too")]

mod app;
mod clock;
mod page;
mod person;

pub use app::{PASSWORD, TestApp};
pub use clock::TestClock;
pub use page::LivePage;
pub use person::{Answer, Person};
