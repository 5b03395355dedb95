//! How somebody comes to an order: at once, by asking, or by invitation.

use audit::Entry;
use base::{Actor, Millis, OrderId, UserId};
use contract::{
    Code, Event, Field,
    orders::{Admission, InviteToOrder, MOST_MEMBERS, Rank},
};
use db::Tx;
use serde_json::json;

use crate::{Error, Orders, keeper, ranked, store};

/// In how many orders one person may wait for an answer.
const MOST_REQUESTS: u32 = 10;
/// How many may wait for an answer of one order, or it for theirs.
const MOST_CANDIDATES: u32 = 100;

/// What came of wanting to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Came {
    In,
    Asked,
}

impl Orders {
    /// Comes to an order: at once where it is open or has invited them, and otherwise once somebody lets them in.
    pub async fn join(&self, actor: &Actor, order: OrderId) -> Result<(), Error> {
        let user = keeper(actor)?;
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move {
                    let row = store::hold(tx, order).await?.ok_or(Error::NotFound)?;
                    if store::members::rank_in(tx, order, user).await?.is_some() {
                        return Err(Error::AlreadyIn);
                    }
                    let invited = store::candidates::find(&mut *tx, order, user).await? == Some(true);
                    let came = match row.admission {
                        _ if invited => Came::In,
                        Admission::Open => Came::In,
                        Admission::Request => Came::Asked,
                        Admission::Invitation => return Err(Error::ByInvitation),
                    };
                    if came == Came::In {
                        return admit(tx, order, user, &acting, now).await;
                    }
                    if store::members::order_of(&mut *tx, user).await?.is_some() {
                        return Err(Error::OtherOrder);
                    }
                    if store::candidates::requests_of(tx, user).await? >= MOST_REQUESTS
                        || store::candidates::count(tx, order).await? >= MOST_CANDIDATES
                    {
                        return Err(Error::Full);
                    }
                    store::candidates::insert(tx, order, user, None, now).await?;
                    let entry = Entry::new("order.join_asked", "order", order).changing((), json!({ "user": user }));
                    Ok(audit::record(tx, now, &acting, &entry).await?)
                })
            })
            .await
    }

    /// Invites somebody by name: officers do. Who has asked is let in by it.
    pub async fn invite(&self, actor: &Actor, order: OrderId, form: &InviteToOrder) -> Result<(), Error> {
        let by = keeper(actor)?;
        let nobody = || Error::field(Field::Name, Code::NoSuchPerson);
        let found = store::person(&self.0.db, &(self.0.fold)(&form.name)).await?.ok_or_else(nobody)?;
        // Who keeps away from somebody is not there for them.
        if store::is_blocked(&self.0.db, by, found).await? {
            return Err(nobody());
        }
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move {
                    store::hold(tx, order).await?.ok_or(Error::NotFound)?;
                    ranked(tx, order, by, Rank::Officer).await?;
                    match store::members::order_of(&mut *tx, found).await? {
                        Some(own) if own == order => return Err(Error::AlreadyIn),
                        Some(_) => return Err(Error::OtherOrder),
                        None => {}
                    }
                    match store::candidates::find(&mut *tx, order, found).await? {
                        Some(true) => return Ok(()),
                        Some(false) => return admit(tx, order, found, &acting, now).await,
                        None => {}
                    }
                    if store::candidates::count(tx, order).await? >= MOST_CANDIDATES {
                        return Err(Error::Full);
                    }
                    store::candidates::insert(tx, order, found, Some(by), now).await?;
                    let entry = Entry::new("order.invited", "order", order).changing((), json!({ "user": found }));
                    Ok(audit::record(tx, now, &acting, &entry).await?)
                })
            })
            .await
    }

    /// Lets in somebody who has asked: officers do.
    pub async fn accept(&self, actor: &Actor, order: OrderId, user: UserId) -> Result<(), Error> {
        let by = keeper(actor)?;
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move {
                    store::hold(tx, order).await?.ok_or(Error::NotFound)?;
                    ranked(tx, order, by, Rank::Officer).await?;
                    if store::candidates::find(&mut *tx, order, user).await? != Some(false) {
                        return Err(Error::NotFound);
                    }
                    admit(tx, order, user, &acting, now).await
                })
            })
            .await
    }

    /// Says no to a request or an invitation, or takes it back: the one it is about does, and officers.
    pub async fn decline(&self, actor: &Actor, order: OrderId, user: UserId) -> Result<(), Error> {
        let by = keeper(actor)?;
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move {
                    store::hold(tx, order).await?.ok_or(Error::NotFound)?;
                    if by != user {
                        ranked(tx, order, by, Rank::Officer).await?;
                    }
                    if !store::candidates::delete(tx, order, user).await? {
                        return Err(Error::NotFound);
                    }
                    let entry = Entry::new("order.declined", "order", order).changing(json!({ "user": user }), ());
                    Ok(audit::record(tx, now, &acting, &entry).await?)
                })
            })
            .await
    }
}

/// Gives somebody a place in an order that is held. Whatever else they had asked for is over with it.
async fn admit(tx: &mut Tx<'_>, order: OrderId, user: UserId, actor: &Actor, now: Millis) -> Result<(), Error> {
    if store::members::count(tx, order).await? >= MOST_MEMBERS {
        return Err(Error::Full);
    }
    if !store::members::insert(tx, order, user, Rank::Member, now).await? {
        return Err(Error::OtherOrder);
    }
    store::candidates::delete_of(tx, user).await?;
    let entry = Entry::new("order.joined", "order", order).changing((), json!({ "user": user }));
    audit::record(tx, now, actor, &entry).await?;
    Ok(events::record(tx, now, &Event::OrderChanged { order, user: Some(user) }).await?)
}
