//! A page in a room of the lobby, by its socket: as long as that is open, its person is there.

use std::time::Duration;

use base::RoomId;
use contract::live::Tell;
use metaserver::{OpenPage, Told};
use tokio::time::{Instant, sleep_until};

use super::{End, Page};

/// Coming into a room asks the database who it is; a page does it once at a time, and so often at most.
const BETWEEN: Duration = Duration::from_millis(500);

/// Where the page is.
#[derive(Default)]
pub(super) struct Place {
    page: Option<OpenPage>,
    entered_at: Option<Instant>,
}

impl Place {
    /// What its person alone is told next, and in which room; waits for ever where they are in none.
    pub(super) async fn told(&mut self) -> (RoomId, Told) {
        match &mut self.page {
            Some(page) => (page.room(), page.next().await),
            None => std::future::pending().await,
        }
    }

    /// They leave, or their login has ended: nobody waits for them to come back.
    pub(super) fn leave(&mut self) {
        if let Some(page) = self.page.take() {
            page.leave();
        }
    }
}

impl Page {
    /// Brings the page's person into a room.
    pub(super) async fn come_in(&mut self, room: RoomId) -> Result<(), End> {
        if self.place.page.as_ref().is_some_and(|page| page.room() == room) {
            return self.tell(&Tell::Entered { room }).await;
        }
        self.place.page = None;
        if let Some(at) = self.place.entered_at.replace(Instant::now()) {
            sleep_until(at + BETWEEN).await;
        }
        match self.hub.lobby.reception.sit(&self.caller.actor, room).await {
            Ok(page) => {
                self.place.page = Some(page);
                self.tell(&Tell::Entered { room }).await
            }
            Err(why) => self.tell(&Tell::Out { room, problem: why.problem() }).await,
        }
    }

    /// Hands on what the page's person alone is told.
    pub(super) async fn hand_on(&mut self, room: RoomId, told: Told) -> Result<(), End> {
        match told {
            Told::Aside(aside) => self.tell(&Tell::Aside { room, aside }).await,
            Told::Over(why) => {
                self.place.page = None;
                self.tell(&Tell::Out { room, problem: why.problem() }).await
            }
        }
    }
}
