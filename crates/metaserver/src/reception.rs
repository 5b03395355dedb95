//! Where people of the site come to get into the lobby's rooms, whichever node runs them: those that are run here the [usher](Usher) shows
//! them into; for the others an [errand](errands) goes to the node that does, by way of the database.

mod errands;
mod message;
mod service;
mod store;

use std::sync::{Arc, PoisonError, RwLock};

use base::{Actor, Clock, RoomId, UserId};
use contract::lobby::{Aside, Say};
use db::{Db, Engine};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::{
    errands::{Errands, FarPage},
    service::Service,
};
use crate::{
    pages::Heard,
    unheard::{Unheard, Unseated},
    usher::{Page, Talker, Usher},
};

/// Gets people of the site into rooms. Clones are the same one.
#[derive(Clone)]
pub struct Reception(Arc<Inner>);

struct Inner {
    /// Who shows them into the rooms of this node, while it runs some.
    usher: RwLock<Option<Usher>>,
    /// Where there may be other nodes.
    errands: Option<Arc<Errands>>,
}

/// An open page in a room. Its person is there while this lives, and for a moment after, so that a page that is loaded anew doesn't blink.
pub enum OpenPage {
    /// In a room that this node runs.
    Here(Page),
    /// In one of another.
    Elsewhere(FarPage),
}

impl OpenPage {
    /// Which room.
    pub const fn room(&self) -> RoomId {
        match self {
            Self::Here(page) => page.room(),
            Self::Elsewhere(page) => page.room(),
        }
    }

    /// What its person alone is told next; waits for it. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Heard {
        match self {
            Self::Here(page) => page.next().await,
            Self::Elsewhere(page) => page.next().await,
        }
    }

    /// Goes without the moment: they left, or their login has ended.
    pub fn leave(self) {
        match self {
            Self::Here(page) => page.leave(),
            Self::Elsewhere(page) => page.leave(),
        }
    }
}

impl Reception {
    /// One for the pages of this node, which the others know as `node`. Its tasks end with `stop`.
    pub fn start(db: Db, clock: Arc<dyn Clock>, node: String, tasks: &TaskTracker, stop: CancellationToken) -> Self {
        let errands = (db.engine() == Engine::Postgres).then(|| {
            let errands = Errands::new(db, clock, node, tasks.clone());
            tasks.spawn(Arc::clone(&errands).keep(stop));
            errands
        });
        Self(Arc::new(Inner { usher: RwLock::default(), errands }))
    }

    /// This node runs rooms from now on, until `end`: people of its own pages are shown into them, and those of the other nodes.
    pub(crate) fn open(&self, usher: Usher, tasks: &TaskTracker, end: CancellationToken) {
        if let Some(errands) = &self.0.errands {
            tasks.spawn(Service::new(Arc::clone(errands), usher.clone()).keep(end.clone()));
        }
        *self.0.usher.write().unwrap_or_else(PoisonError::into_inner) = Some(usher.clone());
        let this = self.clone();
        tasks.spawn(async move {
            end.cancelled().await;
            let mut here = this.0.usher.write().unwrap_or_else(PoisonError::into_inner);
            // Perhaps it has been opened again meanwhile.
            here.take_if(|here| here.is(&usher));
        });
    }

    /// Whether this node runs a room.
    pub fn runs(&self, room: RoomId) -> bool {
        self.usher_of(room).is_some()
    }

    /// A page is open in a room: its person comes in, or is there already. A place in another room is given up for it; only somebody who is
    /// in another room by a game stays there.
    pub async fn sit(&self, actor: &Actor, room: RoomId) -> Result<OpenPage, Unheard> {
        let talker = Talker::of(actor)?;
        Ok(match self.usher_of(room) {
            Some(usher) => OpenPage::Here(usher.sit(talker, room).await?),
            None => OpenPage::Elsewhere(self.elsewhere(room).await?.sit(talker, room).await?),
        })
    }

    /// Says a line in a room, to everybody or to one player: by the player that their game put there, if it did. Without an open page they
    /// come in by it, and stay for a while.
    pub async fn say(&self, actor: &Actor, room: RoomId, say: &Say) -> Result<(), Unheard> {
        let talker = Talker::of(actor)?;
        match self.usher_of(room) {
            Some(usher) => usher.say(talker, room, say).await,
            None => self.elsewhere(room).await?.say(talker, room, say.clone()).await,
        }
    }

    /// What somebody alone was told lately in a room that they are in. Nothing, where the node that runs it does not answer at once.
    pub async fn asides(&self, actor: &Actor, room: RoomId) -> Vec<Aside> {
        let Some(user) = actor.user() else { return Vec::new() };
        match (self.usher_of(room), &self.0.errands) {
            (Some(usher), _) => usher.asides(user, room),
            (None, Some(errands)) => errands.asides(user, room).await,
            (None, None) => Vec::new(),
        }
    }

    /// A login of somebody has ended. Pages that were open by it say so themselves; a place that no page holds goes with it, on the node that
    /// runs its room.
    pub fn logged_out(&self, user: UserId) {
        if let Some(usher) = self.usher() {
            usher.logged_out(user);
        }
    }

    fn usher(&self) -> Option<Usher> {
        self.0.usher.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn usher_of(&self, room: RoomId) -> Option<Usher> {
        self.usher().filter(|usher| usher.runs(room))
    }

    /// Who asks the other nodes about that room, if there may be any and it is one.
    async fn elsewhere(&self, room: RoomId) -> Result<&Arc<Errands>, Unseated> {
        let errands = self.0.errands.as_ref().ok_or(Unseated::Closed)?;
        if errands.is_open(room).await { Ok(errands) } else { Err(Unseated::Closed) }
    }
}
