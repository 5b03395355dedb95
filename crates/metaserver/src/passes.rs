//! The tokens that carry a login from the login server to the rooms, and who is where with them (spec sections 9.7 and 10.5).
//!
//! A Myth II client shows its token to every room it enters, one after another; an Aleph One client shows it once. An account
//! has one pass at a time: whoever proves the account last holds it.

use std::{
    collections::HashMap,
    ops::Range,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use base::{Chance, ChanceExt as _, UserId};
use contract::lobby::PlayerNumber;
use metaserver_proto::{Dialect, Refusal, Text};
use tokio::time::Instant;

use crate::{
    nodes::{Somebody, Stamp},
    outbox::{End, Outbox},
    visitor::Visitor,
};

/// What a room connection shows.
pub(crate) type Token = [u8; 32];

/// Numbers above this one are guests', below it accounts' (spec section 5).
const FIRST_GUEST: u32 = 1 << 30;
/// Player numbers stay below this: some packets carry them signed.
const NUMBERS_END: u32 = 1 << 31;
/// How long a pass is good while its login connection has not ended.
const WHILE_LOGGING_IN: Duration = Duration::from_mins(1);
/// How long a Myth II pass is good while its holder is in no room.
const BETWEEN_ROOMS: Duration = Duration::from_secs(30);
/// How long an Aleph One pass is good after its login connection ended.
const TO_THE_ROOM: Duration = Duration::from_secs(15);
const SWEEP_EVERY: Duration = Duration::from_secs(5);

/// Every pass that is good.
///
/// They are looked up in a hash map whose hash is keyed by chance, so the time a look-up takes says nothing of how much of a
/// guessed token was right.
#[derive(Debug)]
pub(crate) struct Passes {
    most: usize,
    table: Mutex<Table>,
}

#[derive(Debug)]
struct Table {
    passes: HashMap<Token, Pass>,
    by_user: HashMap<UserId, Token>,
    /// What guests are numbered by here.
    guests: Range<u32>,
    next_guest: u32,
    swept_at: Instant,
}

#[derive(Debug)]
struct Pass {
    visitor: Arc<Visitor>,
    /// Good until then, unless the holder is in a room.
    good_until: Instant,
    used: bool,
    /// The other nodes could not be told of it: it opens the rooms of this one alone.
    here_alone: bool,
    present: Option<Present>,
}

/// Which connection the holder is in a room by.
#[derive(Debug)]
struct Present {
    visit: u64,
    /// Which, by its banner.
    room: i16,
    outbox: Outbox,
    /// Which of all that others know of, where there are other nodes.
    stamp: Stamp,
}

impl Passes {
    pub(crate) fn new(most: usize) -> Self {
        let table = Table {
            passes: HashMap::new(),
            by_user: HashMap::new(),
            guests: FIRST_GUEST..NUMBERS_END,
            next_guest: FIRST_GUEST,
            swept_at: Instant::now(),
        };
        Self { most, table: Mutex::new(table) }
    }

    /// Numbers guests as the node at that place does, of so many: no other gives the same.
    pub(crate) fn number_guests(&self, place: u32, places: u32) {
        let each = (NUMBERS_END - FIRST_GUEST) / places;
        let first = FIRST_GUEST + place * each;
        let mut table = self.table();
        if table.guests.start != first || table.guests.end != first + each {
            table.guests = first..first + each;
            table.next_guest = first;
        }
    }

    /// The number somebody goes by in the lobby: the account's own, or the next of the guests'.
    pub(crate) fn number(&self, user: Option<UserId>) -> PlayerNumber {
        user.and_then(Self::own_number).unwrap_or_else(|| {
            let mut table = self.table();
            let number = table.next_guest;
            table.next_guest = if number + 1 < table.guests.end { number + 1 } else { table.guests.start };
            PlayerNumber(number)
        })
    }

    /// The number an account goes by, here or not; `None` where it is beyond what packets carry.
    pub(crate) fn own_number(user: UserId) -> Option<PlayerNumber> {
        u32::try_from(user.get()).ok().filter(|id| (1..FIRST_GUEST).contains(id)).map(PlayerNumber)
    }

    /// Whose account goes by that number, here or not.
    pub(crate) fn account(number: PlayerNumber) -> Option<UserId> {
        (1..FIRST_GUEST).contains(&number.0).then(|| UserId::from(i64::from(number.0)))
    }

    /// A pass for somebody who has just proved who they are; `None` when there are too many. The account's earlier connection ends.
    pub(crate) fn issue(&self, visitor: Arc<Visitor>, chance: &dyn Chance) -> Option<Token> {
        let mut token: Token = chance.bytes();
        // Aleph One's own server strips NULs off the end before it compares, and clients may do the like.
        token[31] |= 1;
        self.insert(token, visitor, WHILE_LOGGING_IN).then_some(token)
    }

    /// A pass that another node has issued; `false` where there are too many. The account's earlier connection ends.
    pub(crate) fn adopt(&self, token: Token, visitor: Arc<Visitor>) -> bool {
        let grace = grace(visitor.dialect);
        self.insert(token, visitor, grace)
    }

    fn insert(&self, token: Token, visitor: Arc<Visitor>, grace: Duration) -> bool {
        let now = Instant::now();
        let mut table = self.table();
        table.sweep(now);
        if table.passes.len() >= self.most {
            return false;
        }
        if let Some(user) = visitor.user
            && let Some(earlier) = table.by_user.insert(user, token)
            && let Some(pass) = table.passes.remove(&earlier)
            && let Some(present) = pass.present
        {
            present.outbox.end(End::Replaced);
        }
        let pass = Pass { visitor, good_until: now + grace, used: false, here_alone: false, present: None };
        table.passes.insert(token, pass);
        true
    }

    /// The other nodes could not be told of a pass.
    pub(crate) fn stays_here(&self, token: &Token) {
        if let Some(pass) = self.table().passes.get_mut(token) {
            pass.here_alone = true;
        }
    }

    /// Whether they could not.
    pub(crate) fn is_here_alone(&self, token: &Token) -> bool {
        self.table().passes.get(token).is_some_and(|pass| pass.here_alone)
    }

    /// Takes the pass of an account away and ends the connection it is in a room by. `false` where it is not here.
    pub(crate) fn remove(&self, user: UserId) -> bool {
        let mut table = self.table();
        let Some(pass) = table.by_user.remove(&user).and_then(|token| table.passes.remove(&token)) else {
            return false;
        };
        if let Some(present) = pass.present {
            present.outbox.end(End::Removed);
        }
        true
    }

    /// The login connection is over: from now on the pass is good for its dialect's time.
    pub(crate) fn login_ended(&self, token: &Token) {
        let now = Instant::now();
        if let Some(pass) = self.table().passes.get_mut(token) {
            pass.good_until = now + grace(pass.visitor.dialect);
        }
    }

    /// Takes the pass of somebody who enters a room by the connection `visit`. Whatever other room they were in, they leave.
    pub(crate) fn redeem(
        &self,
        token: &Token,
        dialect: Dialect,
        user_name: &Text,
        room: i16,
        by: (u64, Stamp),
        outbox: &Outbox,
    ) -> Result<Arc<Visitor>, Refusal> {
        let (visit, stamp) = by;
        let now = Instant::now();
        let mut table = self.table();
        let pass = table.passes.get_mut(token).ok_or(Refusal::NotLoggedIn)?;
        let good = pass.present.is_some() || now <= pass.good_until;
        if !good || pass.visitor.dialect != Some(dialect) || (dialect == Dialect::AlephOne && pass.used) {
            return Err(Refusal::NotLoggedIn);
        }
        if dialect == Dialect::AlephOne && !same_name(user_name, &pass.visitor) {
            return Err(Refusal::BadLogin);
        }
        pass.used = true;
        if let Some(before) = pass.present.replace(Present { visit, room, outbox: outbox.clone(), stamp }) {
            before.outbox.end(End::Moved);
        }
        Ok(Arc::clone(&pass.visitor))
    }

    /// The connection `visit` has left its room.
    pub(crate) fn left(&self, token: &Token, visit: u64) {
        let now = Instant::now();
        let mut table = self.table();
        let Some(pass) = table.passes.get_mut(token) else { return };
        // The holder may be in another room by another connection already.
        if pass.present.as_ref().is_none_or(|present| present.visit != visit) {
            return;
        }
        pass.present = None;
        pass.good_until = now + BETWEEN_ROOMS;
        if pass.visitor.dialect == Some(Dialect::AlephOne) {
            table.forget(token);
        }
    }

    /// Whoever is in a room by a game, each with its banner, for the other nodes.
    pub(crate) fn present(&self) -> Vec<(Arc<Visitor>, i16, Stamp)> {
        let table = self.table();
        let mut here: Vec<_> = table
            .passes
            .values()
            .filter_map(|pass| {
                let present = pass.present.as_ref()?;
                Some((Arc::clone(&pass.visitor), present.room, present.stamp))
            })
            .collect();
        drop(table);
        here.sort_unstable_by_key(|(visitor, ..)| visitor.number);
        here
    }

    /// Those people are in rooms of other nodes: whoever of them is in one here came there later, or is to leave this one.
    pub(crate) fn elsewhere<'a>(&self, people: impl Iterator<Item = &'a Somebody>) {
        let there = people.filter(|one| one.room.is_some());
        let there: HashMap<PlayerNumber, Stamp> =
            there.filter_map(|one| Some((one.visitor.number, one.by_game()?))).collect();
        if there.is_empty() {
            return;
        }
        let now = Instant::now();
        for pass in self.table().passes.values_mut() {
            let Some(newer) = there.get(&pass.visitor.number) else { continue };
            if let Some(present) = pass.present.take_if(|present| present.stamp < *newer) {
                let moved = present.stamp.pass == newer.pass;
                present.outbox.end(if moved { End::Moved } else { End::Replaced });
                pass.good_until = now + BETWEEN_ROOMS;
            }
        }
    }

    /// Players of Myth II in any room whose name holds that text, letter case ignored, each with the banner of the room: the first so many
    /// by their number.
    pub(crate) fn find(&self, text: &str, at_most: usize) -> Vec<(Arc<Visitor>, i16)> {
        let text = text.to_lowercase();
        let mut found: Vec<_> = self
            .table()
            .passes
            .values()
            .filter(|pass| {
                pass.visitor.dialect == Some(Dialect::Myth2) && pass.visitor.name.to_lowercase().contains(&text)
            })
            .filter_map(|pass| Some((Arc::clone(&pass.visitor), pass.present.as_ref()?.room)))
            .collect();
        found.sort_unstable_by_key(|(visitor, _)| visitor.number);
        found.truncate(at_most);
        found
    }

    /// The banner of the room that an account is in by a game.
    pub(crate) fn room_of(&self, user: UserId) -> Option<i16> {
        let table = self.table();
        let present = table.passes.get(table.by_user.get(&user)?)?.present.as_ref()?;
        Some(present.room)
    }

    /// Which dialect the holder of a pass speaks.
    pub(crate) fn dialect(&self, token: &Token) -> Option<Dialect> {
        self.table().passes.get(token).and_then(|pass| pass.visitor.dialect)
    }

    /// Whoever goes by that number and is in a room.
    pub(crate) fn seen(&self, number: PlayerNumber) -> Option<Arc<Visitor>> {
        let table = self.table();
        let pass = table.passes.values().find(|pass| pass.visitor.number == number && pass.present.is_some())?;
        Some(Arc::clone(&pass.visitor))
    }

    /// How many are held, once those that nobody can use are gone.
    #[cfg(any(test, feature = "fuzz"))]
    pub(crate) fn count(&self) -> usize {
        let mut table = self.table();
        table.sweep(Instant::now());
        table.passes.len().max(table.by_user.len())
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn sweep(&mut self, now: Instant) {
        if now.duration_since(self.swept_at) < SWEEP_EVERY {
            return;
        }
        self.swept_at = now;
        let stale = |pass: &Pass| pass.present.is_none() && now > pass.good_until;
        let tokens: Vec<Token> = self.passes.iter().filter(|(_, pass)| stale(pass)).map(|(token, _)| *token).collect();
        for token in &tokens {
            self.forget(token);
        }
    }

    fn forget(&mut self, token: &Token) {
        if let Some(pass) = self.passes.remove(token)
            && let Some(user) = pass.visitor.user
            && self.by_user.get(&user) == Some(token)
        {
            self.by_user.remove(&user);
        }
    }
}

const fn grace(dialect: Option<Dialect>) -> Duration {
    match dialect {
        Some(Dialect::AlephOne) => TO_THE_ROOM,
        _ => BETWEEN_ROOMS,
    }
}

/// Aleph One repeats the name it logged in by; guests leave it empty or write `guest` (spec section 10.4).
fn same_name(claimed: &Text, visitor: &Visitor) -> bool {
    if visitor.is_guest() {
        return claimed.is_blank() || claimed.as_bytes().eq_ignore_ascii_case(b"guest");
    }
    claimed.plain() == visitor.login_name.plain()
}

#[cfg(test)]
mod tests {
    use base::Role;
    use metaserver_proto::packet::player::PlayerData;

    use super::*;
    use crate::visitor::Arrival;

    struct Counting(std::sync::atomic::AtomicU8);
    impl Chance for Counting {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(self.0.fetch_add(2, std::sync::atomic::Ordering::Relaxed));
        }
    }

    struct Desk {
        passes: Passes,
        chance: Counting,
    }

    impl Desk {
        fn new() -> Self {
            Self { passes: Passes::new(10), chance: Counting(0.into()) }
        }

        fn log_in(&self, dialect: Dialect, user: Option<i64>) -> Token {
            let user = user.map(UserId::from);
            let arrival = Arrival {
                number: self.passes.number(user),
                dialect,
                user_name: Text::new("olga"),
                look: PlayerData::default(),
                address: None,
                network: std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST),
                software: crate::versions::Software::default(),
                here: None,
                known: crate::Known::default(),
            };
            let visitor = match user {
                Some(user) => Visitor::member(arrival, user, Role::Member, "Olga"),
                None => Visitor::guest(arrival),
            };
            let token = self.passes.issue(Arc::new(visitor), &self.chance).expect("room for ten");
            self.passes.login_ended(&token);
            token
        }

        fn enter(&self, token: &Token, dialect: Dialect, visit: u64) -> Result<Outbox, Refusal> {
            let outbox = Outbox::new(8, 8_000);
            self.passes
                .redeem(token, dialect, &Text::new("olga"), 26, (visit, Stamp::default()), &outbox)
                .map(|_| outbox)
        }
    }

    fn end(outbox: &Outbox) -> Option<End> {
        outbox.drain(|_| true)
    }

    #[tokio::test(start_paused = true)]
    async fn a_myth_pass_is_good_for_many_rooms_while_its_holder_is_about() {
        let desk = Desk::new();
        let token = desk.log_in(Dialect::Myth2, Some(1));
        let first = desk.enter(&token, Dialect::Myth2, 1).expect("good");
        tokio::time::advance(Duration::from_hours(3)).await;
        let _second = desk.enter(&token, Dialect::Myth2, 2).expect("still present");
        assert_eq!(end(&first), Some(End::Moved));
        desk.passes.left(&token, 1);
        tokio::time::advance(Duration::from_mins(1)).await;
        desk.enter(&token, Dialect::Myth2, 3).expect("an old connection's end says nothing of the new one");

        desk.passes.left(&token, 3);
        tokio::time::advance(Duration::from_secs(29)).await;
        desk.enter(&token, Dialect::Myth2, 4).expect("on the way from room to room");
        desk.passes.left(&token, 4);
        tokio::time::advance(Duration::from_secs(31)).await;
        assert_eq!(desk.enter(&token, Dialect::Myth2, 5).err(), Some(Refusal::NotLoggedIn));
    }

    #[tokio::test(start_paused = true)]
    async fn an_aleph_pass_is_good_once_and_soon() {
        let desk = Desk::new();
        let token = desk.log_in(Dialect::AlephOne, Some(1));
        desk.enter(&token, Dialect::AlephOne, 1).expect("good");
        assert_eq!(desk.enter(&token, Dialect::AlephOne, 2).err(), Some(Refusal::NotLoggedIn), "used");

        let token = desk.log_in(Dialect::AlephOne, Some(1));
        tokio::time::advance(Duration::from_secs(16)).await;
        assert_eq!(desk.enter(&token, Dialect::AlephOne, 3).err(), Some(Refusal::NotLoggedIn), "late");

        let token = desk.log_in(Dialect::AlephOne, Some(1));
        assert_eq!(desk.enter(&token, Dialect::Myth2, 4).err(), Some(Refusal::NotLoggedIn), "another dialect");
        let outbox = Outbox::new(8, 8_000);
        let as_balin =
            desk.passes.redeem(&token, Dialect::AlephOne, &Text::new("balin"), 26, (5, Stamp::default()), &outbox);
        assert_eq!(as_balin.err(), Some(Refusal::BadLogin), "another name");
        let guest = desk.log_in(Dialect::AlephOne, None);
        assert!(
            desk.passes
                .redeem(&guest, Dialect::AlephOne, &Text::new("guest"), 26, (6, Stamp::default()), &outbox)
                .is_ok()
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_newest_login_wins() {
        let desk = Desk::new();
        let first = desk.log_in(Dialect::Myth2, Some(1));
        let room = desk.enter(&first, Dialect::Myth2, 1).expect("good");
        let second = desk.log_in(Dialect::AlephOne, Some(1));
        assert_eq!(end(&room), Some(End::Replaced));
        assert_eq!(desk.enter(&first, Dialect::Myth2, 2).err(), Some(Refusal::NotLoggedIn));
        desk.passes.left(&first, 1);
        desk.enter(&second, Dialect::AlephOne, 3).expect("the newest");
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_removed_has_to_log_in_again() {
        let desk = Desk::new();
        let token = desk.log_in(Dialect::Myth2, Some(1));
        let other = desk.log_in(Dialect::Myth2, Some(2));
        let room = desk.enter(&token, Dialect::Myth2, 1).expect("good");
        assert!(desk.passes.remove(UserId::from(1)));
        assert_eq!(end(&room), Some(End::Removed));
        assert_eq!(desk.enter(&token, Dialect::Myth2, 2).err(), Some(Refusal::NotLoggedIn));
        assert!(!desk.passes.remove(UserId::from(1)), "gone already");
        desk.enter(&other, Dialect::Myth2, 3).expect("nobody else is meant");
    }

    #[tokio::test(start_paused = true)]
    async fn guests_and_accounts_never_share_a_number() {
        let desk = Desk::new();
        let numbers =
            [desk.passes.number(None), desk.passes.number(None), desk.passes.number(Some(UserId::from(1 << 40)))];
        assert_eq!(numbers, [FIRST_GUEST, FIRST_GUEST + 1, FIRST_GUEST + 2].map(PlayerNumber));
        assert_eq!(desk.passes.number(Some(UserId::from(12))), PlayerNumber(12));
    }

    #[tokio::test(start_paused = true)]
    async fn passes_nobody_uses_are_swept_away() {
        let desk = Desk::new();
        for _ in 0..10 {
            desk.log_in(Dialect::Myth2, None);
        }
        let arrival = || Arrival {
            number: desk.passes.number(None),
            dialect: Dialect::Myth2,
            user_name: Text::default(),
            look: PlayerData::default(),
            address: None,
            network: std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST),
            software: crate::versions::Software::default(),
            here: None,
            known: crate::Known::default(),
        };
        assert_eq!(desk.passes.issue(Arc::new(Visitor::guest(arrival())), &desk.chance), None, "ten are enough");
        tokio::time::advance(Duration::from_secs(31)).await;
        assert!(desk.passes.issue(Arc::new(Visitor::guest(arrival())), &desk.chance).is_some());
    }
}
