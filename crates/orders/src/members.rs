//! Who is what in an order, and how somebody ceases to be of it.

use audit::{Entry, Reason};
use base::{Actor, Kind, OrderId, UserId};
use contract::{Event, orders::Rank};
use serde_json::json;

use crate::{Error, Orders, founding, keeper, rank_number, ranked, store};

impl Orders {
    /// Leaves one's order. Its leader can't while others belong to it; when the last one goes, it ends.
    pub async fn leave(&self, actor: &Actor, order: OrderId) -> Result<(), Error> {
        let user = keeper(actor)?;
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move {
                    let row = store::hold(tx, order).await?.ok_or(Error::NotFound)?;
                    let rank = store::members::rank_in(tx, order, user).await?.ok_or(Error::NotFound)?;
                    if rank == Rank::Leader {
                        if store::members::count(tx, order).await? > 1 {
                            return Err(Error::LeaderStays);
                        }
                        return founding::end(tx, &row, &acting, now, &Reason::default()).await;
                    }
                    store::members::end(tx, order, user, now).await?;
                    let was = json!({ "user": user, "rank": rank });
                    audit::record(tx, now, &acting, &Entry::new("order.left", "order", order).changing(was, ()))
                        .await?;
                    Ok(events::record(tx, now, &Event::OrderChanged { order, user: Some(user) }).await?)
                })
            })
            .await
    }

    /// Puts somebody out: the leader anybody else, officers plain members.
    pub async fn remove(&self, actor: &Actor, order: OrderId, user: UserId) -> Result<(), Error> {
        let by = keeper(actor)?;
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move {
                    store::hold(tx, order).await?.ok_or(Error::NotFound)?;
                    let own = ranked(tx, order, by, Rank::Officer).await?;
                    let rank = store::members::rank_in(tx, order, user).await?.ok_or(Error::NotFound)?;
                    if rank_number(own) >= rank_number(rank) {
                        return Err(Error::Refused(Kind::Forbidden));
                    }
                    store::members::end(tx, order, user, now).await?;
                    let was = json!({ "user": user, "rank": rank });
                    let entry = Entry::new("order.removed", "order", order).changing(was, ());
                    audit::record(tx, now, &acting, &entry).await?;
                    Ok(events::record(tx, now, &Event::OrderChanged { order, user: Some(user) }).await?)
                })
            })
            .await
    }

    /// Gives somebody another rank: the leader does. Who makes another the leader is an officer from then on.
    pub async fn set_rank(&self, actor: &Actor, order: OrderId, user: UserId, rank: Rank) -> Result<(), Error> {
        let by = keeper(actor)?;
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move {
                    store::hold(tx, order).await?.ok_or(Error::NotFound)?;
                    ranked(tx, order, by, Rank::Leader).await?;
                    let before = store::members::rank_in(tx, order, user).await?.ok_or(Error::NotFound)?;
                    if before == rank {
                        return Ok(());
                    }
                    if user == by {
                        return Err(Error::LeaderStays);
                    }
                    if rank == Rank::Leader {
                        // First the old one, then the new one: there is never more than one.
                        store::members::set_rank(tx, order, by, Rank::Officer).await?;
                    }
                    store::members::set_rank(tx, order, user, rank).await?;
                    let entry = Entry::new("order.rank_set", "order", order)
                        .changing(json!({ "user": user, "rank": before }), json!({ "user": user, "rank": rank }));
                    audit::record(tx, now, &acting, &entry).await?;
                    Ok(events::record(tx, now, &Event::OrderChanged { order, user: Some(user) }).await?)
                })
            })
            .await
    }
}
