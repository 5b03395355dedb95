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

/// The page on the way to a service is drawn by the server alone (`plain`): in the browser nothing else would name its texts.
#[cfg(not(feature = "ssr"))]
const _: [fn(&str) -> String; 3] =
    [crate::texts::sign_in::go, crate::texts::sign_in::going, crate::texts::sign_in::going_text];
