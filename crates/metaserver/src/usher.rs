//! Shows people of the site to their places in rooms of this node: whoever comes by a page is a player like any other, without a game.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
    time::Duration,
};

use base::{Action, Actor, Kind, RoomId, UserId, network_of};
use contract::{
    Code,
    lobby::{Aside, PlayerNumber, Say},
};
use metaserver_proto::Text;
use serde::{Deserialize, Serialize};
use tokio::{
    sync::{Mutex, oneshot},
    time::{Instant, timeout},
};

use crate::{
    caretaker::Caretaker,
    hub::Hub,
    logon::{Heard as Answer, Said},
    names::readable,
    pace::Bucket,
    pages::{Heard, Pages, Reader},
    room::{Aloud, Command, Door, LONGEST_LINE, Spoken, is_command},
    seats::{self, Seat},
    unheard::{Unheard, Unseated},
    visitor::Visitor,
};

/// How long a room may take to answer.
const ANSWER: Duration = Duration::from_secs(10);

/// Whoever comes by a page and may talk: by which account, and from where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Talker {
    user: UserId,
    address: IpAddr,
}

impl Talker {
    pub(crate) fn of(actor: &Actor) -> Result<Self, Kind> {
        actor.may(Action::Chat)?;
        let user = actor.user().ok_or(Kind::Unauthenticated)?;
        Ok(Self { user, address: actor.address().unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)) })
    }
}

/// Shows people of the site to their places. Clones are the same one.
#[derive(Clone)]
pub(crate) struct Usher(Arc<Inner>);

struct Inner {
    hub: Arc<Hub>,
    caretaker: Caretaker,
    /// One after another is shown to a place, so that an account has one.
    desk: Mutex<()>,
}

/// An open page in a room of this node. Its person is there while this lives, and for a moment after.
pub struct Page {
    hub: Arc<Hub>,
    user: UserId,
    visit: u64,
    room: RoomId,
    reader: Reader,
    /// How long the place is kept when it goes.
    grace: Duration,
}

impl Page {
    /// Which room.
    pub(crate) const fn room(&self) -> RoomId {
        self.room
    }

    /// What its person alone is told next; waits for it. Dropping the future loses nothing.
    pub(crate) async fn next(&mut self) -> Heard {
        self.reader.next().await
    }

    /// Goes without the moment: they left, or their login has ended.
    pub(crate) fn leave(mut self) {
        self.grace = Duration::ZERO;
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.hub.seats.closed(self.user, self.visit, self.grace);
    }
}

impl Usher {
    pub(crate) fn new(hub: Arc<Hub>, caretaker: Caretaker) -> Self {
        Self(Arc::new(Inner { hub, caretaker, desk: Mutex::new(()) }))
    }

    /// Whether the two are one.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Whether this node runs a room.
    pub(crate) fn runs(&self, room: RoomId) -> bool {
        self.0.hub.directory.rooms().iter().any(|one| one.id == room && one.is_here())
    }

    /// A page is open in a room: its person comes in, or is there already. A place in another room is given up for it; only somebody who is
    /// in another room by a game stays there.
    pub(crate) async fn sit(&self, talker: Talker, room: RoomId) -> Result<Page, Unseated> {
        let user = talker.user;
        let (pages, _) = self.place(talker, room).await?;
        let (hub, visit) = (Arc::clone(&self.0.hub), pages.visit());
        hub.seats.opened(user, visit);
        let grace = hub.config.limits.page_grace;
        Ok(Page { user, visit, room, reader: pages.reader(), grace, hub })
    }

    /// Says a line in a room, to everybody or to one player: by the player that their game put there, if it did. Without an open page they
    /// come in by it, and stay for a while.
    pub(crate) async fn say(&self, talker: Talker, room: RoomId, say: &Say) -> Result<(), Unheard> {
        let user = talker.user;
        let mut words: String = say.text.chars().filter(|c| !c.is_control()).collect();
        words = words.trim().to_owned();
        if words.is_empty() {
            return Err(Unheard::NoLine(Code::Required));
        }
        if words.chars().count() > LONGEST_LINE {
            return Err(Unheard::NoLine(Code::TooLong));
        }
        let (pages, door) = self.place(talker, room).await?;
        let hub = &self.0.hub;
        hub.seats.used(user, pages.visit(), hub.config.limits.form_stay);
        if !hub.seats.may_say(user, pages.visit()) {
            metrics::counter!("guildhall_lobby_lines_refused_total").increment(1);
            return Err(Unheard::TooFast);
        }
        if say.to.is_none() {
            words = self.ask_about(pages.visitor(), room, words).await?;
        }
        let (answer, answered) = oneshot::channel();
        let spoken = Spoken { words, to: say.to.map(PlayerNumber) };
        let speak = Command::Speak { number: pages.number(), visit: pages.visit(), spoken, answer };
        door.inbox.try_send(speak).map_err(|_full_or_closed| Unheard::Busy)?;
        match timeout(ANSWER, answered).await {
            Ok(Ok(heard)) => heard,
            _ => Err(Unheard::Busy),
        }
    }

    /// What somebody alone was told lately in a room that they are in.
    pub(crate) fn asides(&self, user: UserId, room: RoomId) -> Vec<Aside> {
        let here = self.0.hub.seats.in_room(user, room);
        here.map(|(pages, _)| pages.asides()).unwrap_or_default()
    }

    /// A login of somebody has ended. Pages that were open by it say so themselves; a place that no page holds goes with it.
    pub(crate) fn logged_out(&self, user: UserId) {
        let hub = &self.0.hub;
        if let Some(visit) = hub.seats.visit_of(user) {
            hub.seats.used(user, visit, Duration::ZERO);
        }
    }

    /// Somebody's place in a room: the one they have, or a new one.
    async fn place(&self, talker: Talker, room: RoomId) -> Result<(Pages, Arc<Door>), Unseated> {
        let Inner { hub, caretaker, desk } = &*self.0;
        let Talker { user, address } = talker;
        if let Some(here) = hub.seats.in_room(user, room) {
            return Ok(here);
        }
        if !hub.logon.is_welcome(Some(user), address).await {
            return Err(Unseated::ShutOut);
        }
        let account = caretaker.account(user).await.ok_or(Unseated::Unavailable)?;
        let known = hub.logon.known_of(user).await;
        let door = caretaker.door(room).await.ok_or(Unseated::Closed)?;

        let _turn = desk.lock().await;
        if let Some(here) = hub.seats.in_room(user, room) {
            return Ok(here);
        }
        let plays_in = || hub.passes.room_of(user).or_else(|| hub.nodes.as_ref()?.room_of(user));
        let plays_elsewhere = || plays_in().is_some_and(|banner| banner != door.room.facts().banner);
        if plays_elsewhere() {
            return Err(Unseated::Elsewhere);
        }
        let number = hub.passes.number(Some(user));
        let visitor = Arc::new(Visitor::by_page(number, &account, network_of(address), known));
        let pages = Pages::new(hub.next_visit(), visitor);
        let (now, limits) = (Instant::now(), &hub.config.limits);
        let chat = Bucket::new(limits.page_chat_burst, limits.page_chat_per_second, now);
        let (kept_until, since) = (now + limits.page_grace, hub.clock.now());
        let seat = Seat::new(Arc::clone(&door), pages.clone(), kept_until, chat, since);
        if let Some(before) = hub.seats.take(user, seat) {
            before.give_up(&hub.tasks, Unseated::Elsewhere);
        }
        // Once more: a game that came in meanwhile has seen this place, or is seen by it.
        let seated = if plays_elsewhere() { Err(Unseated::Elsewhere) } else { ask(&door, pages.clone()).await };
        if let Err(why) = seated {
            if let Some(seat) = hub.seats.remove_visit(user, pages.visit()) {
                seat.give_up(&hub.tasks, why.clone());
            }
            return Err(why);
        }
        hub.tasks.spawn(seats::keep(Arc::clone(hub), user, pages.clone()));
        Ok((pages, door))
    }

    /// Asks those who want to be asked before a line is spoken, unless it would reach nobody anyway. Gives back what is spoken.
    async fn ask_about(&self, visitor: &Visitor, room: RoomId, words: String) -> Result<String, Unheard> {
        let logon = &self.0.hub.logon;
        let text = Text::new(&words);
        let muted = visitor.user.is_some_and(|user| !logon.may_talk(user));
        if !logon.hears_lines_first() || muted || is_command(&text) || readable(&text).is_empty() {
            return Ok(words);
        }
        let heard = Aloud::of(&text, &words).map_or(words.as_str(), |aloud| aloud.text).to_owned();
        let line = Said { user: visitor.user, role: visitor.role, name: visitor.name.clone(), room, text: heard };
        match logon.before_line(line).await {
            Answer::Fine => Ok(words),
            // Never a command: nobody gives one in another's name.
            Answer::Instead(other) => Ok(Aloud::instead(&text, &words, &other)),
            Answer::Not(why) => {
                metrics::counter!("guildhall_lobby_lines_objected_total").increment(1);
                Err(Unheard::Objected(why))
            }
        }
    }
}

async fn ask(door: &Door, pages: Pages) -> Result<(), Unseated> {
    let (answer, answered) = oneshot::channel();
    door.inbox.try_send(Command::Sit { pages, answer }).map_err(|_full_or_closed| Unseated::Unavailable)?;
    match timeout(ANSWER, answered).await {
        Ok(Ok(seated)) => seated,
        _ => Err(Unseated::Unavailable),
    }
}
