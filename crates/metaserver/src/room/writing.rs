//! What players write of themselves, by the rules of the room they write it in.

use contract::{lobby::PlayerNumber, people::GameTexts};

use super::Room;
use crate::unheard::Unheard;

impl Room {
    /// Whether a player may write that. Whom nobody hears takes away what there was, and writes nothing new.
    pub(super) fn may_write(&self, number: PlayerNumber, texts: &GameTexts) -> Result<(), Unheard> {
        if texts.is_empty() {
            return Ok(());
        }
        self.is_heard(number)?;
        let facts = self.plan.facts();
        if texts.each().into_iter().any(|text| facts.order.mutes(text)) { Err(Unheard::MutedWord) } else { Ok(()) }
    }
}
