//! Rooms spread over nodes: what the nodes of one lobby know of each other.
//!
//! Each runs a login server and [some of the rooms](holding), and has one bulletin: its rooms, where they are, and who and what is in them.
//! The others read it, so that each can list all rooms, find everybody in them, and tell friends of one another.
//! Who comes into a room shows a [pass](store::NewPass) that any of them has issued.

mod holding;
mod store;
mod talking;
mod told;

use std::{
    net::Ipv4Addr,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
    time::Duration,
};

use base::{Clock, RoomId, UserId};
use contract::lobby::PlayerNumber;
use db::{Bulletins, Claim, Db, Error};
use metaserver_proto::Dialect;
use sha2::{Digest as _, Sha256};
use tokio_util::task::TaskTracker;

pub(crate) use self::{
    holding::{Holding, Lost, PLACES},
    talking::keep,
    told::{By, Somebody, Stamp, ToldRoom},
};
use self::{
    store::NewPass,
    told::{Neighbour, Told},
};
use crate::{
    game_numbers::GameNumbers,
    passes::Token,
    visitor::{Papers, Visitor},
};

/// Where they have their bulletins.
pub const BULLETINS: &str = "rooms";
/// The number under which nodes claim the lobby, each for itself or all together.
pub const CLAIM: u32 = 7_165_414;
/// How long a pass is good at the other nodes while its holder is in no room.
const BETWEEN_ROOMS: Duration = Duration::from_mins(1);
/// So many numbers of games are taken at once.
const NUMBERS_TAKEN: i64 = 200;
/// With fewer left, the next are taken.
const NUMBERS_LEFT: usize = 100;

/// That a lobby is run together with the other nodes on its database.
#[derive(Debug)]
pub struct Together {
    /// What the others know this node by: another word with each start.
    pub node: String,
    /// Its part in [`CLAIM`].
    pub claim: Claim,
    /// Where players reach it. Rooms of other nodes are told with their own addresses, so "where you logged in" is none.
    pub address: Ipv4Addr,
}

/// The other nodes, as this one knows them.
pub(crate) struct Nodes {
    db: Db,
    clock: Arc<dyn Clock>,
    tasks: TaskTracker,
    /// What they know this one by.
    name: String,
    pub(crate) address: Ipv4Addr,
    others: RwLock<Vec<Arc<Neighbour>>>,
}

impl Nodes {
    pub(crate) fn new(db: Db, clock: Arc<dyn Clock>, tasks: TaskTracker, name: String, address: Ipv4Addr) -> Self {
        Self { db, clock, tasks, name, address, others: RwLock::default() }
    }

    /// Says that this node is there, before it has anything to tell.
    pub(crate) async fn arrive(&self) -> Result<Bulletins, Error> {
        let mut bulletins = Bulletins::new(self.db.clone(), BULLETINS, self.name.clone());
        bulletins.tell(&serde_json::to_string(&Told::default()).expect("plain data")).await?;
        Ok(bulletins)
    }

    /// Keeps a pass that was issued here for the rooms of all. `false`: it is good in those of this node alone.
    pub(crate) async fn keep_pass(&self, token: &Token, visitor: &Visitor) -> bool {
        let pass = NewPass {
            digest: digest(token),
            user: visitor.user,
            once: visitor.dialect == Some(Dialect::AlephOne),
            papers: serde_json::to_string(&Papers::of(visitor)).expect("plain data"),
            good_until: self.clock.now().plus(BETWEEN_ROOMS),
        };
        let kept = store::create_pass(&self.db, &self.name, pass).await;
        if let Err(error) = &kept {
            let error = error as &dyn std::error::Error;
            tracing::warn!(error, "somebody's pass can't be kept: it is good in the rooms of this node alone");
        }
        kept.is_ok()
    }

    /// Whose a pass of another node is.
    pub(crate) async fn find_pass(&self, token: &Token) -> Result<Option<Visitor>, Error> {
        let papers = store::find_pass(&self.db, &digest(token), self.clock.now()).await?;
        Ok(papers.and_then(|papers| serde_json::from_str::<Papers>(&papers).ok()?.visitor()))
    }

    /// Its holder comes into a room here by that connection. `None`: it is not good any more.
    pub(crate) async fn take_pass(&self, token: &Token, visit: u64) -> Result<Option<Stamp>, Error> {
        let taken = store::take_pass(&self.db, &self.name, &digest(token), signed(visit), self.clock.now()).await?;
        Ok(taken.map(|(pass, moves)| Stamp { pass, moves }))
    }

    /// Its holder is out of the room that they came into by that connection.
    pub(crate) fn leave_pass(self: &Arc<Self>, token: &Token, visit: u64) {
        let (this, digest) = (Arc::clone(self), digest(token));
        self.tasks.spawn(async move {
            let good_until = this.clock.now().plus(BETWEEN_ROOMS);
            note(store::leave_pass(&this.db, &this.name, &digest, signed(visit), good_until).await);
        });
    }

    /// An account's pass is good at no node any more.
    pub(crate) fn revoke_pass(self: &Arc<Self>, user: UserId) {
        let this = Arc::clone(self);
        self.tasks.spawn(async move { note(store::revoke_pass(&this.db, user).await) });
    }

    /// Takes the next numbers of games where few are left.
    pub(crate) async fn supply(&self, numbers: &GameNumbers) -> Result<(), Error> {
        if numbers.left() < NUMBERS_LEFT {
            let last = store::take_game_numbers(&self.db, NUMBERS_TAKEN).await?;
            numbers.add(last - NUMBERS_TAKEN + 1..last + 1);
        }
        Ok(())
    }

    /// Where another node runs a room, and how full it is.
    pub(crate) fn room(&self, room: RoomId) -> Option<ToldRoom> {
        self.others().iter().flat_map(|node| &node.rooms).find(|told| told.room == room).copied()
    }

    /// Players of Myth II, and people on pages, in rooms of other nodes whose name holds that text, letter case ignored.
    pub(crate) fn find(&self, text: &str) -> Vec<(Arc<Visitor>, i16)> {
        let text = text.to_lowercase();
        let searched = |one: &&Somebody| one.visitor.dialect != Some(Dialect::AlephOne);
        let others = self.others();
        let named = others.iter().flat_map(|node| &node.people).filter(searched);
        named
            .filter(|one| one.visitor.name.to_lowercase().contains(&text))
            .filter_map(|one| Some((Arc::clone(&one.visitor), one.room?)))
            .collect()
    }

    /// Whoever goes by that number and is in a room of another node by a game.
    pub(crate) fn seen(&self, number: PlayerNumber) -> Option<Arc<Visitor>> {
        let others = self.others();
        let mut players = others.iter().flat_map(|node| &node.people).filter(|one| one.by_game().is_some());
        players.find(|one| one.visitor.number == number && one.room.is_some()).map(|one| Arc::clone(&one.visitor))
    }

    /// The banner of the room of another node that an account is in by a game.
    pub(crate) fn room_of(&self, user: UserId) -> Option<i16> {
        let others = self.others();
        let mut players = others.iter().flat_map(|node| &node.people).filter(|one| one.by_game().is_some());
        players.find(|one| one.visitor.user == Some(user) && one.room.is_some())?.room
    }

    fn others(&self) -> RwLockReadGuard<'_, Vec<Arc<Neighbour>>> {
        self.others.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn learn(&self, others: Vec<Arc<Neighbour>>) {
        *self.others.write().unwrap_or_else(PoisonError::into_inner) = others;
    }
}

/// What is kept of a token: whoever reads the database can't show it.
fn digest(token: &Token) -> String {
    hex::encode(Sha256::digest(token))
}

fn signed(visit: u64) -> i64 {
    i64::try_from(visit).unwrap_or(i64::MAX)
}

/// A pass that could not be changed runs out by itself.
fn note(changed: Result<(), Error>) {
    if let Err(error) = changed {
        tracing::warn!(error = &error as &dyn std::error::Error, "the other nodes can't be told of a pass");
    }
}
