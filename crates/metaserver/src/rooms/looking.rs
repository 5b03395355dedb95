//! What those who keep order look at: who is in a room, and about whom something is done anywhere in the lobby.

use base::{Action, Actor, Kind, RestraintId, RoomId};
use contract::room::{HeldIn, RoomPlayer};

use super::{Error, Rooms, store};

/// Entries on one page at most.
const LONGEST_PAGE: u32 = 200;

impl Rooms {
    /// Who is in a room now, for those who keep order in it.
    pub async fn players(&self, actor: &Actor, room: RoomId) -> Result<Vec<RoomPlayer>, Error> {
        self.keeps_order(actor, room).await?;
        let shown = |one: contract::lobby::Player| RoomPlayer {
            number: one.number.0,
            user: one.user,
            name: one.name,
            origin: one.origin,
            away: one.away,
            caste: one.caste,
        };
        let players = self.0.present.players(room).ok_or(Error::Refused(Kind::Unavailable))?;
        Ok(players.into_iter().map(shown).collect())
    }

    /// Whom nobody hears, and who may not enter, in any room that is open: the newest first, and with the number after which the next page
    /// begins.
    pub async fn all_restraints(
        &self,
        actor: &Actor,
        before: Option<RestraintId>,
        at_most: u32,
    ) -> Result<(Vec<HeldIn>, Option<RestraintId>), Error> {
        actor.may(Action::ViewModeration)?;
        let at_most = at_most.clamp(1, LONGEST_PAGE);
        let mut held = store::keeping::everywhere(&self.0.db, before, at_most + 1, self.now()).await?;
        let more = held.len() > at_most as usize;
        held.truncate(at_most as usize);
        let next = held.last().filter(|_| more).map(|one| one.restraint.id);
        Ok((held, next))
    }
}
