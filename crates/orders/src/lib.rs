#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod admission;
mod directory;
mod error;
mod export;
mod form;
mod founding;
mod members;
mod mend;
mod objector;
mod store;

#[cfg(test)]
mod stories;

use std::sync::{Arc, OnceLock};

use base::{Action, Actor, Clock, Kind, Millis, OrderId, UserId};
use contract::orders::Rank;
use db::{Db, Tx};

pub use directory::Roll;
pub use error::Error;
pub use objector::{Named, Objection, Objector};

/// Orders of players. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Orders(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    /// One key for all names that look alike, as the accounts make it.
    fold: fn(&str) -> String,
    /// Who is asked before an order gets a name.
    objector: OnceLock<Arc<dyn Objector>>,
}

impl Orders {
    /// Kept in `db`, whose migrations have been applied. `fold` makes the key under which the accounts keep a name.
    pub fn new(db: Db, clock: Arc<dyn Clock>, fold: fn(&str) -> String) -> Self {
        Self(Arc::new(Inner { db, clock, fold, objector: OnceLock::new() }))
    }

    fn now(&self) -> Millis {
        self.0.clock.now()
    }
}

/// Whoever may keep orders, as a person. A job or an operator belongs to none.
fn keeper(actor: &Actor) -> Result<UserId, Error> {
    actor.may(Action::KeepOrders)?;
    actor.user().ok_or(Error::Refused(Kind::Forbidden))
}

/// The rank of somebody in an order that is held; refused where it is less than `least`, and where they do not belong to it.
async fn ranked(tx: &mut Tx<'_>, order: OrderId, user: UserId, least: Rank) -> Result<Rank, Error> {
    let rank = store::members::rank_in(tx, order, user).await?.ok_or(Error::Refused(Kind::Forbidden))?;
    if rank_number(rank) > rank_number(least) {
        return Err(Error::Refused(Kind::Forbidden));
    }
    Ok(rank)
}

/// 0 for the highest.
const fn rank_number(rank: Rank) -> u8 {
    match rank {
        Rank::Leader => 0,
        Rank::Officer => 1,
        Rank::Member => 2,
    }
}
