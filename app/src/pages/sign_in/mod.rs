//! Logging in by what another service says: the buttons, choosing a name the first time, and what is linked to one's account.
//!
//! Whoever presses a button leaves the site and comes back to an address of the server's own (`server/src/http/sign_in.rs`), so the forms
//! here are plain ones, with script and without.

pub(crate) mod api;
mod buttons;
mod card;
mod newcomer;

pub(crate) use buttons::{SignInAt, SignInButtons};
pub(crate) use card::IdentityCard;
pub(crate) use newcomer::show as show_newcomer;
