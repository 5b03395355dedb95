//! Throws away what has run out.

use std::time::Duration;

use base::{Action, Actor};

use crate::{Accounts, error::Error, store};

/// How long the account remembers an address nobody came from any more.
const ADDRESS_KEPT: Duration = Duration::from_hours(180 * 24);

/// How much was thrown away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tidied {
    /// Logins that had run out.
    pub sessions: u64,
    /// Tokens for the lobby that nobody used.
    pub lobby_tokens: u64,
    /// Addresses unused for half a year.
    pub addresses: u64,
}

impl Accounts {
    /// Throws away logins, tokens and addresses that have run out. They count for nothing before either; this makes room. For the
    /// hub itself, about once an hour; can run twice without harm.
    pub async fn tidy(&self, actor: &Actor) -> Result<Tidied, Error> {
        actor.may(Action::ManageSettings)?;
        let now = self.now();
        self.0
            .db
            .write(move |tx| {
                Box::pin(async move {
                    Ok(Tidied {
                        sessions: store::delete_ended_sessions(tx, now).await?,
                        lobby_tokens: store::delete_stale_lobby_tokens(tx, now).await?,
                        addresses: store::delete_old_addresses(tx, now.minus(ADDRESS_KEPT)).await?,
                    })
                })
            })
            .await
    }
}
