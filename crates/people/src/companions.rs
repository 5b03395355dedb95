//! Friends at hand: what a lobby asks to tell people that their friends come and go.

use std::collections::HashSet;

use base::UserId;
use contract::people::Companion;

use crate::{People, error::Error, store};

/// Those read for one person, at most: as many friends as one may have, and requests besides.
const MOST: u32 = 1_200;

impl People {
    /// Somebody's friends, whom they have asked and who asks them, the newest first. For other domains, and without a question of
    /// permission: whoever asks tells nobody else.
    pub async fn companions(&self, user: UserId) -> Result<Vec<Companion>, Error> {
        Ok(store::companions::of(&self.0.db, user, MOST).await?)
    }

    /// Which of these people let somebody see that they are here. For other domains, likewise without a question of permission.
    pub async fn seen_by(&self, viewer: UserId, users: &[UserId]) -> Result<HashSet<UserId>, Error> {
        if users.is_empty() {
            return Ok(HashSet::new());
        }
        Ok(store::companions::seen_by(&self.0.db, viewer, users).await?)
    }
}
