//! The rooms as those who run the hub want them: opened, set up, arranged and closed. A running lobby follows by its `caretaker`.

mod error;
mod form;
pub(crate) mod keeping;
mod looking;
mod meant;
mod standing;
pub(crate) mod store;
#[cfg(test)]
mod stories;
mod telling;

use std::sync::Arc;

use audit::{Entry, Reason};
use base::{Action, Actor, Clock, Millis, RoomId};
use contract::{
    Code, Event, Field,
    room::{LobbyRoom, SaveRoom},
};
use db::{Db, Tx};

pub use self::{error::Error, keeping::Present, meant::Meant};

/// The lobby's rooms. Clones are the same.
#[derive(Clone)]
pub struct Rooms(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    present: Arc<dyn Present>,
}

impl Rooms {
    /// The rooms of this database, whose migrations have been applied. `present` knows who is in them.
    pub fn new(db: Db, clock: Arc<dyn Clock>, present: Arc<dyn Present>) -> Self {
        Self(Arc::new(Inner { db, clock, present }))
    }

    /// Every room that is open, in order. There are thirty at most: classic clients have no more names.
    pub async fn list(&self, actor: &Actor) -> Result<Vec<LobbyRoom>, Error> {
        actor.may(Action::ViewRooms)?;
        Ok(store::list(&self.0.db).await?)
    }

    /// One room that is open.
    pub async fn find(&self, actor: &Actor, room: RoomId) -> Result<LobbyRoom, Error> {
        actor.may(Action::ViewRooms)?;
        store::find(&self.0.db, room).await?.ok_or(Error::NotFound)
    }

    /// Opens a room, as the last of the list. One that was closed and had the same banner is the same room again: classic clients know it by
    /// nothing else.
    pub async fn open(&self, actor: &Actor, form: &SaveRoom) -> Result<LobbyRoom, Error> {
        actor.may(Action::ManageRooms)?;
        let form = form::read(form)?;
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let (form, acting) = (form.clone(), acting.clone());
                Box::pin(async move {
                    let taken = Error::field(Field::Banner, Code::Taken);
                    let id = store::open(tx, &form).await?.ok_or(taken)?;
                    let opened = store::find(&mut *tx, id).await?.ok_or(Error::NotFound)?;
                    note(tx, now, &acting, &Entry::new("room.opened", "room", id).changing((), &opened)).await?;
                    Ok(opened)
                })
            })
            .await
    }

    /// Sets a room up anew, all but its banner. Whoever is in it and may not be any more is sent away.
    pub async fn change(&self, actor: &Actor, room: RoomId, form: &SaveRoom) -> Result<LobbyRoom, Error> {
        actor.may(Action::ManageRooms)?;
        let form = form::read(form)?;
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let (form, acting) = (form.clone(), acting.clone());
                Box::pin(async move {
                    let before = store::find(&mut *tx, room).await?.ok_or(Error::NotFound)?;
                    // To classic clients its banner is what it is.
                    if before.banner != form.banner {
                        return Err(Error::field(Field::Banner, Code::NotAChoice));
                    }
                    if !store::change(tx, room, &form).await? {
                        return Err(Error::NotFound);
                    }
                    let after = store::find(&mut *tx, room).await?.ok_or(Error::NotFound)?;
                    if before != after {
                        let entry = Entry::new("room.changed", "room", room).changing(&before, &after);
                        note(tx, now, &acting, &entry).await?;
                    }
                    Ok(after)
                })
            })
            .await
    }

    /// Gives a room another place in the list, from 1; beyond the last is the last. Gives back all of them.
    pub async fn place(&self, actor: &Actor, room: RoomId, position: u32) -> Result<Vec<LobbyRoom>, Error> {
        actor.may(Action::ManageRooms)?;
        if position == 0 {
            return Err(Error::field(Field::Position, Code::OutOfRange));
        }
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move {
                    let mut order: Vec<RoomId> = store::list(&mut *tx).await?.iter().map(|room| room.id).collect();
                    let from = order.iter().position(|id| *id == room).ok_or(Error::NotFound)?;
                    let to = (position as usize - 1).min(order.len() - 1);
                    if from != to {
                        let moved = order.remove(from);
                        order.insert(to, moved);
                        store::arrange(tx, &order).await?;
                        let entry = Entry::new("room.placed", "room", room).changing(from + 1, to + 1);
                        note(tx, now, &acting, &entry).await?;
                    }
                    Ok(store::list(tx).await?)
                })
            })
            .await
    }

    /// Closes a room: whoever is in it is sent away, and its games end. The last one stays open, because Aleph One does not log on to a
    /// lobby without a room. `reason` stands in the audit trail, and may be empty.
    pub async fn close(&self, actor: &Actor, room: RoomId, reason: &str) -> Result<(), Error> {
        actor.may(Action::ManageRooms)?;
        let reason = Reason::read(reason).map_err(|code| Error::field(Field::Reason, code))?;
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let (acting, reason) = (acting.clone(), reason.clone());
                Box::pin(async move {
                    let rooms = store::list(&mut *tx).await?;
                    let before = rooms.iter().find(|one| one.id == room).ok_or(Error::NotFound)?;
                    if !store::close(tx, room, now).await? {
                        return Err(Error::LastRoom);
                    }
                    let entry = Entry::new("room.closed", "room", room).changing(before, ()).because(&reason);
                    note(tx, now, &acting, &entry).await
                })
            })
            .await
    }

    fn now(&self) -> Millis {
        self.0.clock.now()
    }
}

/// What was done to a room; by a plugin, where it was called.
fn entry(actor: &Actor, act: &'static str, room: RoomId) -> Entry {
    let entry = Entry::new(act, "room", room);
    match actor {
        Actor::Plugin(plugin) => plugin.organization.into_iter().fold(entry, Entry::in_organization),
        _ => entry,
    }
}

/// Writes down what was done, and tells whoever runs the lobby.
async fn note(tx: &mut Tx<'_>, now: Millis, actor: &Actor, entry: &Entry) -> Result<(), Error> {
    audit::record(tx, now, actor, entry).await?;
    events::record(tx, now, &Event::RoomsChanged).await?;
    Ok(())
}
