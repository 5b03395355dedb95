//! Who with an account is here, and whose tables that shows in.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use base::{OrderId, UserId};
use contract::people::Bond;
use metaserver_proto::packet::social::{BUDDY_SLOTS, Buddy, BuddyTable, MOST_ORDER_MEMBERS, OrderMember, OrderTable};

use crate::{
    circle::{Circle, Fellow},
    inquiry::MOST_FOUND,
    nodes::Somebody,
    outbox::Outbox,
    passes::Passes,
    visitor::Visitor,
};

/// Lines waiting for one connection, at most: it takes them as soon as it is awake.
const MOST_LINES: usize = 32;

/// States of a buddy (spec section 8.1).
const UNACKNOWLEDGED: i8 = 1;
const ACTIVE: i8 = 2;
const OFFLINE: i8 = 3;

/// Everybody with an account who is in a room, or was a moment ago.
///
/// Friendship and belonging to an order go both ways, so whoever comes finds those to be told in their own circle: nobody else is looked at.
#[derive(Debug, Default)]
pub(crate) struct Circles(Mutex<Everybody>);

#[derive(Debug, Default)]
struct Everybody {
    here: HashMap<UserId, Here>,
    /// Those in rooms of other nodes; no room: on the way to one.
    elsewhere: HashMap<UserId, (Arc<Visitor>, Option<i16>)>,
}

#[derive(Debug)]
struct Here {
    /// By which connection.
    visit: u64,
    visitor: Arc<Visitor>,
    /// In which room, by its banner; `None`: on the way to another, or gone.
    room: Option<i16>,
    outbox: Outbox,
    /// `None` until it has been read for the first time.
    circle: Option<Arc<Circle>>,
    news: News,
}

/// What a connection is to do about the company of its player.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct News {
    /// Read the circle anew.
    pub(crate) relearn: bool,
    /// The tables are others.
    pub(crate) redraw: bool,
    /// Friends came or went: for clients that have no table to show it in.
    pub(crate) lines: Vec<String>,
}

/// What is worth a line to somebody whose circle has been read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Learned {
    /// What is new in it.
    pub(crate) lines: Vec<String>,
    /// The names of friends who are here, for somebody who has just come: for clients that have no table to show it in.
    pub(crate) friends_here: Vec<String>,
}

impl Here {
    fn tell(&mut self, change: impl FnOnce(&mut News)) {
        change(&mut self.news);
        self.news.lines.truncate(MOST_LINES);
        self.outbox.nudge();
    }

    /// As far as it has been read.
    fn keeps_company_with(&self, user: UserId) -> bool {
        self.circle.as_ref().is_some_and(|circle| circle.everybody().any(|other| other == user))
    }

    /// A friend has come or gone.
    fn tell_of(&mut self, friend: UserId, line: &str) {
        let sees = self.circle.as_ref().is_some_and(|circle| circle.sees_friend(friend));
        self.tell(|news| {
            news.redraw = true;
            if sees {
                news.lines.push(line.to_owned());
            }
        });
    }
}

impl Circles {
    /// Somebody has entered a room.
    pub(crate) fn enter(&self, user: UserId, visit: u64, visitor: Arc<Visitor>, room: i16, outbox: Outbox) {
        let here = &mut self.everybody().here;
        let circle = here.remove(&user).and_then(|before| before.circle);
        let news = News::default();
        here.insert(user, Here { visit, visitor, room: Some(room), outbox, circle, news });
    }

    /// Somebody's circle has been read, and whoever is in it and here is told. `None`: they are here by another connection by now.
    pub(crate) fn learn(&self, user: UserId, visit: u64, circle: Circle) -> Option<Learned> {
        let mut everybody = self.everybody();
        let Everybody { here, elsewhere } = &mut *everybody;
        let own = here.get_mut(&user).filter(|own| own.visit == visit)?;
        let circle = Arc::new(circle);
        let (before, name) = (own.circle.replace(Arc::clone(&circle)), own.visitor.name.clone());
        let lines = circle.news_since(before.as_deref());
        if before.is_some() {
            each_here(here, user, &circle, |other| other.tell(|news| news.redraw = true));
            return Some(Learned { lines, friends_here: Vec::new() });
        }
        // Who comes from another node's room has been in the lobby before.
        if !elsewhere.contains_key(&user) {
            let came = came(&name);
            each_here(here, user, &circle, |other| other.tell_of(user, &came));
        }
        Some(Learned { lines, friends_here: everybody.friends_here(&circle) })
    }

    /// A connection is out of its room. `true`: somebody may have to be told, once it is sure that they do not come to another.
    pub(crate) fn leave(&self, user: UserId, visit: u64) -> bool {
        let here = &mut self.everybody().here;
        let Some(own) = here.get_mut(&user).filter(|own| own.visit == visit) else { return false };
        own.room = None;
        let alone = own.circle.as_ref().is_none_or(|circle| circle.everybody().all(|other| other == user));
        if alone {
            here.remove(&user);
        }
        !alone
    }

    /// Somebody who has left by that connection and is in no room is gone.
    pub(crate) fn forget(&self, user: UserId, visit: u64) {
        let Everybody { here, elsewhere } = &mut *self.everybody();
        if here.get(&user).is_none_or(|own| own.visit != visit || own.room.is_some()) {
            return;
        }
        let Some(Here { circle: Some(circle), visitor, .. }) = here.remove(&user) else { return };
        if !elsewhere.contains_key(&user) {
            let gone = left(&visitor.name);
            each_here(here, user, &circle, |other| other.tell_of(user, &gone));
        }
    }

    /// These are in rooms of other nodes by now, and nobody else: friends here of those who came or went are told.
    pub(crate) fn elsewhere<'a>(&self, people: impl Iterator<Item = &'a Somebody>) {
        let players = people.filter(|one| one.by_game().is_some());
        let with_account = |one: &Somebody| Some((one.visitor.user?, (Arc::clone(&one.visitor), one.room)));
        let now: HashMap<UserId, _> = players.filter_map(with_account).collect();
        let Everybody { here, elsewhere } = &mut *self.everybody();
        let before = std::mem::replace(elsewhere, now);
        let new = elsewhere.iter().filter(|(user, _)| !before.contains_key(user)).map(|one| (one, true));
        let gone = before.iter().filter(|(user, _)| !elsewhere.contains_key(user)).map(|one| (one, false));
        let others: Vec<_> = new.chain(gone).filter(|((user, _), _)| !here.contains_key(user)).collect();
        for ((user, (visitor, _)), is_new) in others {
            let line = if is_new { came(&visitor.name) } else { left(&visitor.name) };
            for one in here.values_mut() {
                if one.keeps_company_with(*user) {
                    one.tell_of(*user, &line);
                }
            }
        }
    }

    /// Those who are between two rooms of this node, or gone: nobody can tell yet.
    pub(crate) fn between_rooms(&self) -> Vec<Arc<Visitor>> {
        let everybody = self.everybody();
        let walking = everybody.here.values().filter(|one| one.room.is_none());
        let mut walking: Vec<_> = walking.map(|one| Arc::clone(&one.visitor)).collect();
        drop(everybody);
        walking.sort_unstable_by_key(|visitor| visitor.number);
        walking
    }

    /// Somebody's friends changed, or what they show: their circle is read anew, and those of the ones in it.
    pub(crate) fn changed(&self, user: UserId) {
        let here = &mut self.everybody().here;
        let circle = here.get_mut(&user).and_then(|own| {
            own.tell(|news| news.relearn = true);
            own.circle.clone()
        });
        match circle {
            Some(circle) => each_here(here, user, &circle, |other| other.tell(|news| news.relearn = true)),
            // They are in a room of another node, perhaps, where this is heard, too.
            None => {
                for one in here.values_mut().filter(|one| one.keeps_company_with(user)) {
                    one.tell(|news| news.relearn = true);
                }
            }
        }
    }

    /// An order changed: everybody in it reads their circle anew, and whoever came to it or left it.
    pub(crate) fn order_changed(&self, order: OrderId, user: Option<UserId>) {
        for (who, one) in &mut self.everybody().here {
            let belongs =
                one.circle.as_ref().and_then(|circle| circle.order.as_ref()).is_some_and(|own| own.id == order);
            if belongs || user == Some(*who) {
                one.tell(|news| news.relearn = true);
            }
        }
    }

    /// Everybody reads their circle anew: nobody knows what was missed.
    pub(crate) fn all_changed(&self) {
        for one in self.everybody().here.values_mut() {
            one.tell(|news| news.relearn = true);
        }
    }

    /// What a connection is to do, if it is still the one that somebody is here by.
    pub(crate) fn take_news(&self, user: UserId, visit: u64) -> News {
        let here = &mut self.everybody().here;
        let own = here.get_mut(&user).filter(|own| own.visit == visit);
        own.map(|own| std::mem::take(&mut own.news)).unwrap_or_default()
    }

    /// Packets 19 and 20 for somebody whose circle has been read: friends who are here first, then the newest. No order, no second one.
    pub(crate) fn tables(&self, user: UserId) -> Option<(BuddyTable, Option<OrderTable>)> {
        let everybody = self.everybody();
        let circle = everybody.here.get(&user)?.circle.as_ref()?;
        let shown = |shows: bool, other: UserId| shows && everybody.has(other);
        let mut buddies: Vec<(u8, Buddy)> = circle
            .companions
            .iter()
            .filter_map(|companion| {
                let (rank, state) = match companion.bond {
                    Bond::Friend if shown(companion.shows, companion.user) => (0, ACTIVE),
                    Bond::Friend => (1, OFFLINE),
                    Bond::Asked => (2, UNACKNOWLEDGED),
                    Bond::Asking => return None,
                };
                let player_id = Passes::own_number(companion.user)?.0;
                Some((rank, Buddy { player_id, state, ..Buddy::default() }))
            })
            .collect();
        buddies.sort_by_key(|(rank, _)| *rank);
        let mut table = BuddyTable::default();
        for (slot, (_, buddy)) in table.0.iter_mut().zip(buddies.into_iter().take(BUDDY_SLOTS)) {
            *slot = buddy;
        }
        let order = circle.order.as_ref().map(|order| {
            let member = |fellow: &Fellow| {
                let online = fellow.user == user || shown(fellow.shows, fellow.user);
                Some(OrderMember { player_id: Passes::own_number(fellow.user)?.0, online: online.into() })
            };
            OrderTable(order.fellows.iter().filter_map(member).take(MOST_ORDER_MEMBERS).collect())
        });
        Some((table, order))
    }

    /// Friends of somebody who are in a room, each with its banner.
    pub(crate) fn friends_in_rooms(&self, user: UserId) -> Vec<(Arc<Visitor>, i16)> {
        self.in_rooms(user, |circle| circle.friends().filter(|one| one.shows).map(|one| one.user).collect())
    }

    /// The same of their order.
    pub(crate) fn order_in_rooms(&self, user: UserId) -> Vec<(Arc<Visitor>, i16)> {
        self.in_rooms(user, |circle| {
            let fellows = circle.order.iter().flat_map(|order| &order.fellows);
            fellows.filter(|one| one.shows || one.user == user).map(|one| one.user).collect()
        })
    }

    fn in_rooms(&self, user: UserId, of: impl Fn(&Circle) -> Vec<UserId>) -> Vec<(Arc<Visitor>, i16)> {
        let everybody = self.everybody();
        let Some(circle) = everybody.here.get(&user).and_then(|own| own.circle.as_ref()) else { return Vec::new() };
        let mut found: Vec<_> = of(circle).into_iter().filter_map(|other| everybody.room_of(other)).collect();
        found.sort_unstable_by_key(|(visitor, _)| visitor.number);
        found.truncate(MOST_FOUND);
        found
    }

    fn everybody(&self) -> MutexGuard<'_, Everybody> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Does something with everybody of a circle who is here, but its owner.
fn each_here(here: &mut HashMap<UserId, Here>, owner: UserId, circle: &Circle, mut act: impl FnMut(&mut Here)) {
    // A friend may be of the same order, too.
    let users: BTreeSet<UserId> = circle.everybody().filter(|user| *user != owner).collect();
    for user in users {
        if let Some(one) = here.get_mut(&user) {
            act(one);
        }
    }
}

impl Everybody {
    fn has(&self, user: UserId) -> bool {
        self.here.contains_key(&user) || self.elsewhere.contains_key(&user)
    }

    /// Somebody who is in a room, here or at another node, and its banner.
    fn room_of(&self, user: UserId) -> Option<(Arc<Visitor>, i16)> {
        let here = self.here.get(&user).and_then(|one| Some((&one.visitor, one.room?)));
        let there = || self.elsewhere.get(&user).and_then(|(visitor, room)| Some((visitor, (*room)?)));
        here.or_else(there).map(|(visitor, room)| (Arc::clone(visitor), room))
    }

    /// The names of friends who are in the lobby, and let it be seen.
    fn friends_here(&self, circle: &Circle) -> Vec<String> {
        let mut names: Vec<String> = circle
            .friends()
            .filter(|friend| friend.shows && self.has(friend.user))
            .map(|friend| friend.name.clone())
            .collect();
        names.truncate(10);
        names
    }
}

fn came(name: &str) -> String {
    format!("{name} is in the lobby now.")
}

fn left(name: &str) -> String {
    format!("{name} has left the lobby.")
}
