//! Which of the rooms this node runs: of those there are, its share.
//!
//! A room is a lock of the database server, held by one connection of the node's, so that it is free when the node goes, however that ends.
//! Nobody assigns rooms: whoever has fewer than its share takes one that is free, and whoever has more gives up one that is empty.

use std::collections::BTreeSet;

use base::RoomId;
use db::{Claim, Claimed, Db, Error};

use super::CLAIM;

/// The kind of lock that a room is.
const ROOM: u32 = CLAIM + 1;
/// The kind that a node's place among all is.
const PLACE: u32 = CLAIM + 2;
/// How many nodes there may be.
pub(crate) const PLACES: u32 = 1 << 10;

/// The rooms that are this node's.
pub(crate) struct Holding {
    db: Db,
    /// `None` while the connection is lost.
    claim: Option<Claim>,
    /// What the nodes without a lobby are told: where players log on.
    told: String,
    held: BTreeSet<RoomId>,
    place: u32,
    /// Rooms that were free at the last look: one whose node only lost its connection takes it back first.
    free: BTreeSet<RoomId>,
}

/// A node that wants the lobby for itself has it.
#[derive(Debug)]
pub(crate) struct Lost;

/// Whether what is wanted is had.
enum Grip {
    Ours,
    /// The database does not answer: nothing changes until it does.
    Away,
    Lost,
}

impl Holding {
    /// With a place among the nodes, and no room yet.
    pub(crate) async fn begin(db: Db, mut claim: Claim, told: String) -> Result<Self, Error> {
        claim.say(&told).await?;
        let place = free_place(&mut claim).await?;
        Ok(Self { db, claim: Some(claim), told, held: BTreeSet::new(), place, free: BTreeSet::new() })
    }

    /// From 0, below [`PLACES`]; no other node has it.
    pub(crate) const fn place(&self) -> u32 {
        self.place
    }

    /// Looks which rooms are to be this node's from now on: its share of the `wanted`. Empty rooms go to others where it has too many;
    /// a free one is taken at the second look, or `at_once`.
    pub(crate) async fn look(
        &mut self,
        wanted: &[RoomId],
        is_empty: impl Fn(RoomId) -> bool,
        at_once: bool,
    ) -> Result<BTreeSet<RoomId>, Lost> {
        match self.grip().await {
            Grip::Ours => {}
            Grip::Away => return Ok(self.held.clone()),
            Grip::Lost => return Err(Lost),
        }
        if let Err(error) = self.share_out(wanted, is_empty, at_once).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "which rooms other nodes run can't be seen");
            self.claim = None;
        }
        Ok(self.held.clone())
    }

    /// A room could not be opened here: perhaps another node can.
    pub(crate) async fn give_up(&mut self, room: RoomId) {
        self.held.remove(&room);
        if let Some(claim) = &mut self.claim
            && claim.give_back(ROOM, key(room)).await.is_err()
        {
            self.claim = None;
        }
    }

    async fn share_out(
        &mut self,
        wanted: &[RoomId],
        is_empty: impl Fn(RoomId) -> bool,
        at_once: bool,
    ) -> Result<(), Error> {
        let Some(claim) = &mut self.claim else { return Ok(()) };
        let (sharers, taken) = (claim.sharers().await?, claim.taken(ROOM).await?);
        let share = wanted.len().div_ceil(sharers.max(1));
        let unwanted = self.held.iter().copied().filter(|room| !wanted.contains(room));
        let mut given: Vec<RoomId> = unwanted.collect();
        let excess = self.held.len().saturating_sub(given.len()).saturating_sub(share);
        let spare = wanted.iter().rev().copied().filter(|room| self.held.contains(room) && is_empty(*room));
        given.extend(spare.take(excess));
        for room in given {
            claim.give_back(ROOM, key(room)).await?;
            self.held.remove(&room);
        }
        let free: Vec<RoomId> = wanted.iter().copied().filter(|room| !taken.contains(&key(*room))).collect();
        for room in &free {
            if self.held.len() >= share {
                break;
            }
            if (at_once || self.free.contains(room)) && claim.take(ROOM, key(*room)).await? {
                self.held.insert(*room);
            }
        }
        self.free = free.into_iter().collect();
        Ok(())
    }

    /// Has the connection again where it was lost. Rooms that another node has taken meanwhile are its.
    async fn grip(&mut self) -> Grip {
        if let Some(claim) = &mut self.claim
            && claim.check().await.is_ok()
        {
            return Grip::Ours;
        }
        self.claim = None;
        match self.db.share(CLAIM).await {
            Ok(Claimed::Ours(claim)) => self.take_up(claim).await.map_or(Grip::Away, |()| Grip::Ours),
            Ok(Claimed::Taken) => Grip::Lost,
            Ok(Claimed::Alone) | Err(_) => Grip::Away,
        }
    }

    async fn take_up(&mut self, mut claim: Claim) -> Result<(), Error> {
        claim.say(&self.told).await?;
        if !claim.take(PLACE, self.place).await? {
            self.place = free_place(&mut claim).await?;
        }
        let mut held = BTreeSet::new();
        for room in &self.held {
            if claim.take(ROOM, key(*room)).await? {
                held.insert(*room);
            }
        }
        (self.held, self.claim) = (held, Some(claim));
        Ok(())
    }
}

/// The lowest place that no node has.
async fn free_place(claim: &mut Claim) -> Result<u32, Error> {
    for place in 0..PLACES {
        if claim.take(PLACE, place).await? {
            return Ok(place);
        }
    }
    // More nodes than there are places: the last is shared, and two guests may have one number.
    Ok(PLACES - 1)
}

/// A room's lock. Numbers of rooms are far below what it has place for; two that were not would share one.
fn key(room: RoomId) -> u32 {
    u32::try_from(room.get() & i64::from(u32::MAX)).unwrap_or_default()
}
