//! A scripted classic client: speaks one dialect over a real socket, and shows what it is told.
//!
//! For stories, benches and the helper that the browser stories start. It is a client as the references describe it, not a copy of one:
//! it answers what must be answered and leaves everything else to the script.

mod client;
mod link;
mod score;

pub use client::{Client, ClientError, Entered, LogIn};
pub use link::Link;
pub use metaserver_proto as proto;
pub use score::won_by;
