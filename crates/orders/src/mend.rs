//! What is left behind by people who are gone for good: orders without a leader, and without anybody.

use audit::{Entry, Reason};
use base::{Action, Actor, OrderId};
use contract::{Event, orders::Rank};
use serde_json::json;

use crate::{Error, Orders, founding, store};

/// How many orders are mended in one go.
const AT_ONCE: u32 = 100;

impl Orders {
    /// Gives orders whose leader's account is gone to whoever has belonged to them longest, officers first, and ends those to which nobody
    /// belongs any more. For the hub itself; can run twice without harm. Gives back how many there were.
    pub async fn mend(&self, actor: &Actor) -> Result<u64, Error> {
        actor.may(Action::ManageSystem)?;
        let mut mended = 0;
        for order in store::leaderless(&self.0.db, AT_ONCE).await? {
            mended += u64::from(self.mend_one(actor, order).await?);
        }
        Ok(mended)
    }

    async fn mend_one(&self, actor: &Actor, order: OrderId) -> Result<bool, Error> {
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move {
                    let Some(row) = store::hold(tx, order).await? else { return Ok(false) };
                    if store::members::leader_of(tx, order).await?.is_some() {
                        return Ok(false);
                    }
                    let Some(heir) = store::members::heir_of(tx, order).await? else {
                        founding::end(tx, &row, &acting, now, &Reason::default()).await?;
                        return Ok(true);
                    };
                    store::members::set_rank(tx, order, heir, Rank::Leader).await?;
                    let after = json!({ "user": heir, "rank": Rank::Leader });
                    let entry = Entry::new("order.inherited", "order", order).changing((), after);
                    audit::record(tx, now, &acting, &entry).await?;
                    events::record(tx, now, &Event::OrderChanged { order, user: Some(heir) }).await?;
                    Ok(true)
                })
            })
            .await
    }
}
