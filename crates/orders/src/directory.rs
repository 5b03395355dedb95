//! What is asked about orders: lists, the ladder, pages, and what the lobby shows.

use base::{Action, Actor, OrderId, UserId};
use contract::{
    lobby::Dialect,
    orders::{Admission, Order, OrderCard, OrderLadder, OrderPage, OrderScore, OrderTie, Rank},
};

use crate::{Error, Orders, rank_number, store};

/// Rows on one page at most.
const LONGEST_PAGE: u32 = 200;
/// How many places of the ladder are looked at, at most.
const LOWEST_PLACE: u32 = 10_000;
/// Games on an order's page.
const LATEST_GAMES: u32 = 10;
/// Weeks in an order's chart: half a year.
const WEEKS: i64 = 26;
/// A week, in milliseconds.
const WEEK_MS: i64 = 7 * 24 * 60 * 60 * 1_000;

/// An order as one who belongs to it needs it: for the lobby.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roll {
    /// Which.
    pub id: OrderId,
    /// Its name.
    pub name: String,
    /// Everybody who belongs to it: the leader, the officers, and then by when they came.
    pub members: Vec<UserId>,
}

impl Orders {
    /// Orders whose name has that in it, by name.
    pub async fn list(&self, actor: &Actor, text: &str, after: Option<&str>, at_most: u32) -> Result<OrderPage, Error> {
        actor.may(Action::ViewLive)?;
        let at_most = at_most.clamp(1, LONGEST_PAGE);
        let pattern = db::containing(&base::name::title_key(text));
        let mut found = store::list(&self.0.db, &pattern, after.unwrap_or_default(), at_most + 1).await?;
        let more = found.len() > at_most as usize;
        found.truncate(at_most as usize);
        let next = found.last().filter(|_| more).map(|(_, key)| key.clone());
        Ok(OrderPage { orders: found.into_iter().map(|(order, _)| order).collect(), next })
    }

    /// The orders' ladder among players of one kind of client, from the top or after a place.
    pub async fn ladder(
        &self,
        actor: &Actor,
        dialect: Dialect,
        after: u32,
        at_most: u32,
    ) -> Result<OrderLadder, Error> {
        actor.may(Action::ViewLive)?;
        let (at_most, after) = (at_most.clamp(1, LONGEST_PAGE), after.min(LOWEST_PLACE));
        let mut rungs = store::record::ladder(&self.0.db, dialect, after, at_most + 1).await?;
        let more = rungs.len() > at_most as usize && after + at_most < LOWEST_PLACE;
        rungs.truncate(at_most as usize);
        Ok(OrderLadder { rungs, next: more.then_some(after + at_most) })
    }

    /// An order's page, as far as the one who looks may see it.
    pub async fn order(&self, actor: &Actor, order: OrderId) -> Result<Order, Error> {
        actor.may(Action::ViewLive)?;
        let db = &self.0.db;
        let row = store::find(db, order).await?.ok_or(Error::NotFound)?;
        let members = store::members::list(db, order).await?;
        let rank = actor.user().and_then(|user| members.iter().find(|member| member.user == user)).map(|one| one.rank);
        let tie = self.tie(actor, order, row.admission, rank).await?;
        let candidates = match rank {
            Some(rank) if rank_number(rank) <= rank_number(Rank::Officer) => store::candidates::list(db, order).await?,
            _ => Vec::new(),
        };
        let since = self.now().0 - WEEKS * WEEK_MS;
        Ok(Order {
            tie,
            rank,
            members,
            candidates,
            scores: store::record::scores(db, order).await?,
            weeks: store::record::weeks(db, order, since.max(0), WEEK_MS).await?,
            games: store::record::games(db, order, LATEST_GAMES).await?,
            description: row.description.clone(),
            card: row.into(),
        })
    }

    async fn tie(
        &self,
        actor: &Actor,
        order: OrderId,
        admission: Admission,
        rank: Option<Rank>,
    ) -> Result<OrderTie, Error> {
        let Some(user) = actor.user() else { return Ok(OrderTie::Stranger) };
        if rank.is_some() {
            return Ok(OrderTie::Member);
        }
        if store::members::order_of(&self.0.db, user).await?.is_some() {
            return Ok(OrderTie::Elsewhere);
        }
        Ok(match (store::candidates::find(&self.0.db, order, user).await?, admission) {
            (Some(true), _) => OrderTie::Invited,
            (_, Admission::Open) => OrderTie::MayJoin,
            (Some(false), _) => OrderTie::Asked,
            (None, Admission::Request) => OrderTie::MayAsk,
            (None, Admission::Invitation) => OrderTie::Closed,
        })
    }

    /// The order somebody belongs to, if there is one: everybody may know, as the lobby's lists show it.
    pub async fn of(&self, actor: &Actor, user: UserId) -> Result<Option<OrderCard>, Error> {
        actor.may(Action::ViewLive)?;
        let Some(order) = store::members::order_of(&self.0.db, user).await? else { return Ok(None) };
        Ok(store::find(&self.0.db, order).await?.map(OrderCard::from))
    }

    /// Orders that have invited somebody.
    pub async fn invitations(&self, actor: &Actor) -> Result<Vec<OrderCard>, Error> {
        actor.may(Action::ViewLive)?;
        match actor.user() {
            Some(user) => Ok(store::inviting(&self.0.db, user).await?),
            None => Ok(Vec::new()),
        }
    }

    /// The order somebody belongs to, with who else does. For the lobby, and without a question of permission: it asks for itself.
    pub async fn roll_of(&self, user: UserId) -> Result<Option<Roll>, Error> {
        let db = &self.0.db;
        let Some(order) = store::members::order_of(db, user).await? else { return Ok(None) };
        let Some(row) = store::find(db, order).await? else { return Ok(None) };
        let members = store::members::list(db, order).await?.into_iter().map(|member| member.user).collect();
        Ok(Some(Roll { id: order, name: row.name, members }))
    }

    /// What an order's members have done, and how many orders there are. For the lobby's profiles, likewise.
    pub async fn record_of(&self, order: OrderId) -> Result<(Vec<OrderScore>, u32), Error> {
        Ok((store::record::scores(&self.0.db, order).await?, store::count(&self.0.db).await?))
    }
}
