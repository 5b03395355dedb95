#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![expect(clippy::unwrap_used, reason = "a story that can't go on fails")]

mod app;
mod clock;
mod page;
mod person;

pub use app::{PASSWORD, TestApp};
pub use clock::TestClock;
pub use page::LivePage;
pub use person::{Answer, Person};
