#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![expect(clippy::unwrap_used, reason = "a story that can't go on fails")]

mod app;
mod cast;
mod clock;
mod discord;
mod organization;
mod page;
mod person;
mod plugins;
mod program;
mod shell;

pub use app::{PASSWORD, TestApp, TestWorker};
pub use cast::{Cast, WHO};
pub use clock::TestClock;
pub use db::testing::until;
pub use discord::InDiscord;
pub use page::LivePage;
pub use person::{Answer, PICTURE, Person};
pub use plugins::{clerk, example, example_in, herald};
pub use program::Program;
pub use shell::{Shell, TYPED_PASSWORD, Typed, at_each_shell};
