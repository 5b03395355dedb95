//! Who is in a room by pages of the site: one place an account, kept while a page is open there, and a little longer.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use base::{Millis, RoomId, UserId};
use tokio::{
    sync::mpsc::error::TrySendError,
    time::{Instant, sleep_until},
};
use tokio_util::task::TaskTracker;

use crate::{
    hub::Hub,
    nodes::{By, Somebody},
    pace::Bucket,
    pages::Pages,
    room::{Command, Door},
    unheard::Unseated,
    visitor::Visitor,
};

/// Every place that is taken.
#[derive(Debug, Default)]
pub(crate) struct Seats(Mutex<HashMap<UserId, Seat>>);

/// How long a place is kept.
enum Kept {
    /// It is given up already.
    NotAnyMore,
    /// For as long as a page is open.
    WhileOpen,
    /// Until then.
    Until(Instant),
}

/// One account's.
#[derive(Debug)]
pub(crate) struct Seat {
    door: Arc<Door>,
    pages: Pages,
    /// Pages that are open.
    open: usize,
    /// While none is, the place is kept until then.
    kept_until: Instant,
    chat: Bucket,
    /// Since when it is theirs.
    since: Millis,
}

impl Seat {
    pub(crate) fn new(door: Arc<Door>, pages: Pages, kept_until: Instant, chat: Bucket, since: Millis) -> Self {
        metrics::gauge!("guildhall_lobby_page_seats").increment(1);
        Self { door, pages, open: 0, kept_until, chat, since }
    }

    /// Gives the place up, and tells the room.
    pub(crate) fn give_up(self, tasks: &TaskTracker, why: Unseated) {
        self.pages.end(why);
        let rise = Command::Rise { number: self.pages.number(), visit: self.pages.visit() };
        if let Err(TrySendError::Full(rise)) = self.door.inbox.try_send(rise) {
            let door = Arc::clone(&self.door);
            // The room is busy, but it must be told: until then it counts and lists a player who is gone.
            tasks.spawn(async move { door.inbox.send(rise).await.ok() });
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        metrics::gauge!("guildhall_lobby_page_seats").decrement(1);
    }
}

impl Seats {
    /// Somebody's place in that room, if they have one there.
    pub(crate) fn in_room(&self, user: UserId, room: RoomId) -> Option<(Pages, Arc<Door>)> {
        let table = self.table();
        let seat = table.get(&user).filter(|seat| seat.door.room.id == room && !seat.pages.is_over())?;
        Some((seat.pages.clone(), Arc::clone(&seat.door)))
    }

    /// A new place; gives back the one they had.
    pub(crate) fn take(&self, user: UserId, seat: Seat) -> Option<Seat> {
        self.table().insert(user, seat)
    }

    /// Takes somebody's place away, whichever it is.
    pub(crate) fn remove(&self, user: UserId) -> Option<Seat> {
        self.table().remove(&user)
    }

    /// The same if it is still that one.
    pub(crate) fn remove_visit(&self, user: UserId, visit: u64) -> Option<Seat> {
        let mut table = self.table();
        table.get(&user).filter(|seat| seat.pages.visit() == visit)?;
        table.remove(&user)
    }

    /// Somebody has come into that room by a game: a place in another one is none any more.
    pub(crate) fn gone_elsewhere(&self, user: UserId, room: RoomId, tasks: &TaskTracker) {
        let mut table = self.table();
        if table.get(&user).is_some_and(|seat| seat.door.room.id != room)
            && let Some(seat) = table.remove(&user)
        {
            drop(table);
            seat.give_up(tasks, Unseated::Elsewhere);
        }
    }

    /// The visit that somebody has a place by.
    pub(crate) fn visit_of(&self, user: UserId) -> Option<u64> {
        self.table().get(&user).map(|seat| seat.pages.visit())
    }

    /// A page is open.
    pub(crate) fn opened(&self, user: UserId, visit: u64) {
        self.with(user, visit, |seat| seat.open += 1);
    }

    /// A page is gone; with the last of them the place is kept for `grace`.
    pub(crate) fn closed(&self, user: UserId, visit: u64, grace: Duration) {
        self.with(user, visit, |seat| {
            seat.open = seat.open.saturating_sub(1);
            if seat.open == 0 {
                seat.kept_until = Instant::now() + grace;
            }
        });
    }

    /// Somebody did something by a form. Where no page is open the place is kept for `stay` from now.
    pub(crate) fn used(&self, user: UserId, visit: u64, stay: Duration) {
        self.with(user, visit, |seat| {
            if seat.open == 0 {
                seat.kept_until = Instant::now() + stay;
            }
        });
    }

    /// Whether somebody may say something now, by how fast they talk.
    pub(crate) fn may_say(&self, user: UserId, visit: u64) -> bool {
        self.with(user, visit, |seat| seat.chat.take(Instant::now())).unwrap_or(false)
    }

    /// Those whose name holds that text, letter case ignored, each with the banner of the room.
    pub(crate) fn find(&self, text: &str) -> Vec<(Arc<Visitor>, i16)> {
        let text = text.to_lowercase();
        let table = self.table();
        let here = table.values().filter(|seat| !seat.pages.is_over());
        here.filter(|seat| seat.pages.visitor().name.to_lowercase().contains(&text))
            .map(|seat| (Arc::clone(seat.pages.visitor()), seat.door.room.facts().banner))
            .collect()
    }

    /// Whoever has a place, each with the banner of the room and since when, for the other nodes.
    pub(crate) fn everybody(&self) -> Vec<(Arc<Visitor>, i16, Millis)> {
        let table = self.table();
        let here = table.values().filter(|seat| !seat.pages.is_over());
        let mut here: Vec<_> =
            here.map(|seat| (Arc::clone(seat.pages.visitor()), seat.door.room.facts().banner, seat.since)).collect();
        drop(table);
        here.sort_unstable_by_key(|(visitor, ..)| visitor.number);
        here
    }

    /// Those people are in rooms of other nodes: takes the places of those among them that are here by a game, or by a newer page.
    pub(crate) fn elsewhere<'a>(&self, people: impl Iterator<Item = &'a Somebody>) -> Vec<Seat> {
        let mut table = self.table();
        let mut gone = Vec::new();
        for one in people.filter(|one| one.room.is_some()) {
            let Some(user) = one.visitor.user else { continue };
            let older = |seat: &Seat| match one.by {
                By::Game(_) => true,
                By::Page(since) => seat.since < since,
            };
            if table.get(&user).is_some_and(older) {
                gone.extend(table.remove(&user));
            }
        }
        gone
    }

    /// Until when a place is kept.
    fn kept(&self, user: UserId, visit: u64) -> Kept {
        match self.table().get(&user).filter(|seat| seat.pages.visit() == visit) {
            None => Kept::NotAnyMore,
            Some(seat) if seat.pages.is_over() => Kept::Until(Instant::now()),
            Some(seat) if seat.open == 0 => Kept::Until(seat.kept_until),
            Some(_) => Kept::WhileOpen,
        }
    }

    fn with<T>(&self, user: UserId, visit: u64, act: impl FnOnce(&mut Seat) -> T) -> Option<T> {
        let mut table = self.table();
        let seat = table.get_mut(&user).filter(|seat| seat.pages.visit() == visit)?;
        let done = act(seat);
        seat.pages.stir();
        Some(done)
    }

    fn table(&self) -> MutexGuard<'_, HashMap<UserId, Seat>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps a place for as long as it is to be kept.
pub(crate) async fn keep(hub: Arc<Hub>, user: UserId, pages: Pages) {
    let visit = pages.visit();
    loop {
        let due = match hub.seats.kept(user, visit) {
            Kept::NotAnyMore => return,
            Kept::WhileOpen => None,
            Kept::Until(due) if due <= Instant::now() => break,
            Kept::Until(due) => Some(due),
        };
        tokio::select! {
            () = pages.stirred() => {}
            () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {}
            () = hub.stop.cancelled() => return,
        }
    }
    if let Some(seat) = hub.seats.remove_visit(user, visit) {
        seat.give_up(&hub.tasks, Unseated::Left);
    }
}
