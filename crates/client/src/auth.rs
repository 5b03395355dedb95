//! Proving who one is.

use contract::token::{GiveUp, Grant, Granted, Unfinished};
use serde::Deserialize;

use crate::operation::operations;

/// What proving who one is leads to.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub enum GrantAnswer {
    /// Tokens.
    Granted(Granted),
    /// Something more is needed.
    Unfinished(Unfinished),
}

operations! {
    /// Tokens for a password, or newer ones for the refresh token.
    POST "/auth/token" grant_tokens() = Grant => GrantAnswer;
    /// Gives a token up.
    POST "/auth/revoke" give_up_token() = GiveUp => ();
}
