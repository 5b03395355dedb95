//! Who may not talk, at hand for every line of chat.

use std::sync::PoisonError;

use base::UserId;

use crate::{Moderation, error::Error, store};

impl Moderation {
    /// Whether somebody may not talk now. Never waits: it looks at what was last read.
    pub fn is_muted(&self, user: UserId) -> bool {
        let hushed = self.0.hushed.read().unwrap_or_else(PoisonError::into_inner);
        hushed.get(&user).is_some_and(|until| until.is_none_or(|until| until > self.now()))
    }

    /// Reads anew who may not talk: at the start, and on [`SanctionsChanged`](contract::Event::SanctionsChanged).
    pub async fn refresh_muted(&self) -> Result<(), Error> {
        let hushed = store::muted(&self.0.db, self.now()).await?;
        *self.0.hushed.write().unwrap_or_else(PoisonError::into_inner) = hushed;
        Ok(())
    }
}
