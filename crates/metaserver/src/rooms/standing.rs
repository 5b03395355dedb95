//! What somebody is to a room: whether they keep order in it, and what holds them there.

use base::{Action, Actor, RoomId};
use contract::room::{Hold, RestraintKind, RoomStanding};

use super::{Error, Rooms, store};

impl Rooms {
    /// What somebody is to a room; `None`: it is not open. Strangers are nothing to any.
    pub async fn standing(&self, actor: &Actor, room: RoomId) -> Result<Option<RoomStanding>, Error> {
        actor.may(Action::ViewLive)?;
        let Some(found) = store::find(&self.0.db, room).await? else { return Ok(None) };
        let keeps_order = match self.keeps_order(actor, room).await {
            Ok(()) => true,
            Err(Error::Refused(_)) => false,
            Err(error) => return Err(error),
        };
        let held = match actor.user() {
            Some(_) => store::keeping::restraints(&self.0.db, room, self.now()).await?,
            None => Vec::new(),
        };
        let hold = |kind| {
            let own = held.iter().find(|one| one.kind == kind && one.user == actor.user())?;
            Some(Hold { reason: own.reason.clone(), until: own.until })
        };
        let (gag, bar) = (hold(RestraintKind::Gag), hold(RestraintKind::Bar));
        let name = found.name;
        Ok(Some(RoomStanding { name, kind: found.kind, slow_secs: found.slow_secs, keeps_order, gag, bar }))
    }
}
