//! Throws away what has run out.

use std::time::Duration;

use base::{Action, Actor};

use crate::{Accounts, api_token_grant::REFRESH_FOR, error::Error, store};

/// How long the account remembers an address nobody came from any more.
const ADDRESS_KEPT: Duration = Duration::from_hours(180 * 24);
/// How long it remembers a browser that nobody logged in with any more.
const DEVICE_KEPT: Duration = Duration::from_hours(400 * 24);
/// How long the history of log-ins reaches back.
const HISTORY_KEPT: Duration = Duration::from_hours(180 * 24);
/// How long attempts at names that nobody has are kept.
const NOBODYS_KEPT: Duration = Duration::from_hours(24);

/// How much was thrown away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tidied {
    /// Logins that had run out.
    pub sessions: u64,
    /// Tokens for the lobby that nobody used.
    pub lobby_tokens: u64,
    /// Tokens of the API that had run out.
    pub tokens: u64,
    /// Addresses unused for half a year.
    pub addresses: u64,
    /// Browsers unused for longer than a year.
    pub devices: u64,
    /// Log-ins between their steps, and letters, that had run out.
    pub pending: u64,
    /// Lines of the history older than half a year.
    pub log_ins: u64,
    /// Accounts whose owners wanted them gone.
    pub accounts: u64,
}

impl Accounts {
    /// Throws away what has run out, which counted for nothing before either, and deletes the accounts whose owners wanted them gone. For the
    /// hub itself, about once an hour; can run twice without harm.
    pub async fn tidy(&self, actor: &Actor) -> Result<Tidied, Error> {
        actor.may(Action::ManageSettings)?;
        let now = self.now();
        let accounts = self.delete_due(now).await?;
        self.0
            .db
            .write(move |tx| {
                Box::pin(async move {
                    Ok(Tidied {
                        sessions: store::delete_ended_sessions(tx, now).await?,
                        lobby_tokens: store::delete_stale_lobby_tokens(tx, now).await?,
                        tokens: {
                            store::delete_used_refresh_tokens(tx, now.minus(REFRESH_FOR)).await?;
                            store::delete_ended_tokens(tx, now).await?
                        },
                        addresses: store::delete_old_addresses(tx, now.minus(ADDRESS_KEPT)).await?,
                        devices: store::delete_old_devices(tx, now.minus(DEVICE_KEPT)).await?,
                        pending: store::delete_stale_pending(tx, now).await?
                            + store::delete_stale_proofs(tx, now).await?
                            + store::delete_stale_ceremonies(tx, now).await?
                            + store::delete_stale_sign_ins(tx, now).await?,
                        log_ins: store::delete_old_log_ins(tx, now.minus(HISTORY_KEPT), now.minus(NOBODYS_KEPT))
                            .await?,
                        accounts,
                    })
                })
            })
            .await
    }
}
